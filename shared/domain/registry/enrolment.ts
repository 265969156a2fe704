import type { Cluster } from '../cluster.ts';
import { type ClusterChoice, matchesCluster, type SelectableCluster } from '../cluster-selector.ts';
import type { Mode } from '../mode.ts';

/** Lets a new cluster begin in another mode than `observe`. Somebody approved it. */
export interface EnrolmentRule {
  /** Names the rule in the audit. */
  readonly name: string;
  readonly clusters: ClusterChoice;
  readonly mode: Mode;
}

/** The mode in which a cluster begins: `observe`, unless the first rule that selects it says otherwise. */
export function modeAtEnrolment(
  rules: readonly EnrolmentRule[],
  cluster: SelectableCluster,
): { readonly mode: Mode; readonly rule?: string } {
  const rule = rules.find(({ clusters }) => matchesCluster(clusters, cluster));
  return rule ? { mode: rule.mode, rule: rule.name } : { mode: 'observe' };
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
