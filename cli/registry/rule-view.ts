import type { ClusterChoice, LabelExpression } from '#shared/domain/cluster-selector.ts';
import type { StoredRule } from '#shared/domain/registry/enrolment-rules.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { ageText } from '../text/age-text.ts';
import type { ListView } from './list-view.ts';
import { plainDocument } from './plain-document.ts';

export const RULE_VIEW: ListView<StoredRule> = {
  kind: 'EnrolmentRule',
  plural: 'enrolment rules: every new cluster begins in mode observe',
  columns: [
    { title: 'NAME', cell: ({ name }) => ({ text: name }) },
    { title: 'PRIORITY', cell: ({ priority }) => ({ text: String(priority) }) },
    { title: 'MODE', cell: ({ mode }) => ({ text: mode }) },
    { title: 'CLUSTERS', shrinkTo: 24, cell: ({ clusters }) => ({ text: choiceText(clusters) }) },
    { title: 'AGE', cell: ({ at }, now) => ({ text: ageText(now - at) }) },
    { title: 'BY', shrinkTo: 12, cell: ({ by }) => ({ text: whoText(by) }) },
    { title: 'WHY', wide: true, shrinkTo: 20, cell: ({ why }) => ({ text: why }) },
  ],
  name: ({ name }) => name,
  document: plainDocument,
};

/** `env=lab, tier in (a, b), account 111122223333`: everything must hold. */
export function choiceText(choice: ClusterChoice): string {
  if (choice === 'all') return 'all';
  const { matchLabels = {}, matchExpressions = [], names, accounts, regions } = choice;
  const one = (what: string, values: readonly string[] | undefined) =>
    values ? [values.length === 1 ? `${what} ${values[0]}` : `${what} in (${values.join(', ')})`] : [];
  return [
    ...Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`),
    ...matchExpressions.map(expressionText),
    ...one('name', names),
    ...one('account', accounts),
    ...one('region', regions),
  ].join(', ');
}

function expressionText(expression: LabelExpression): string {
  const { key } = expression;
  switch (expression.operator) {
    case 'In':
      return `${key} in (${expression.values.join(', ')})`;
    case 'NotIn':
      return `${key} notin (${expression.values.join(', ')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
