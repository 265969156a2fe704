import type { Leaf } from './event-leaves.ts';
import { checkMagnitude } from './numeric-range.ts';
import { invalidPattern } from './pattern-error.ts';
import { compileWildcard } from './wildcard-text.ts';

type Excludes = (value: Leaf['value']) => boolean;

/**
 * Compiles the value of `anything-but`: a text or a number, a list of either, or an object with one of `prefix`,
 * `suffix`, `equals-ignore-case`, `wildcard` and a text or a list of texts. It matches every leaf that is there and is
 * none of these, `null` and other types included; of an array one such element is enough.
 */
export function compileAnythingBut(operand: unknown): Excludes {
  const excluded = isObject(operand) ? compileKind(operand) : compileValues(operand);
  return (value) => !excluded(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileValues(operand: unknown): Excludes {
  if (!Array.isArray(operand)) {
    if (typeof operand === 'number') checkMagnitude(operand);
    else if (typeof operand !== 'string') throw notAValue();
    return (value) => value === operand;
  }
  const values: readonly unknown[] = operand;
  if (!values.every((value) => typeof value === 'string' || typeof value === 'number')) {
    throw invalidPattern('Inside anything but list, start|null|boolean is not supported.');
  }
  for (const value of values) if (typeof value === 'number') checkMagnitude(value);
  if (new Set(values.map((value) => typeof value)).size !== 1) {
    throw invalidPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  const excluded: ReadonlySet<unknown> = new Set(values);
  return (value) => excluded.has(value);
}

function compileKind(operand: Readonly<Record<string, unknown>>): Excludes {
  const [entry, ...rest] = Object.entries(operand);
  if (!entry) throw invalidPattern('Anything-But expression name not found');
  const [operator, given] = entry;
  const kind = KINDS.get(operator);
  if (!kind) throw invalidPattern(`Unsupported anything-but pattern: ${operator}`);
  if (isObject(given) || typeof given === 'boolean' || given === null) throw notAValue();
  const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
  const excluders = texts.map((text) => {
    if (typeof text !== 'string') throw invalidPattern(kind.otherwise);
    if (text === '' && kind.needsText) throw invalidPattern('Null prefix/suffix not allowed');
    return kind.compile(text);
  });
  if (rest.length > 0) throw invalidPattern('Too many elements in numeric expression');
  return (value) => typeof value === 'string' && excluders.some((excludes) => excludes(value));
}

interface Kind {
  readonly compile: (text: string) => (value: string) => boolean;
  /** What is said of a value that is no text. */
  readonly otherwise: string;
  readonly needsText?: true;
}

const END_IS_TEXT = 'prefix/suffix match pattern must be a string';

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'prefix',
    { compile: (text) => (value) => value.startsWith(text), otherwise: END_IS_TEXT, needsText: true },
  ],
  ['suffix', { compile: (text) => (value) => value.endsWith(text), otherwise: END_IS_TEXT, needsText: true }],
  [
    'equals-ignore-case',
    {
      compile: (text) => (value) => value.toLowerCase() === text.toLowerCase(),
      otherwise: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    },
  ],
  ['wildcard', { compile: compileWildcard, otherwise: 'wildcard match pattern must be a string' }],
]);

function notAValue(): Error {
  return invalidPattern('Value of anything-but must be an array or single string/number value.');
}
