import type { AssociationFields } from './association.ts';
import type { Cluster, ClusterRef } from './cluster.ts';
import { clusterArn } from './cluster.ts';
import {
  type ClusterChoice,
  type ClusterPredicate,
  compileClusterChoice,
  type SelectableCluster,
} from './cluster-selector.ts';
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
  return resolveCompiled(compileMapping(mapping), mapping, cluster);
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
    const compiled = compileMapping(mapping);
    const resolution = resolveCompiled(compiled, mapping, cluster);
    if (resolution.kind === 'none') continue;
    const size = selected.size;
    selected.set(compiled.key, { mapping, resolution });
    if (selected.size === size) throw new Error(`two mappings for ${formatMappingKey(mapping.key)}`);
  }
  return selected;
}

const NOTHING_WISHED: TargetResolution = { kind: 'none' };

function resolveCompiled(
  { targets }: CompiledMapping,
  mapping: Mapping,
  cluster: TargetCluster,
): TargetResolution {
  if (mapping.key.clusterSet !== cluster.clusterSet) return NOTHING_WISHED;
  for (const target of targets) {
    if (target.selects(cluster)) return resolveSelected(target, cluster);
  }
  return NOTHING_WISHED;
}

/** Mappings are immutable, and one serves thousands of clusters. */
const compiledMappings = new WeakMap<Mapping, CompiledMapping>();

interface CompiledMapping {
  /** Made once: a text that is made anew is hashed anew by every map that it goes into. */
  readonly key: KeyText;
  readonly targets: readonly CompiledTarget[];
}

function compileMapping(mapping: Mapping): CompiledMapping {
  const known = compiledMappings.get(mapping);
  if (known) return known;
  const compiled = { key: formatKey(mapping.key), targets: mapping.targets.map(compileTarget) };
  compiledMappings.set(mapping, compiled);
  return compiled;
}

type CompiledTemplate = RoleTemplate | { readonly faulty: string };

interface CompiledTarget {
  readonly index: number;
  readonly target: Target;
  readonly selects: ClusterPredicate;
  readonly roleArn: CompiledTemplate;
  readonly targetRoleArn: CompiledTemplate | undefined;
  /** Whether clusters of one account all get the same. */
  readonly sameInAccount: boolean;
  /** The last answer, where `sameInAccount`. A fleet is worked through account by account. */
  last?: { readonly partition: string; readonly account: string; readonly resolution: ResolvedTarget };
}

function compileTarget(target: Target, index: number): CompiledTarget {
  const roleArn = compileTemplate(target.roleArn);
  const targetRoleArn =
    target.targetRoleArn === undefined ? undefined : compileTemplate(target.targetRoleArn);
  return {
    index,
    target,
    selects: sharedPredicate(target.clusters),
    roleArn,
    targetRoleArn,
    sameInAccount:
      isSameInAccount(roleArn) && (targetRoleArn === undefined || isSameInAccount(targetRoleArn)),
  };
}

/**
 * One predicate for all targets that choose by the same words: a fleet has thousands of mappings and a handful of
 * selectors, and each is asked about one cluster at a time.
 */
const sharedPredicates = new Map<string, ClusterPredicate>();

function sharedPredicate(choice: ClusterChoice): ClusterPredicate {
  const words = JSON.stringify(choice);
  const known = sharedPredicates.get(words);
  if (known) return known;
  const predicate = rememberLast(compileClusterChoice(choice));
  sharedPredicates.set(words, predicate);
  return predicate;
}

function rememberLast(predicate: ClusterPredicate): ClusterPredicate {
  let last: SelectableCluster | undefined;
  let answer = false;
  return (cluster) => {
    if (cluster === last) return answer;
    answer = predicate(cluster);
    last = cluster;
    return answer;
  };
}

function isSameInAccount(template: CompiledTemplate): boolean {
  if ('faulty' in template) return false;
  return template.variables.every((variable) => variable === 'account' || variable === 'partition');
}

function compileTemplate(text: string): CompiledTemplate {
  const reading = readRoleTemplate(text);
  return reading.kind === 'template' ? reading.template : { faulty: text };
}

function resolveSelected(compiled: CompiledTarget, cluster: TargetCluster): ResolvedTarget {
  if (!compiled.sameInAccount) return resolveFields(compiled, cluster);
  const { partition, account } = cluster;
  const { last } = compiled;
  if (last && last.account === account && last.partition === partition) return last.resolution;
  const resolution = resolveFields(compiled, cluster);
  // What went wrong is told in words that name the cluster.
  if (resolution.kind === 'fields') compiled.last = { partition, account, resolution };
  return resolution;
}

function resolveFields(compiled: CompiledTarget, cluster: TargetCluster): ResolvedTarget {
  const { target, index } = compiled;
  const role = expand(compiled.roleArn, cluster);
  if (role.kind === 'fault') return unresolvable(role.fault, 'roleArn', index);
  if (!isInAccountOf(cluster, role.arn, target.roleArn)) {
    const fault = { kind: 'roleInOtherAccount', message: explainOtherAccount(role.arn, cluster) } as const;
    return unresolvable(fault, 'roleArn', index);
  }
  const targetRole = compiled.targetRoleArn && expand(compiled.targetRoleArn, cluster);
  if (targetRole?.kind === 'fault') return unresolvable(targetRole.fault, 'targetRoleArn', index);
  const fields = fieldsOf(target, role.arn, targetRole?.arn);
  return { kind: 'fields', fields, targetIndex: index, takeover: target.takeover };
}

function fieldsOf(target: Target, roleArn: string, targetRoleArn: string | undefined): AssociationFields {
  const { disableSessionTags, policy, tags } = target;
  // Most have neither; spreading nothing into each of a million costs as much as all the rest.
  if (targetRoleArn === undefined && policy === undefined) return { roleArn, disableSessionTags, tags };
  return {
    roleArn,
    ...(targetRoleArn !== undefined && { targetRoleArn }),
    disableSessionTags,
    ...(policy !== undefined && { policy }),
    tags,
  };
}

/** How nearly every mapping begins, and then nothing needs to be compared for each of a million keys. */
const OWN_ACCOUNT = 'arn:{partition}:iam::{account}:role/';

function isInAccountOf(cluster: ClusterRef, roleArn: string, template: string): boolean {
  return (
    template.startsWith(OWN_ACCOUNT) ||
    roleArn.startsWith(`arn:${cluster.partition}:iam::${cluster.account}:role/`)
  );
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
