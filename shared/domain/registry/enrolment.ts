import type { Cluster } from '../cluster.ts';
import { type ClusterChoice, matchesCluster, type SelectableCluster } from '../cluster-selector.ts';
import type { Mode } from '../mode.ts';

/** Lets a new cluster begin in another mode than `observe`. Somebody put it into the registry, and answers for it. */
export interface EnrolmentRule {
  /** Names the rule in the registry and in the audit. */
  readonly name: string;
  /** Which rule is asked first: the lowest number; no two rules have the same. */
  readonly priority: number;
  readonly clusters: ClusterChoice;
  readonly mode: Mode;
}

/** The mode in which a cluster begins: `observe`, unless the first rule that selects it says otherwise. */
export function modeAtEnrolment(
  rules: readonly EnrolmentRule[],
  cluster: SelectableCluster,
): { readonly mode: Mode; readonly rule?: string } {
  const rule = byPriority(rules).find(({ clusters }) => matchesCluster(clusters, cluster));
  return rule ? { mode: rule.mode, rule: rule.name } : { mode: 'observe' };
}

/** In the order in which they are asked. */
export function byPriority<Rule extends EnrolmentRule>(rules: readonly Rule[]): readonly Rule[] {
  return [...rules].sort((left, right) => left.priority - right.priority);
}

/** The tags that differ from the labels they were copied to: labels are changed by request only. */
export function labelDrift(
  cluster: Pick<Cluster, 'labels'>,
  tags: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(cluster.labels), ...Object.keys(tags)]);
  const value = (of: Readonly<Record<string, string>>, name: string) =>
    Object.hasOwn(of, name) ? of[name] : undefined;
  return [...names].filter((name) => value(cluster.labels, name) !== value(tags, name)).sort();
}
