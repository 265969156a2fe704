const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;
/** The year 2001 in milliseconds. Numbers below it are seconds: as such it would be the year 33658. */
const FIRST_MS = 1e12;
/** The year 2286: later times, in either unit, are no times of events. */
const LAST_MS = 1e13;

/**
 * Epoch milliseconds of a time as ISO 8601, or as a number (or its digits) of seconds, with or without a fraction, or
 * of milliseconds: EKS writes epoch seconds in its answers (facts §1.1), CloudTrail ISO 8601. `undefined` otherwise.
 */
export function asTime(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 40) return undefined;
  if (/^\d{9,13}(\.\d{1,9})?$/.test(value)) return fromNumber(Number(value));
  const ms = ISO.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function fromNumber(value: number): number | undefined {
  const ms = value < FIRST_MS ? Math.round(value * 1000) : Math.round(value);
  return ms > 0 && ms < LAST_MS ? ms : undefined;
}
