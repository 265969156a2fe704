import { InvalidArgumentError } from 'commander';

/** Reads a whole number of at least `least`, and at most `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

/** Reads a TCP port; 0 stands for any free one. */
export const portNumber = wholeNumber(0, 65_535);

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a number above 0.');
}

/** Regions are names of hosts: what is no region would only fail later, with a message about a network. */
export function regionName(text: string): string {
  if (/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/.test(text)) return text;
  throw new InvalidArgumentError('Give a region as AWS spells it, such as eu-west-1.');
}

/** For an option that may be given more than once, each time with several values. */
export function collect<Value>(
  read: (text: string) => Value,
): (text: string, before: Value[] | undefined) => Value[] {
  return (text, before = []) => [...before, read(text)];
}

export const asWritten = (text: string): string => text;

/** For an option that may be given more than once, each time with several values, also apart by commas. */
export function collectLists<Value>(
  read: (text: string) => Value,
): (text: string, before: Value[] | undefined) => Value[] {
  return (text, before = []) => [...before, ...text.split(',').map((part) => read(part.trim()))];
}

/** Reads the number of an account. */
export function accountId(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('Give the twelve digits of an account.');
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads how long, `90s`, `10m` or `1h`, as milliseconds. */
export function duration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNIT_MS[unit] ?? 0);
  if (milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError('Give a time such as 90s, 10m or 1h.');
}
