import type { AuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { EnrolmentRule } from '#shared/domain/registry/enrolment.ts';
import {
  MAX_RULES,
  planRules,
  type RulesPlan,
  withoutRule,
  withRules,
} from '#shared/domain/registry/enrolment-rules.ts';
import { changeItem } from './change-item.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';

/** What loading rules would change; writes nothing. */
export async function compareRules(
  deps: Pick<RegistryDeps, 'registry'>,
  rules: readonly EnrolmentRule[],
): Promise<RulesPlan> {
  const [item] = await deps.registry.get([{ type: 'enrolmentRules' }]);
  return planRules(item, rules);
}

export type LoadRulesAnswer = 'changed' | 'unchanged' | 'clash' | 'tooMany';

/**
 * Puts enrolment rules into the registry, in the place of those of the same names; others stay. They count for clusters
 * that are met from now on, and change none that is enrolled. One transaction, with an audit entry for each rule that
 * is new or changed. Two rules of one priority are refused, and then nothing is written.
 */
export async function loadRules(
  deps: RegistryDeps,
  rules: readonly EnrolmentRule[],
  { by, why }: Asked,
): Promise<LoadRulesAnswer> {
  let answer: LoadRulesAnswer = 'unchanged';
  await changeItem(deps, { type: 'enrolmentRules' }, (item) => {
    const plan = planRules(item, rules);
    const at = deps.clock.now();
    const news = [...plan.added, ...plan.changed.map(({ after }) => after)];
    const next = withRules(item, news, { by, why, at });
    answer = judge(plan, next.rules.length);
    if (answer !== 'changed') return undefined;
    const audit = news.map((rule): AuditEntry => {
      return { action: 'enrolmentRuleLoaded', at, by, why, detail: ruleText(rule) };
    });
    return { put: [next], audit };
  });
  return answer;
}

function judge({ added, changed, clashes }: RulesPlan, count: number): LoadRulesAnswer {
  if (clashes.length > 0) return 'clash';
  if (count > MAX_RULES) return 'tooMany';
  return added.length + changed.length > 0 ? 'changed' : 'unchanged';
}

/** Takes a rule out; what it let begin keeps its mode. */
export async function removeRule(
  deps: RegistryDeps,
  name: string,
  { by, why }: Asked,
): Promise<'removed' | 'unknownRule'> {
  const answer = await changeItem(deps, { type: 'enrolmentRules' }, (item) => {
    const next = withoutRule(item, name);
    const rule = item?.rules.find((one) => one.name === name);
    if (!next || !rule) return undefined;
    const at = deps.clock.now();
    return {
      put: [next],
      audit: [{ action: 'enrolmentRuleRemoved', at, by, why, detail: ruleText(rule) }],
    };
  });
  return answer === 'changed' ? 'removed' : 'unknownRule';
}

/** `lab: priority 10, enforce, {"matchLabels":{"env":"lab"}}`: the audit says what the rule was, too. */
function ruleText({ name, priority, clusters, mode }: EnrolmentRule): string {
  return `${name}: priority ${priority}, ${mode}, ${clusters === 'all' ? 'all clusters' : JSON.stringify(clusters)}`;
}
