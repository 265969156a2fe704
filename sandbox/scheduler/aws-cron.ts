import { Cron } from 'croner';

/**
 * An AWS cron expression as croner reads it: the seconds are added, weekdays count from 0, `?` is `*`.
 * Throws when it is not one that AWS takes.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
function cronerPattern(fields: readonly string[]): string {
  const [minutes, hours, days, months, weekdays, years] = fields;
  if (fields.length !== 6 || !minutes || !hours || !days || !months || !weekdays || !years) {
    throw new Error(
      'a cron expression has six fields: minutes, hours, day of month, month, day of week, year',
    );
  }
  if ((days === '?') === (weekdays === '?')) {
    throw new Error('exactly one of day of month and day of week is ?');
  }
  const written = [minutes, hours, days.replace('?', '*'), months, weekday(weekdays), years];
  return ['0', ...written.map((field, i) => withRanges(field, LAST[i] ?? 0))].join(' ');
}

/** The last value of each field, as croner counts. */
const LAST: readonly number[] = [59, 23, 31, 12, 6, 2199];

/** AWS writes `5/10` for every tenth from the fifth on; croner wants the range: `5-59/10`. */
function withRanges(field: string, last: number): string {
  return field
    .split(',')
    .map((part) => part.replace(/^(\d+)\//, `$1-${last}/`))
    .join(',');
}

/** AWS counts from 1 (Sunday) to 7 (Saturday), croner from 0; names are the same. `5L` and `3#2` keep their ends. */
function weekday(field: string): string {
  if (field === '?') return '*';
  if (field === 'L') return '6';
  return field
    .split(',')
    .map((part) =>
      part.replace(/^(\d+)(?:-(\d+))?/, (_, from: string, to?: string) =>
        to === undefined ? shifted(from) : `${shifted(from)}-${shifted(to)}`,
      ),
    )
    .join(',');
}

function shifted(day: string): string {
  const number = Number(day);
  if (number < 1 || number > 7) throw new Error(`a day of the week is 1 to 7, not ${day}`);
  return String(number - 1);
}

/** Tells the times of a cron expression, without the `cron(…)` around it. Throws for one that cannot be read. */
export function awsCron(expression: string, timeZone: string): (after: number) => number | undefined {
  const cron = new Cron(cronerPattern(expression.trim().split(/\s+/)), { timezone: timeZone, paused: true });
  return (after) => cron.nextRun(new Date(after))?.getTime();
}
