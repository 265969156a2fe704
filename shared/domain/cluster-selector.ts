import type { Cluster } from './cluster.ts';
import { labelOf } from './label.ts';

/** A condition on one label, with Kubernetes' own operators and meaning. */
export type LabelExpression =
  | { readonly key: string; readonly operator: 'In' | 'NotIn'; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: 'Exists' | 'DoesNotExist' };

/** Which clusters. Everything given must hold; within one list, one of its members must. */
export interface ClusterSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelExpression[];
  /** Exact cluster names. */
  readonly names?: readonly string[];
  /** Twelve digits each. */
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
}

/** `all` is the only way to say every cluster: a selector that says nothing selects nothing. */
export type ClusterChoice = 'all' | ClusterSelector;

/** What a selector looks at. */
export type SelectableCluster = Pick<Cluster, 'name' | 'account' | 'region' | 'labels'>;

export type ClusterPredicate = (cluster: SelectableCluster) => boolean;

/**
 * Whether the cluster is one of those chosen.
 *
 * Labels behave as in Kubernetes (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/): `NotIn`
 * also holds where the label is absent. Other than there, the empty selector matches nothing: a wish that lost its
 * conditions must not become a wish for the whole fleet.
 */
export function matchesCluster(choice: ClusterChoice, cluster: SelectableCluster): boolean {
  return compileClusterChoice(choice)(cluster);
}

/** Prepares a choice for many clusters. */
export function compileClusterChoice(choice: ClusterChoice): ClusterPredicate {
  if (choice === 'all') return () => true;
  const conditions: ClusterPredicate[] = [];
  const { names, accounts, regions } = choice;
  if (names) conditions.push(({ name }) => names.includes(name));
  if (accounts) conditions.push(({ account }) => accounts.includes(account));
  if (regions) conditions.push(({ region }) => regions.includes(region));
  for (const [key, value] of Object.entries(choice.matchLabels ?? {})) {
    conditions.push(({ labels }) => labelOf(labels, key) === value);
  }
  for (const expression of choice.matchExpressions ?? []) conditions.push(compileExpression(expression));
  const [only, ...others] = conditions;
  if (!only) return () => false;
  if (others.length === 0) return only;
  return (cluster) => conditions.every((holds) => holds(cluster));
}

function compileExpression(expression: LabelExpression): ClusterPredicate {
  const { key } = expression;
  switch (expression.operator) {
    case 'In': {
      const { values } = expression;
      return ({ labels }) => {
        const value = labelOf(labels, key);
        return value !== undefined && values.includes(value);
      };
    }
    case 'NotIn': {
      const { values } = expression;
      return ({ labels }) => {
        const value = labelOf(labels, key);
        return value === undefined || !values.includes(value);
      };
    }
    case 'Exists':
      return ({ labels }) => labelOf(labels, key) !== undefined;
    case 'DoesNotExist':
      return ({ labels }) => labelOf(labels, key) === undefined;
  }
}
