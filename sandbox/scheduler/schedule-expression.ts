import { awsCron } from './aws-cron.ts';

/** The times of a schedule: the first one after a time (epoch milliseconds); undefined when there is none left. */
export type Recurrence = (after: number) => number | undefined;

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)`, `cron(0 8 ? * MON-FRI *)` or `at(2026-11-20T10:00:00)`. Rates count from `from` (epoch
 * milliseconds), the others go by the time zone. Throws for anything else.
 */
export function recurrenceOf(
  expression: string,
  options: { readonly from: number; readonly timeZone?: string | undefined },
): Recurrence {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  const timeZone = options.timeZone ?? 'UTC';
  if (kind === 'rate') return rate(inner, options.from);
  if (kind === 'cron') return awsCron(inner, timeZone);
  if (kind === 'at') return at(inner, timeZone);
  throw new Error(`${expression} is neither rate(…), cron(…) nor at(…)`);
}

function rate(inner: string, from: number): Recurrence {
  const [, count, unit = '', plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(inner.trim()) ?? [];
  const step = Number(count) * (UNITS[unit] ?? 0);
  if (!(step > 0) || (plural === 's') !== (Number(count) !== 1)) {
    throw new Error(
      `rate(${inner}): expected a number and minute(s), hour(s) or day(s), singular for 1 only`,
    );
  }
  return (after) => from + Math.max(1, Math.floor((after - from) / step) + 1) * step;
}

function at(inner: string, timeZone: string): Recurrence {
  const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) ? Date.parse(`${inner}Z`) : Number.NaN;
  if (Number.isNaN(local)) throw new Error(`at(${inner}): expected a local time such as 2026-11-20T10:00:00`);
  const time = local - offsetAt(local - offsetAt(local, timeZone), timeZone);
  return (after) => (time > after ? time : undefined);
}

/** How far a time zone is ahead of UTC at a time, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(time);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return shown - time;
}
