import { describe, expect, it } from 'vitest';
import { recurrenceOf } from './schedule-expression.ts';

const FROM = Date.UTC(2026, 10, 20, 10, 0, 0);

/** The first times after a moment, as ISO text without milliseconds. */
function times(
  expression: string,
  count: number,
  options: { timeZone?: string; after?: number } = {},
): string[] {
  const next = recurrenceOf(expression, { from: FROM, timeZone: options.timeZone });
  const found: string[] = [];
  let at: number | undefined = options.after ?? FROM;
  while (found.length < count) {
    at = next(at);
    if (at === undefined) break;
    found.push(new Date(at).toISOString().replace('.000Z', 'Z'));
  }
  return found;
}

// 20 November 2026 is a Friday.
describe('a schedule', () => {
  it.each([
    ['rate(1 minute)', ['2026-11-20T10:01:00Z', '2026-11-20T10:02:00Z']],
    ['rate(6 hours)', ['2026-11-20T16:00:00Z', '2026-11-20T22:00:00Z']],
    ['rate(2 days)', ['2026-11-22T10:00:00Z', '2026-11-24T10:00:00Z']],
    ['at(2026-11-20T12:30:00)', ['2026-11-20T12:30:00Z']],
    ['at(2026-11-20T09:00:00)', []],
    ['cron(0/15 * * * ? *)', ['2026-11-20T10:15:00Z', '2026-11-20T10:30:00Z']],
    ['cron(7/20 11 * * ? *)', ['2026-11-20T11:07:00Z', '2026-11-20T11:27:00Z']],
    ['cron(0 8 ? * MON-FRI *)', ['2026-11-23T08:00:00Z', '2026-11-24T08:00:00Z']],
    ['cron(0 8 ? * 2-6 *)', ['2026-11-23T08:00:00Z', '2026-11-24T08:00:00Z']],
    ['cron(0 8 ? * 1 *)', ['2026-11-22T08:00:00Z', '2026-11-29T08:00:00Z']],
    ['cron(0 8 ? * 7 *)', ['2026-11-21T08:00:00Z', '2026-11-28T08:00:00Z']],
    ['cron(0 8 ? * 1,7 *)', ['2026-11-21T08:00:00Z', '2026-11-22T08:00:00Z']],
    ['cron(0 8 ? * L *)', ['2026-11-21T08:00:00Z', '2026-11-28T08:00:00Z']],
    ['cron(0 18 L * ? *)', ['2026-11-30T18:00:00Z', '2026-12-31T18:00:00Z']],
    ['cron(0 10 15W * ? *)', ['2026-12-15T10:00:00Z', '2027-01-15T10:00:00Z']],
    ['cron(0 10 ? * 2#1 *)', ['2026-12-07T10:00:00Z', '2027-01-04T10:00:00Z']],
    ['cron(0 10 ? * 6L *)', ['2026-11-27T10:00:00Z', '2026-12-25T10:00:00Z']],
    ['cron(0 0 1 1/6 ? *)', ['2027-01-01T00:00:00Z', '2027-07-01T00:00:00Z']],
    ['cron(0 0 1 1 ? 2028)', ['2028-01-01T00:00:00Z']],
    ['cron(0 0 1 1 ? 2027/2)', ['2027-01-01T00:00:00Z', '2029-01-01T00:00:00Z']],
    ['cron(0 12 20 11 ? 2026)', ['2026-11-20T12:00:00Z']],
  ])('%s', (expression, expected) => {
    expect(times(expression, 2)).toEqual(expected);
  });

  it.each([
    ['cron(0 9 * * ? *)', 'Europe/Zurich', ['2026-11-21T08:00:00Z']],
    ['cron(0 9 * * ? *)', 'America/New_York', ['2026-11-20T14:00:00Z']],
    ['at(2026-11-20T12:30:00)', 'Europe/Zurich', ['2026-11-20T11:30:00Z']],
    ['at(2027-07-01T12:30:00)', 'America/New_York', ['2027-07-01T16:30:00Z']],
  ])('%s in %s', (expression, timeZone, expected) => {
    expect(times(expression, 1, { timeZone })).toEqual(expected);
  });

  it('keeps its hour over the change to summer time', () => {
    const after = Date.UTC(2027, 2, 27, 12, 0, 0);
    expect(times('cron(0 9 * * ? *)', 2, { timeZone: 'Europe/Zurich', after })).toEqual([
      '2027-03-28T07:00:00Z',
      '2027-03-29T07:00:00Z',
    ]);
  });

  it.each([
    'rate(5 minute)',
    'rate(1 minutes)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'cron(0 8 * * *)',
    'cron(0 8 * * * *)',
    'cron(0 8 ? * ? *)',
    'cron(0 8 ? * 8 *)',
    'cron(61 8 * * ? *)',
    'at(2026-11-20)',
    'every 5 minutes',
  ])('refuses %s', (expression) => {
    expect(() => recurrenceOf(expression, { from: FROM })).toThrow();
  });
});
