import { nearestName } from '#shared/domain/manifest/nearest-name.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { UsageError } from '../usage-error.ts';
import { type DescribeAsked, type Description, whenText } from './description.ts';
import { newestAbout } from './history.ts';
import { choiceText, RULE_VIEW } from './rule-view.ts';

/** All about one enrolment rule. Fails with `UsageError` when there is none of the name. */
export async function describeRule({
  connection: { registry, clock },
  name,
  limit,
  signal,
}: DescribeAsked): Promise<Description> {
  const [item] = await registry.get([{ type: 'enrolmentRules' }], { signal });
  const rules = item?.rules ?? [];
  const rule = rules.find((one) => one.name === name);
  if (!rule)
    throw unknownRule(
      name,
      rules.map((one) => one.name),
    );
  return {
    kind: RULE_VIEW.kind,
    name,
    document: RULE_VIEW.document(rule),
    facts: [
      { title: 'Mode', text: `${rule.mode}: new clusters that it selects begin in it` },
      {
        title: 'Priority',
        text: `${rule.priority}: the lowest is asked first, and the first that selects counts`,
      },
      { title: 'Clusters', text: choiceText(rule.clusters) },
      { title: 'Loaded', text: whenText(rule.at, clock.now()) },
      { title: 'By', text: whoText(rule.by) },
      { title: 'Why', text: rule.why },
    ],
    isAllAboutIt: true,
    // The audit has no field for a rule: its sentence begins with the rule's name (shared/app/registry/enrolment-rules.ts).
    history: await newestAbout(
      ({ action, detail = '' }) => ACTIONS.has(action) && detail.startsWith(`${name}: `),
      (page) => registry.auditOfCluster(undefined, page),
      { limit, signal },
    ),
  };
}

const ACTIONS: ReadonlySet<string> = new Set(['enrolmentRuleLoaded', 'enrolmentRuleRemoved']);

/** Says which ones there are, or which one may be meant. */
export function unknownRule(name: string, there: readonly string[]): UsageError {
  const near = nearestName(name, there);
  return new UsageError(
    `there is no enrolment rule ${name}`,
    near === undefined ? 'rolecall get rules lists those that there are' : `did you mean ${near}?`,
  );
}
