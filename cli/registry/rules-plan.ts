import { compareRules } from '#shared/app/registry/enrolment-rules.ts';
import type { EnrolmentRule } from '#shared/domain/registry/enrolment.ts';
import { MAX_RULES } from '#shared/domain/registry/enrolment-rules.ts';
import { countText } from '../text/count-text.ts';
import { printable } from '../text/printable.ts';
import { UsageError } from '../usage-error.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { choiceText } from './rule-view.ts';

/** What a load would change among the enrolment rules, in words. */
export interface RulesPlanText {
  readonly lines: readonly string[];
  readonly summary: string;
  readonly changes: number;
}

/** Compares rules with those of the registry. Fails with `UsageError` when two would have one priority. */
export async function planOfRules(
  connection: Pick<RegistryConnection, 'registry'>,
  rules: readonly EnrolmentRule[],
): Promise<RulesPlanText> {
  if (rules.length === 0) return { lines: [], summary: '', changes: 0 };
  const { added, changed, unchanged, clashes } = await compareRules(connection, rules);
  const [clash] = clashes;
  if (clash) throw rulesRefused('clash', clash);
  const news = [...added, ...changed.map(({ after }) => after)];
  return {
    lines: [
      ...added.map((rule) => printable(`+ rule ${rule.name}  ${ruleText(rule)}`)),
      ...changed.map(({ before, after }) =>
        printable(`~ rule ${after.name}  ${ruleText(before)}  ►  ${ruleText(after)}`),
      ),
      ...(news.some(({ mode }) => mode === 'enforce') ? [ENFORCES] : []),
    ],
    summary: `${countText(added.length, 'enrolment rule')} new, ${changed.length} changed, ${unchanged.length} there already`,
    changes: news.length,
  };
}

const ENFORCES =
  '! with enforce, what is ours is put right on a new cluster before anybody has looked at it; the brake bounds it';

/** Why rules are not loaded. */
export function rulesRefused(
  answer: 'clash' | 'tooMany',
  [one, other]: readonly string[] = ['one', 'another'],
): UsageError {
  if (answer === 'tooMany') {
    return new UsageError(
      `there would be more than ${MAX_RULES} enrolment rules`,
      'select by labels: a rule for each cluster is no rule',
    );
  }
  return new UsageError(
    `the rules ${one} and ${other} would have the same priority: it would be chance which of them counts`,
    'give each its own; rolecall get rules shows those that are there',
  );
}

function ruleText({ priority, mode, clusters }: EnrolmentRule): string {
  return `priority ${priority}, ${mode}, clusters: ${choiceText(clusters)}`;
}
