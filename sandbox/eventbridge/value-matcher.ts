import { compileAddressRange } from './address-range.ts';
import { compileAnythingBut } from './anything-but.ts';
import type { Leaf } from './event-leaves.ts';
import { compileNumericRange } from './numeric-range.ts';
import { invalidPattern } from './pattern-error.ts';
import { compileWildcard } from './wildcard-text.ts';

/** What one member of a field's list accepts: a leaf that is there, or that none is. */
export type ValueMatcher = ((value: Leaf['value']) => boolean) | 'absent';

/** Compiles one member of a field's list: a value as it stands, or an object with one operator. */
export function compileValue(member: unknown): ValueMatcher {
  if (typeof member !== 'object' || member === null) return (value) => value === member;
  if (Array.isArray(member)) {
    throw invalidPattern('Match value must be String, number, true, false, or null');
  }
  const [entry, ...rest] = Object.entries(member);
  if (!entry) throw invalidPattern('Match expression name not found');
  const [operator, operand] = entry;
  const compile = OPERATORS.get(operator);
  if (!compile) throw invalidPattern(`Unrecognized match type ${operator}`);
  const matcher = compile(operand);
  if (rest.length > 0) throw invalidPattern('Only one key allowed in match expression');
  return matcher;
}

const OPERATORS: ReadonlyMap<string, (operand: unknown) => ValueMatcher> = new Map([
  ['exactly', (operand) => equalTo(textOf('exact', operand))],
  ['prefix', (operand) => compileEnd('prefix', 'Prefix', operand)],
  ['suffix', (operand) => compileEnd('suffix', 'Suffix', operand)],
  ['equals-ignore-case', (operand) => ignoringCase(textOf('equals-ignore-case', operand), equalTo)],
  ['wildcard', (operand) => onText(compileWildcard(textOf('wildcard', operand)))],
  ['cidr', (operand) => onText(compileAddressRange(textOf('prefix', operand)))],
  ['numeric', (operand) => onNumber(compileNumericRange(operand))],
  ['anything-but', compileAnythingBut],
  ['exists', compileExists],
] as const satisfies readonly (readonly [string, (operand: unknown) => ValueMatcher])[]);

type TextMatcher = (value: Leaf['value']) => boolean;

function compileExists(operand: unknown): ValueMatcher {
  if (typeof operand !== 'boolean')
    throw invalidPattern('exists match pattern must be either true or false.');
  return operand ? () => true : 'absent';
}

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`; an empty text is at both ends of every text. */
function compileEnd(end: 'prefix' | 'suffix', title: string, operand: unknown): TextMatcher {
  const matcher = (wanted: string) =>
    onText((value) => (end === 'prefix' ? value.startsWith(wanted) : value.endsWith(wanted)));
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) {
    return matcher(textOf(end, operand));
  }
  const [entry, ...rest] = Object.entries(operand);
  if (!entry) throw invalidPattern(`${title} expression name not found`);
  if (entry[0] !== 'equals-ignore-case') {
    throw invalidPattern(`Unsupported ${end} pattern: ${entry[0]}`);
  }
  const wanted = textOf('equals-ignore-case', entry[1]);
  if (rest.length > 0) throw invalidPattern('Only one key allowed in match expression');
  return ignoringCase(wanted, matcher);
}

function textOf(operator: string, operand: unknown): string {
  if (typeof operand !== 'string') throw invalidPattern(`${operator} match pattern must be a string`);
  return operand;
}

function equalTo(wanted: string): TextMatcher {
  return (value) => value === wanted;
}

function onText(accepts: (value: string) => boolean): TextMatcher {
  return (value) => typeof value === 'string' && accepts(value);
}

function onNumber(accepts: (value: number) => boolean): TextMatcher {
  return (value) => typeof value === 'number' && accepts(value);
}

function ignoringCase(wanted: string, compile: (lower: string) => TextMatcher): TextMatcher {
  const matcher = compile(wanted.toLowerCase());
  return (value) => typeof value === 'string' && matcher(value.toLowerCase());
}
