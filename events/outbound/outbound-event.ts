import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import { brakeCauseKey, eventCauseKey } from '#shared/domain/registry/cause-key.ts';
// Types only: what makes events must not carry the schemas that read them into every function.
import type { OutboundDetail, OutboundType } from './registry.ts';

/** The `source` of all our events. They go to a bus of their own, never to the one that receives AWS's. */
export const OUTBOUND_SOURCE = 'rolecall';
export const OUTBOUND_VERSION = 1;

/** An event of ours, as a member of EventBridge's envelope each. */
export type OutboundEvent = { [T in OutboundType]: OutboundEventOf<T> }[OutboundType];

export interface OutboundEventOf<T extends OutboundType> {
  readonly source: typeof OUTBOUND_SOURCE;
  readonly 'detail-type': T;
  /** The ARN of the cluster, where it is about one. */
  readonly resources: readonly string[];
  readonly detail: Readonly<OutboundDetail<T>>;
}

/** What is told of an event; the rest follows from it. */
export type OutboundInput<T extends OutboundType> = Readonly<
  Omit<OutboundDetail<T>, 'schemaVersion' | 'causeKey'>
>;

/**
 * Makes an event: `outboundEvent('Frozen', { at, by: 'alice', reason: 'incident 42' })`. Pure: the same input gives the
 * same event, so what is sent twice can be told to be the same.
 *
 * @param causeKey where the registry knows it: what ends may have another event behind it than what began
 */
export function outboundEvent<T extends OutboundType>(
  type: T,
  input: OutboundInput<T>,
  causeKey: string = causeKeyOf(type, input as About),
): OutboundEventOf<T> {
  const about = input as About;
  return {
    source: OUTBOUND_SOURCE,
    'detail-type': type,
    resources: about.cluster === undefined ? [] : [clusterArn(about.cluster)],
    // The compiler cannot see that input and these two are the whole detail of an event whose type is not yet known.
    detail: { schemaVersion: OUTBOUND_VERSION, causeKey, ...input } as unknown as OutboundDetail<T>,
  };
}

/** The fields of any detail that say what it comes from. */
interface About {
  readonly cluster?: ClusterRef;
  readonly cause?: { readonly eventId: string };
  readonly finding?: string;
  readonly roleArn?: string;
}

/**
 * What to notify by. One event behind our back may break forty associations: its id is one cause. What was found without
 * an event has the role that it is about as its cause, over all clusters; or else the kind of thing, a cluster at a time.
 */
function causeKeyOf(type: OutboundType, about: About): string {
  const { cluster, cause, finding, roleArn } = about;
  if (cause !== undefined) return eventCauseKey(cause.eventId);
  const subject = roleArn ?? (cluster === undefined ? 'fleet' : clusterArn(cluster));
  return finding === 'brakeEngaged'
    ? brakeCauseKey(subject)
    : `${finding ?? KINDS_WITHOUT_EVENT[type]}/${subject}`;
}

/** What comes and goes has one key for both, so that a notification can be closed by it. */
const KINDS_WITHOUT_EVENT: Readonly<Record<OutboundType, string>> = {
  AssociationDrifted: 'drift',
  AssociationRepaired: 'drift',
  AssociationRepairFailed: 'repairFailed',
  AssociationApplied: 'applied',
  CauseNoticed: 'finding',
  FindingOpened: 'finding',
  FindingResolved: 'finding',
  ClusterEnrolled: 'cluster',
  ClusterModeChanged: 'mode',
  ClusterRetired: 'cluster',
  BrakeEngaged: 'brake',
  BrakeReleased: 'brake',
  Frozen: 'freeze',
  Unfrozen: 'freeze',
};
