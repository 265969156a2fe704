import type { AssociationFields } from './association.ts';
import type { Cluster, ClusterRef } from './cluster.ts';
import { clusterArn } from './cluster.ts';
import { type ClusterPredicate, compileClusterChoice } from './cluster-selector.ts';
import { formatKey, formatMappingKey, type KeyText } from './key.ts';
import type { Mapping, Target } from './mapping.ts';
import {
  type ExpansionFault,
  expandRoleTemplate,
  explainExpansionFault,
  type RoleTemplate,
  readRoleTemplate,
} from './role-template.ts';

/** What resolving looks at in a cluster. */
export type TargetCluster = Pick<
  Cluster,
  'partition' | 'account' | 'region' | 'name' | 'clusterSet' | 'labels'
>;

/** Why a mapping that selects a cluster cannot say what the cluster should have. */
export interface ResolutionProblem {
  readonly kind:
    | ExpansionFault['kind']
    /** EKS refuses a role of another account (facts §1.4). */
    | 'roleInOtherAccount'
    /** No template at all: the mapping did not pass `parseManifests`. */
    | 'faultyTemplate';
  readonly targetIndex: number;
  readonly field: 'roleArn' | 'targetRoleArn';
  /** One sentence for a person, naming the variable and what would put it right. */
  readonly message: string;
}

/** The wish for one cluster, concrete. */
export type ResolvedTarget =
  | {
      readonly kind: 'fields';
      readonly fields: AssociationFields;
      readonly targetIndex: number;
      readonly takeover: boolean;
    }
  | { readonly kind: 'unresolvable'; readonly problem: ResolutionProblem };

export type TargetResolution =
  | ResolvedTarget
  /** No target selects the cluster, or it is in another cluster set: nothing is wished there. */
  | { readonly kind: 'none' };

/** What the mapping wishes for the cluster. The first target that selects it decides, even when it cannot be resolved. */
export function resolveTarget(mapping: Mapping, cluster: TargetCluster): TargetResolution {
  if (mapping.key.clusterSet !== cluster.clusterSet) return { kind: 'none' };
  const { targets } = mapping;
  for (let targetIndex = 0; targetIndex < targets.length; targetIndex++) {
    const compiled = compileTarget(targets[targetIndex] as Target);
    if (compiled.selects(cluster)) return resolveFields(compiled, targetIndex, cluster);
  }
  return { kind: 'none' };
}

/** A wish with the mapping that it comes from. */
export interface SelectedTarget {
  readonly mapping: Mapping;
  readonly resolution: ResolvedTarget;
}

/**
 * Everything that the mappings wish for one cluster, in their order. A mapping that selects the cluster and cannot be
 * resolved is in it: leaving it out would say that nothing is wished.
 *
 * Mode and expiry are not looked at. Throws when two mappings have one key, which `parseManifests` refuses.
 */
export function selectTargets(
  mappings: Iterable<Mapping>,
  cluster: TargetCluster,
): Map<KeyText, SelectedTarget> {
  const selected = new Map<KeyText, SelectedTarget>();
  for (const mapping of mappings) {
    const resolution = resolveTarget(mapping, cluster);
    if (resolution.kind === 'none') continue;
    const key = formatKey(mapping.key);
    if (selected.has(key)) throw new Error(`two mappings for ${formatMappingKey(mapping.key)}`);
    selected.set(key, { mapping, resolution });
  }
  return selected;
}

type CompiledTemplate = RoleTemplate | { readonly faulty: string };

interface CompiledTarget {
  readonly target: Target;
  readonly selects: ClusterPredicate;
  readonly roleArn: CompiledTemplate;
  readonly targetRoleArn: CompiledTemplate | undefined;
}

/** Targets are immutable, and one serves thousands of clusters. */
const compiledTargets = new WeakMap<Target, CompiledTarget>();

function compileTarget(target: Target): CompiledTarget {
  const known = compiledTargets.get(target);
  if (known) return known;
  const { roleArn, targetRoleArn } = target;
  const compiled: CompiledTarget = {
    target,
    selects: compileClusterChoice(target.clusters),
    roleArn: compileTemplate(roleArn),
    targetRoleArn: targetRoleArn === undefined ? undefined : compileTemplate(targetRoleArn),
  };
  compiledTargets.set(target, compiled);
  return compiled;
}

function compileTemplate(text: string): CompiledTemplate {
  const reading = readRoleTemplate(text);
  return reading.kind === 'template' ? reading.template : { faulty: text };
}

function resolveFields(
  compiled: CompiledTarget,
  targetIndex: number,
  cluster: TargetCluster,
): ResolvedTarget {
  const { target } = compiled;
  const role = expand(compiled.roleArn, cluster);
  if (role.kind === 'fault') return unresolvable(role.fault, 'roleArn', targetIndex);
  if (!role.arn.startsWith(`arn:${cluster.partition}:iam::${cluster.account}:role/`)) {
    const fault = { kind: 'roleInOtherAccount', message: explainOtherAccount(role.arn, cluster) } as const;
    return unresolvable(fault, 'roleArn', targetIndex);
  }
  const targetRole = compiled.targetRoleArn && expand(compiled.targetRoleArn, cluster);
  if (targetRole?.kind === 'fault') return unresolvable(targetRole.fault, 'targetRoleArn', targetIndex);
  const { disableSessionTags, policy, tags, takeover } = target;
  const fields: AssociationFields = {
    roleArn: role.arn,
    ...(targetRole && { targetRoleArn: targetRole.arn }),
    disableSessionTags,
    ...(policy !== undefined && { policy }),
    tags,
  };
  return { kind: 'fields', fields, targetIndex, takeover };
}

type Fault = Pick<ResolutionProblem, 'kind' | 'message'>;
type ExpandedRole =
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'fault'; readonly fault: Fault };

function expand(template: CompiledTemplate, cluster: TargetCluster): ExpandedRole {
  if ('faulty' in template) {
    const message = `${template.faulty} is no role ARN that Rolecall can make concrete.`;
    return { kind: 'fault', fault: { kind: 'faultyTemplate', message } };
  }
  const expansion = expandRoleTemplate(template, cluster);
  if (expansion.kind === 'arn') return expansion;
  const message = explainExpansionFault(expansion.fault, template.text, cluster);
  return { kind: 'fault', fault: { kind: expansion.fault.kind, message } };
}

function explainOtherAccount(roleArn: string, cluster: ClusterRef): string {
  return `${roleArn} is not in account ${cluster.account} of ${clusterArn(cluster)}, and EKS takes only a role of the cluster's own account: write {partition} and {account}, or reach the other account by targetRoleArn.`;
}

function unresolvable(fault: Fault, field: ResolutionProblem['field'], targetIndex: number): ResolvedTarget {
  return { kind: 'unresolvable', problem: { ...fault, targetIndex, field } };
}
