import { matchArnComponents } from './arn.ts';
import { parseDate } from './dates.ts';
import { isInRange, parseIpRange } from './ip-range.ts';
import type { TemplateRules } from './template.ts';
import { hasVariable } from './template.ts';
import { matchTokens, type Token } from './wildcard.ts';

/**
 * One condition operator in its positive form. A negated operator (`StringNotEquals`) is the same comparison
 * with `negated`: it holds when none of the policy's values match.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export interface Operator extends TemplateRules {
  readonly negated: boolean;
  /** Whether a policy may hold this value. */
  accepts(value: string): boolean;
  /** `undefined` when AWS does not document what this value means. */
  matches(expected: readonly Token[], actual: string): boolean | undefined;
}

/** Operators that do not compare: `Null` asks whether the key is there. */
const EXISTENCE = 'Null';

type Compare = (expected: string, actual: string) => boolean;

function onText(compare: Compare): Operator['matches'] {
  return (expected, actual) =>
    compare(expected.map((token) => (token.kind === 'text' ? token.text : '')).join(''), actual);
}

function stringOperator(compare: Compare, negated: boolean): Operator {
  return { negated, variables: true, wildcards: false, accepts: () => true, matches: onText(compare) };
}

function stringLike(negated: boolean): Operator {
  return { negated, variables: true, wildcards: true, accepts: () => true, matches: matchTokens };
}

function arnOperator(negated: boolean): Operator {
  return { negated, variables: true, wildcards: true, accepts: () => true, matches: matchArnComponents };
}

/** An operator that reads both sides with `parse`; what cannot be read in the request matches nothing. */
function parsedOperator<T>(
  parse: (text: string) => T | undefined,
  compare: (expected: T, actual: T) => boolean,
  negated = false,
): Operator {
  return {
    negated,
    variables: false,
    wildcards: false,
    accepts: (value) => parse(value) !== undefined,
    matches: onText((expected, actual) => {
      const left = parse(expected);
      const right = parse(actual);
      return left !== undefined && right !== undefined && compare(left, right);
    }),
  };
}

const equal: Compare = (expected, actual) => expected === actual;
const equalIgnoringCase: Compare = (expected, actual) => expected.toLowerCase() === actual.toLowerCase();

function parseNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function parseBoolean(text: string): string | undefined {
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;
}

/** Base64 text without its padding, so that two spellings of the same bytes are equal. */
function parseBase64(text: string): string | undefined {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? text.replace(/=+$/, '') : undefined;
}

// Bool is the one typed operator that takes variables, so a value with one is accepted unread.
const BOOL: Operator = {
  ...parsedOperator(parseBoolean, (expected, actual) => expected === actual),
  variables: true,
  accepts: (value) => hasVariable(value) || parseBoolean(value) !== undefined,
};

const OPERATORS = {
  StringEquals: stringOperator(equal, false),
  StringNotEquals: stringOperator(equal, true),
  StringEqualsIgnoreCase: stringOperator(equalIgnoringCase, false),
  StringNotEqualsIgnoreCase: stringOperator(equalIgnoringCase, true),
  StringLike: stringLike(false),
  StringNotLike: stringLike(true),
  NumericEquals: parsedOperator(parseNumber, (expected, actual) => actual === expected),
  NumericNotEquals: parsedOperator(parseNumber, (expected, actual) => actual === expected, true),
  NumericLessThan: parsedOperator(parseNumber, (expected, actual) => actual < expected),
  NumericLessThanEquals: parsedOperator(parseNumber, (expected, actual) => actual <= expected),
  NumericGreaterThan: parsedOperator(parseNumber, (expected, actual) => actual > expected),
  NumericGreaterThanEquals: parsedOperator(parseNumber, (expected, actual) => actual >= expected),
  DateEquals: parsedOperator(parseDate, (expected, actual) => actual === expected),
  DateNotEquals: parsedOperator(parseDate, (expected, actual) => actual === expected, true),
  DateLessThan: parsedOperator(parseDate, (expected, actual) => actual < expected),
  DateLessThanEquals: parsedOperator(parseDate, (expected, actual) => actual <= expected),
  DateGreaterThan: parsedOperator(parseDate, (expected, actual) => actual > expected),
  DateGreaterThanEquals: parsedOperator(parseDate, (expected, actual) => actual >= expected),
  Bool: BOOL,
  BinaryEquals: parsedOperator(parseBase64, (expected, actual) => actual === expected),
  IpAddress: parsedOperator(parseIpRange, isInRange),
  NotIpAddress: parsedOperator(parseIpRange, isInRange, true),
  ArnEquals: arnOperator(false),
  ArnLike: arnOperator(false),
  ArnNotEquals: arnOperator(true),
  ArnNotLike: arnOperator(true),
  [EXISTENCE]: parsedOperator(parseBoolean, () => false),
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;

/** The operator of a name in its canonical spelling. */
export function operatorOf(name: OperatorName): Operator {
  return OPERATORS[name];
}

/** An operator as written in a policy, taken apart. */
export interface OperatorUse {
  readonly base: OperatorName;
  readonly set?: 'all' | 'any';
  readonly ifExists: boolean;
}

const BY_LOWER_CASE = new Map(
  Object.keys(OPERATORS).map((name) => [name.toLowerCase(), name as OperatorName]),
);
const USE = /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/;

/** Reads `ForAnyValue:StringLikeIfExists` in any case; `undefined` when there is no such operator. */
export function parseOperator(text: string): OperatorUse | undefined {
  const match = USE.exec(text.toLowerCase());
  const base = BY_LOWER_CASE.get(match?.[2] ?? '');
  if (!match || base === undefined) return undefined;
  const ifExists = match[3] !== undefined;
  const set = match[1] === undefined ? undefined : match[1] === 'forallvalues' ? 'all' : 'any';
  // AWS refuses Null with either: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
  if (base === EXISTENCE && (ifExists || set)) return undefined;
  return { base, ifExists, ...(set && { set }) };
}
