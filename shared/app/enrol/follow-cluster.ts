import type { EnrolMessage } from '#events/messages/enrol-message.ts';
import { clusterArn } from '#shared/domain/cluster.ts';
import type { Clusters, DescribedCluster } from '#shared/ports/clusters.ts';
import type { MessageSender } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { endUnknownCluster } from '../drift/note-unknown-cluster.ts';
import { toEnrolQueue } from '../drift/outgoing.ts';
import { enrolCluster } from '../registry/enrol-cluster.ts';
import type { Asked, RegistryDeps } from '../registry/registry-deps.ts';
import { retireCluster } from '../registry/retire-cluster.ts';

export interface FollowDeps extends RegistryDeps {
  readonly clusters: Clusters;
  readonly enrolQueue: MessageSender;
}

export interface FollowOptions {
  /** When to stop and come back later, epoch milliseconds. */
  readonly until: number;
  readonly call?: CallOptions;
}

export type Followed =
  | { readonly kind: 'enrolled' | 'known' | 'retired' | 'outdated' }
  /** Somebody asked for it, and EKS has none of that name. */
  | { readonly kind: 'missing' }
  /** It is not yet, or not any more, what the message says: looked at again after a while. */
  | { readonly kind: 'waiting'; readonly why: string }
  /** It never became what the message says. */
  | { readonly kind: 'dropped'; readonly why: string };

/** EKS takes about a quarter of an hour to make a cluster; one that takes a day will not come. */
const WAIT_MS = 60_000;
const GIVE_UP_MS = 24 * 3_600_000;
/** How long EKS may go on showing what was there before. */
const STALE_MS = 15 * 60_000;
/** There is more to do than fitted into one run. */
const GO_ON_MS = 1_000;

/**
 * Follows one change of a cluster to its end: looks at what EKS says, enrols what came, retires what went, and compares
 * the tags of what was there all along. Safe to repeat; what is not over comes back by a message of its own.
 */
export async function followCluster(
  deps: FollowDeps,
  message: EnrolMessage,
  options: FollowOptions,
): Promise<Followed> {
  const { partition, account, region, name } = message.cluster;
  const ref = { partition, account, region, name };
  const found = await deps.clusters.describe(ref, options.call);
  if (found === undefined) return await followMissing(deps, message, options);
  if (message.change === 'deleted' && !(await isAnother(deps, found))) {
    return await comeBack(deps, message, 'it is still there', STALE_MS, options, found.status === 'DELETING');
  }
  return await enrol(deps, message, found, options);
}

/** Whether a younger cluster has the name now: then the one that was deleted is gone. */
async function isAnother({ registry }: RegistryDeps, found: DescribedCluster): Promise<boolean> {
  const [known] = await registry.get([{ type: 'cluster', clusterArn: found.arn }]);
  return known === undefined || known.cluster.createdAt !== found.createdAt;
}

async function followMissing(
  deps: FollowDeps,
  message: EnrolMessage,
  options: FollowOptions,
): Promise<Followed> {
  if (message.change === 'created') {
    return await comeBack(deps, message, 'EKS does not show it yet', STALE_MS, options);
  }
  // Whoever asked is told. What the registry may still have of it is for the event of its deletion to take away.
  if (message.change === 'asked') return { kind: 'missing' };
  if (message.change === 'tags') return { kind: 'dropped', why: 'the cluster is gone' };
  const asked = { ...askedOf(message), reason: 'deleted' as const };
  const answer = await retireCluster(deps, clusterArn(message.cluster), asked, { until: options.until });
  if (answer === 'unfinished') return await goOn(deps, message, options);
  return answer === 'retired' ? { kind: 'retired' } : { kind: 'dropped', why: 'nobody enrolled it' };
}

async function enrol(
  deps: FollowDeps,
  message: EnrolMessage,
  found: DescribedCluster,
  options: FollowOptions,
): Promise<Followed> {
  const answer = await enrolCluster(deps, found, askedOf(message), { until: options.until });
  switch (answer.kind) {
    case 'notReady':
      if (answer.status === 'FAILED' || answer.status === 'DELETING') {
        return { kind: 'dropped', why: `it is ${answer.status}` };
      }
      return await comeBack(deps, message, `it is ${answer.status}`, GIVE_UP_MS, options);
    case 'unfinished':
      return await goOn(deps, message, options);
    case 'enrolled':
      await endUnknownCluster(deps, found.arn);
      return { kind: 'enrolled' };
    case 'known':
    case 'outdated':
      return { kind: answer.kind };
  }
}

/** Comes back in a while, unless it has been too long. */
async function comeBack(
  deps: FollowDeps,
  message: EnrolMessage,
  why: string,
  patienceMs: number,
  { call }: FollowOptions,
  inAnyCase = false,
): Promise<Followed> {
  const waitedMs = deps.clock.now() - message.at;
  if (!inAnyCase && waitedMs > patienceMs) return { kind: 'dropped', why };
  await deps.enrolQueue.send([toEnrolQueue(message, WAIT_MS)], call);
  return { kind: 'waiting', why };
}

async function goOn(deps: FollowDeps, message: EnrolMessage, { call }: FollowOptions): Promise<Followed> {
  await deps.enrolQueue.send([toEnrolQueue(message, GO_ON_MS)], call);
  return { kind: 'waiting', why: 'there is more to do' };
}

/** A person who asked; else the event, which nobody asked us about. */
function askedOf({ change, cause, request }: EnrolMessage): Asked {
  if (request) return { by: request.by, why: request.why };
  return {
    by: 'enrol-cluster',
    why: `${cause?.eventName ?? change} by ${cause?.principal ?? 'somebody'}`,
  };
}
