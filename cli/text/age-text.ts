const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** How long ago, in one unit, as kubectl writes it: `42s`, `12m`, `5h`, `90d`, `3y`. The future is `0s`. */
export function ageText(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  if (age < 2 * MINUTE) return `${Math.floor(age / SECOND)}s`;
  if (age < 2 * HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < 2 * DAY) return `${Math.floor(age / HOUR)}h`;
  if (age < 2 * YEAR) return `${Math.floor(age / DAY)}d`;
  return `${Math.floor(age / YEAR)}y`;
}

/** How long something took: `850 ms`, `3.2 s`, `4 min 5 s`, `2 h 3 min`, `3 d 4 h`. */
export function durationText(milliseconds: number): string {
  const took = Math.max(0, milliseconds);
  if (took < SECOND) return `${Math.round(took)} ms`;
  if (took < MINUTE) return `${(Math.floor(took / 100) / 10).toFixed(1)} s`;
  if (took < HOUR) return twoUnits(took, [MINUTE, 'min'], [SECOND, 's']);
  if (took < DAY) return twoUnits(took, [HOUR, 'h'], [MINUTE, 'min']);
  return twoUnits(took, [DAY, 'd'], [HOUR, 'h']);
}

type Unit = readonly [milliseconds: number, name: string];

function twoUnits(milliseconds: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((milliseconds % large) / small);
  const whole = `${Math.floor(milliseconds / large)} ${largeName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

/** `2026-11-20T12:00:00Z`: UTC, to the second. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
