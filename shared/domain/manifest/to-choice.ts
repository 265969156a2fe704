import type { ClusterChoice, LabelExpression } from '../cluster-selector.ts';
import type { ManifestExpression, ManifestTarget } from './schema.ts';

/** A selector as it is written in a manifest, as the domain knows it. */
export function toChoice(clusters: ManifestTarget['clusters']): ClusterChoice {
  if (clusters === 'all') return clusters;
  const { matchExpressions, ...others } = clusters;
  return matchExpressions ? { ...others, matchExpressions: matchExpressions.map(toExpression) } : others;
}

function toExpression(expression: ManifestExpression): LabelExpression {
  if (expression.operator === 'In' || expression.operator === 'NotIn') return expression;
  const { key, operator } = expression;
  return { key, operator };
}
