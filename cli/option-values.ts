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
