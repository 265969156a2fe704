import type { RequestContext } from './context.ts';
import type { Condition } from './document.ts';
import { type Operator, operatorOf } from './operators.ts';
import { type Resolved, resolveTemplate } from './template.ts';
import { allOf, anyOf, not, type Ternary, ternary } from './ternary.ts';

/** Why something could not be decided. */
export interface Doubt {
  /**
   * - `unknownKey`: the request's value of this key is not known
   * - `undocumented`: AWS does not say how this combination is evaluated
   */
  readonly why: 'unknownKey' | 'undocumented';
  /** The condition key, or the key of the policy variable. */
  readonly key: string;
}

/** The outcome of one condition. `doubts` says why, when it is unknown. */
export interface ConditionOutcome {
  readonly holds: Ternary;
  readonly doubts: readonly Doubt[];
}

/** Evaluates one condition: one key under one operator. */
export function evaluateCondition(
  condition: Condition,
  context: RequestContext,
  variables: boolean,
): ConditionOutcome {
  const doubts: Doubt[] = [];
  const holds = holdsFor(condition, context, variables, doubts);
  return { holds, doubts: holds === 'unknown' ? doubts : [] };
}

function holdsFor(
  condition: Condition,
  context: RequestContext,
  variables: boolean,
  doubts: Doubt[],
): Ternary {
  const state = context.lookup(condition.key);
  if (state.state === 'unknown') return doubt(doubts, 'unknownKey', condition.key);
  // "It does not affect the policy", says Access Analyzer of a condition without values, and no more.
  if (condition.values.length === 0) return doubt(doubts, 'undocumented', condition.key);
  const values = state.state === 'known' ? state.values : [];
  if (condition.base === 'Null') return isNull(condition.values, values.length === 0);
  if (values.length === 0 && condition.ifExists) return 'yes';
  const operator = operatorOf(condition.base);
  const test = (actual: string) => testValue(condition, operator, actual, context, variables, doubts);
  // A set operator leaves out empty strings: AWS calls them a null data set.
  const elements = values.filter((value) => value !== '');
  if (condition.set === 'all') return allOf(elements.map(test));
  if (condition.set === 'any') return anyOf(elements.map(test));
  const [only] = values;
  if (only === undefined) return ternary(operator.negated);
  // "Multivalued context keys require a condition set operator"; what happens without one is not said.
  return values.length > 1 ? doubt(doubts, 'undocumented', condition.key) : test(only);
}

/** `"Null": {"key": "true"}` holds when the key is absent. */
function isNull(wanted: readonly string[], absent: boolean): Ternary {
  return ternary(wanted.some((value) => (value.toLowerCase() === 'true') === absent));
}

/** Compares one value of the request with all of the policy's: one match is enough, and for a negated operator one too many. */
function testValue(
  condition: Condition,
  operator: Operator,
  actual: string,
  context: RequestContext,
  variables: boolean,
  doubts: Doubt[],
): Ternary {
  const rules = { wildcards: operator.wildcards, variables: variables && operator.variables };
  const matches = condition.values.map((value) => {
    const resolved = resolveTemplate(value, rules, context);
    return matchResolved(resolved, operator, actual, condition.key, doubts);
  });
  const matched = anyOf(matches);
  return operator.negated ? not(matched) : matched;
}

function matchResolved(
  resolved: Resolved,
  operator: Operator,
  actual: string,
  key: string,
  doubts: Doubt[],
): Ternary {
  switch (resolved.kind) {
    case 'tokens': {
      const matched = operator.matches(resolved.tokens, actual);
      return matched === undefined ? doubt(doubts, 'undocumented', key) : ternary(matched);
    }
    case 'unknown':
      return doubt(doubts, 'unknownKey', resolved.key);
    case 'multivalued':
      return doubt(doubts, 'undocumented', resolved.key);
    case 'unresolved':
      // AWS: an attempt to match it fails and "might cause the entire statement to be invalid". For a positive
      // operator both readings are no match; for a negated one they differ.
      return operator.negated ? doubt(doubts, 'undocumented', resolved.key) : 'no';
  }
}

function doubt(doubts: Doubt[], why: Doubt['why'], key: string): Ternary {
  doubts.push({ why, key });
  return 'unknown';
}
