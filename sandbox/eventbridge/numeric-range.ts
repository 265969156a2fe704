import { invalidPattern } from './pattern-error.ts';

/** The largest number, and with a minus sign the smallest, that a numeric comparison may name. */
const LIMIT = 5e9;

/**
 * Compiles the value of `numeric`: `["=", 5]`, `[">", 0]`, `["<=", 5]` or a lower and an upper bound in this order,
 * `[">=", 0, "<", 5]`. Only JSON numbers match, never numbers in text.
 */
export function compileNumericRange(terms: unknown): (value: number) => boolean {
  if (!Array.isArray(terms)) throw invalidPattern('Value of numeric must be an array.');
  const [operator, bound, ...rest] = terms as unknown[];
  if (typeof operator !== 'string') {
    throw invalidPattern(`Invalid member in numeric match: ${textOf(operator)}`);
  }
  const first = compare(operator, bound, operator === '=' ? 'equals' : operator);
  if (!first) throw invalidPattern(`Unrecognized numeric range operator: ${operator}`);
  if (rest.length === 0) return first;
  if (!operator.startsWith('>')) throw invalidPattern('Too many elements in numeric expression');
  const second = upperBound(rest);
  const top = rest[1] as number;
  if ((bound as number) >= top) throw invalidPattern('Bottom must be less than top');
  return (value) => first(value) && second(value);
}

function upperBound([operator, bound, ...rest]: readonly unknown[]): (value: number) => boolean {
  if (typeof operator !== 'string') throw invalidPattern(`Bad value in numeric range: ${textOf(operator)}`);
  if (operator !== '<' && operator !== '<=') {
    throw invalidPattern(`Bad numeric range operator: ${operator}`);
  }
  const upper = compare(operator, bound, operator);
  if (!upper || rest.length > 0) throw invalidPattern('Too many terms in numeric range expression');
  return upper;
}

/** `undefined` when there is no such operator. */
function compare(operator: string, bound: unknown, called: string): ((value: number) => boolean) | undefined {
  if (!['=', '<', '<=', '>', '>='].includes(operator)) return undefined;
  if (typeof bound !== 'number') throw invalidPattern(`Value of ${called} must be numeric`);
  checkMagnitude(bound);
  switch (operator) {
    case '=':
      return (value) => value === bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    default:
      return (value) => value >= bound;
  }
}

/** Comparisons reach from -5e9 to 5e9; an exact number may be any. */
export function checkMagnitude(bound: number): void {
  if (Math.abs(bound) > LIMIT) throw invalidPattern('Value must be between -5.0E9 and 5.0E9, inclusive');
}

function textOf(value: unknown): string {
  return value === undefined ? ']' : JSON.stringify(value);
}
