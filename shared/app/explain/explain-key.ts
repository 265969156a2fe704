import type { ObservedAssociation } from '#shared/domain/association.ts';
import type { Cluster } from '#shared/domain/cluster.ts';
import type { Decision } from '#shared/domain/decision.ts';
import { formatKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Memory } from '#shared/ports/memory.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { desiredFromMappings } from '../desired-from-mappings.ts';
import { agentState, clusterWithoutRegistry } from '../fleet/check-fleet.ts';
import type { FoundCluster } from '../fleet/discover-clusters.ts';
import { checkCluster } from '../reconcile/check-cluster.ts';
import type { ReconcileSettings } from '../reconcile/settings.ts';
import { agentLink, associationLink } from './cluster-links.ts';
import { type Explanation, LINKS, type Link, verdictOf } from './explanation.ts';
import { roleLinks } from './role-links.ts';
import { wishLinks } from './wish-links.ts';

export interface ExplainInput {
  readonly found: FoundCluster;
  readonly key: ServiceAccountKey;
  readonly mappings: readonly Mapping[];
  readonly settings: ReconcileSettings;
  /** YYYY-MM-DD, UTC: whether a mapping has expired. */
  readonly today: string;
  /** Whether somebody says that the agent runs although EKS knows of no add-on. */
  readonly agentInstalled: boolean;
}

export interface ExplainDeps {
  readonly memory: Memory;
  readonly clock: Clock;
}

/**
 * Walks the chain from a wish to the credentials of a pod, and says of each link whether it holds. Reads only; a link
 * that cannot be read is `unknown`. Answers `undefined` when there is no such cluster. Calls: DescribeCluster,
 * DescribeAddon, at most one list and one describe, and GetRole for each role.
 */
export async function explainKey(
  deps: ExplainDeps,
  input: ExplainInput,
  call: CallOptions = {},
): Promise<Explanation | undefined> {
  const { found, key } = input;
  const described = await found.readers.clusters.describe(found.ref, call);
  if (!described) return undefined;
  const cluster = clusterWithoutRegistry(described);
  const wish = wishLinks(input.mappings, cluster, key, input.today);
  const { decision, observed } = await decisionOn(deps, input, cluster, call);
  const roles = wish.fields
    ? await roleLinks(found.readers.roles, { cluster, key, fields: wish.fields, observed }, call)
    : skipped(['role', 'trust policy']);
  const agent = agentLink(await agentState(found, cluster, call), found.ref, input.agentInstalled);
  const association = wish.fields
    ? associationLink(decision, found.ref, wish.fields)
    : unwishedAssociation(decision, observed);
  const links = [...wish.links, ...roles, agent, association].sort(
    (left, right) => LINKS.indexOf(left.name) - LINKS.indexOf(right.name),
  );
  return {
    cluster: found.ref,
    key,
    links,
    verdict: verdictOf(links),
    ...(observed ? { associatedAt: observed.createdAt } : {}),
  };
}

async function decisionOn(
  deps: ExplainDeps,
  { found, key, mappings, settings }: ExplainInput,
  cluster: Cluster,
  call: CallOptions,
): Promise<{ readonly decision: Decision; readonly observed: ObservedAssociation | undefined }> {
  const checkDeps = {
    ...deps,
    reader: found.readers.podIdentity,
    desired: desiredFromMappings(mappings, deps.clock),
  };
  const check = await checkCluster(checkDeps, cluster, settings, { keys: [key], call });
  const [decision] = check.decisions;
  if (!decision) throw new Error(`no decision on ${formatKey(key)}`);
  const observation = check.situations.get(formatKey(key))?.observation;
  return { decision, observed: observation?.kind === 'described' ? observation.association : undefined };
}

function skipped(names: readonly Link['name'][]): readonly Link[] {
  return names.map((name) => ({ name, state: 'skipped', says: 'no role is wished for' }));
}

/** Nothing is wished, so nothing can be missing; what is there is said all the same. */
function unwishedAssociation(decision: Decision, observed: ObservedAssociation | undefined): Link {
  if (decision.verdict.kind === 'unknown' && decision.verdict.reason !== 'desiredUnreadable') {
    return { name: 'association', state: 'unknown', says: `could not be read: ${decision.reason}` };
  }
  const there = observed ? `${observed.associationId} binds ${observed.roleArn}` : 'there is none';
  return { name: 'association', state: 'skipped', says: `${there}; nothing is wished for` };
}
