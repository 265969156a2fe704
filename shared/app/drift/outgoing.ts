import { createHash } from 'node:crypto';
import type { EnrolMessage, PlaceMessage } from '#events/messages/enrol-message.ts';
import type { ReconcileMessage } from '#events/messages/reconcile-message.ts';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import { MAX_DELAY_SECONDS, type OutgoingMessage } from '#shared/ports/messages.ts';

/**
 * A message for the reconcile queue: one group for each cluster, so that one worker at a time has it.
 *
 * @param id the same for the same request: within five minutes it is taken once
 */
export function toReconcileQueue(message: ReconcileMessage, id: string): OutgoingMessage {
  return { body: JSON.stringify(message), group: groupOf(message.cluster), deduplicationId: digestOf(id) };
}

/** A message that comes to the reconcile queue after a while. */
export function toWaitingQueue(message: ReconcileMessage, afterMs: number): OutgoingMessage {
  return { body: JSON.stringify(message), delaySeconds: delaySeconds(afterMs) };
}

export function toEnrolQueue(message: EnrolMessage | PlaceMessage, afterMs = 0): OutgoingMessage {
  return { body: JSON.stringify(message), delaySeconds: delaySeconds(afterMs) };
}

/** Rounded up: what comes too early has to wait again. */
function delaySeconds(afterMs: number): number {
  return Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(afterMs / 1000)));
}

/** The cluster's ARN, which a cluster's name may make longer than SQS takes. */
function groupOf(cluster: ClusterRef): string {
  const arn = clusterArn(cluster);
  return arn.length <= MAX_ID ? arn : digestOf(arn);
}

/** Of a group, and of an id to deduplicate by. */
const MAX_ID = 128;

/** Event ids may be of any length and hold any characters; SQS takes few of both. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
