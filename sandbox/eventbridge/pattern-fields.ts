import { AwsError } from '../aws-error.ts';
import { invalidPattern } from './pattern-error.ts';
import { compileValue, type ValueMatcher } from './value-matcher.ts';

/** All fields that must match together, by path; a pattern with `$or` has several alternatives. */
export type Alternative = ReadonlyMap<string, readonly ValueMatcher[]>;

/**
 * EventBridge refuses a pattern whose `$or`s multiply to more.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or
 */
const MAX_ALTERNATIVES = 1000;

/** Names that AWS reserves within `$or`. */
const RESERVED_WITHIN_OR = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

interface Place {
  readonly path: string;
  readonly withinOr: boolean;
}

/** The alternatives of a pattern. */
export function alternativesOf(pattern: unknown): readonly Alternative[] {
  if (!isObject(pattern)) throw invalidPattern('Filter is not an object');
  return parseObject([new Map()], pattern, { path: '', withinOr: false });
}

/** Extends every alternative by the fields of an object. */
function parseObject(before: readonly Alternative[], object: object, place: Place): readonly Alternative[] {
  const entries = Object.entries(object);
  if (entries.length === 0) throw invalidPattern('Empty objects are not allowed');
  return entries.reduce(
    (alternatives, [name, value]) => parseField(alternatives, name, value, place),
    before,
  );
}

function parseField(
  before: readonly Alternative[],
  name: string,
  value: unknown,
  place: Place,
): readonly Alternative[] {
  if (name === '$or') return parseOr(before, value, place);
  if (place.withinOr && RESERVED_WITHIN_OR.has(name)) {
    throw invalidPattern(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
  }
  const path = place.path === '' ? name : `${place.path}.${name}`;
  if (isObject(value)) return parseObject(before, value, { ...place, path });
  if (!Array.isArray(value)) throw invalidPattern(`"${name}" must be an object or an array`);
  const matchers = value.map(compileValue);
  if (matchers.length === 0) throw invalidPattern('Empty arrays are not allowed');
  return before.map((alternative) => new Map(alternative).set(path, matchers));
}

function parseOr(before: readonly Alternative[], value: unknown, place: Place): readonly Alternative[] {
  if (!Array.isArray(value)) throw invalidPattern('It must be an Array followed with $or.');
  const after = value.flatMap((branch) => {
    if (!isObject(branch)) throw invalidPattern('Only JSON object is allowed in array of $or relationship.');
    return parseObject(before, branch, { ...place, withinOr: true });
  });
  if (value.length < 2) throw invalidPattern('There must have at least 2 Objects in $or relationship.');
  if (after.length > MAX_ALTERNATIVES) {
    throw new AwsError('LimitExceededException', 400, `Rule has more than ${MAX_ALTERNATIVES} combinations`);
  }
  return after;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
