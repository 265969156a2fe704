const W3C =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/;
const EPOCH_SECONDS = /^\d{5,}(?:\.\d+)?$/;

/**
 * Reads a date as IAM does: one of the W3C forms of ISO 8601, or epoch seconds. Four digits are a year.
 *
 * @returns epoch milliseconds, or `undefined` when the text is no such date
 */
export function parseDate(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) return Number(text) * 1000;
  const match = W3C.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? Number.NaN));
  const date = { year: year ?? 0, month: orElse(month, 1), day: orElse(day, 1) };
  const time = { hour: orElse(hour, 0), minute: orElse(minute, 0), second: orElse(second, 0) };
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > daysIn(date.year, date.month)) {
    return undefined;
  }
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return undefined;
  const seconds = ((daysSinceEpoch(date) * 24 + time.hour) * 60 + time.minute) * 60 + time.second;
  return (seconds - offsetSeconds(match[8])) * 1000 + Number(`0.${match[7] ?? 0}`) * 1000;
}

function orElse(value: number | undefined, fallback: number): number {
  return value === undefined || Number.isNaN(value) ? fallback : value;
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4, 6)) * 60);
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function daysSinceEpoch(date: { year: number; month: number; day: number }): number {
  const before = date.year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  let days = before * 365 + leapDays - DAYS_BEFORE_1970;
  for (let month = 1; month < date.month; month += 1) days += daysIn(date.year, month);
  return days + date.day - 1;
}

/** Days from 0001-01-01 to 1970-01-01. */
const DAYS_BEFORE_1970 = 719_162;
