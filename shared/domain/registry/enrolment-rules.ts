import { MODES } from '../mode.ts';
import type { EnrolmentRule } from './enrolment.ts';
import { isSameValue } from './same-value.ts';

/** A rule with who put it in. */
export interface StoredRule extends EnrolmentRule {
  readonly by: string;
  readonly why: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** All enrolment rules of an installation: one item, so that they are read and changed as a whole. */
export interface EnrolmentRules {
  readonly type: 'enrolmentRules';
  readonly version: number;
  readonly rules: readonly StoredRule[];
}

/** All of them are changed, each with its audit entry, in one transaction; and they fit into one item. */
export const MAX_RULES = 90;

/** What loading rules would change. */
export interface RulesPlan {
  readonly added: readonly EnrolmentRule[];
  readonly changed: readonly { readonly before: StoredRule; readonly after: EnrolmentRule }[];
  readonly unchanged: readonly EnrolmentRule[];
  /** Rules that would have the same priority: then it would be chance which of them counts. */
  readonly clashes: readonly (readonly [name: string, other: string])[];
}

/** Compares rules with those that are there. Rules that are there and not given stay. */
export function planRules(item: EnrolmentRules | undefined, given: readonly EnrolmentRule[]): RulesPlan {
  const known = new Map((item?.rules ?? []).map((rule) => [rule.name, rule]));
  const added = given.filter(({ name }) => !known.has(name));
  const changed = given.flatMap((after) => {
    const before = known.get(after.name);
    return before && !isSameRule(before, after) ? [{ before, after }] : [];
  });
  const unchanged = given.filter((rule) => {
    const before = known.get(rule.name);
    return before !== undefined && isSameRule(before, rule);
  });
  const names = new Set(given.map(({ name }) => name));
  const all = [...[...known.values()].filter(({ name }) => !names.has(name)), ...given];
  return { added, changed, unchanged, clashes: clashesOf(all) };
}

/** The item with the rules in the place of those of the same names. */
export function withRules(
  item: EnrolmentRules | undefined,
  rules: readonly EnrolmentRule[],
  asked: { readonly by: string; readonly why: string; readonly at: number },
): EnrolmentRules {
  const names = new Set(rules.map(({ name }) => name));
  const kept = (item?.rules ?? []).filter(({ name }) => !names.has(name));
  const { by, why, at } = asked;
  const put = rules.map((rule): StoredRule => ({ ...rule, by, why, at }));
  return { type: 'enrolmentRules', version: item?.version ?? 0, rules: [...kept, ...put] };
}

/** The item without a rule; `undefined` when it has none of that name. */
export function withoutRule(item: EnrolmentRules | undefined, name: string): EnrolmentRules | undefined {
  if (!item?.rules.some((rule) => rule.name === name)) return undefined;
  return { ...item, rules: item.rules.filter((rule) => rule.name !== name) };
}

/**
 * The rules to go by, or why they cannot be understood. A rule that says more than this version knows may select fewer
 * clusters than this version would: then none of them counts, since a rule that is left out lets a later one decide.
 */
export function readableRules(
  item: EnrolmentRules | undefined,
): { readonly rules: readonly EnrolmentRule[] } | { readonly problem: string } {
  for (const rule of item?.rules ?? []) {
    const problem = problemOf(rule);
    if (problem !== undefined) return { problem: `rule ${String(rule.name)}: ${problem}` };
  }
  return { rules: item?.rules ?? [] };
}

const RULE_FIELDS = new Set(['name', 'priority', 'clusters', 'mode', 'by', 'why', 'at']);
const SELECTOR_FIELDS = new Set(['matchLabels', 'matchExpressions', 'names', 'accounts', 'regions']);
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

function problemOf(rule: StoredRule): string | undefined {
  const unknown = Object.keys(rule).find((field) => !RULE_FIELDS.has(field));
  if (unknown !== undefined) return `it has a field ${unknown}, which this version does not know`;
  if (typeof rule.name !== 'string' || !Number.isFinite(rule.priority))
    return 'its name or priority is wrong';
  if (!MODES.includes(rule.mode)) return `its mode is ${String(rule.mode)}`;
  const { clusters } = rule;
  if (clusters === 'all') return undefined;
  if (typeof clusters !== 'object' || clusters === null) return 'it does not say which clusters';
  const condition = Object.keys(clusters).find((field) => !SELECTOR_FIELDS.has(field));
  if (condition !== undefined) return `it selects by ${condition}, which this version does not know`;
  const operator = clusters.matchExpressions?.find((one) => !OPERATORS.includes(one.operator))?.operator;
  return operator === undefined ? undefined : `it selects by the operator ${operator}`;
}

function isSameRule(left: EnrolmentRule, right: EnrolmentRule): boolean {
  return (
    left.priority === right.priority && left.mode === right.mode && isSameValue(left.clusters, right.clusters)
  );
}

function clashesOf(rules: readonly EnrolmentRule[]): readonly (readonly [string, string])[] {
  const first = new Map<number, string>();
  const clashes: (readonly [string, string])[] = [];
  for (const { name, priority } of rules) {
    const other = first.get(priority);
    if (other === undefined) first.set(priority, name);
    else clashes.push([other, name]);
  }
  return clashes;
}
