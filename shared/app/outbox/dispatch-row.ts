import { KEYS_A_MESSAGE } from '#events/messages/keys-a-message.ts';
import type { ReconcileMessage } from '#events/messages/reconcile-message.ts';
import { clusterArn } from '#shared/domain/cluster.ts';
import type { OutboxEntry, OutboxRow } from '#shared/domain/registry/outbox-entry.ts';
import type { EventPublisher } from '#shared/ports/event-publisher.ts';
import type { MessageSender, OutgoingMessage } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { chunksOf } from '../drift/chunks-of.ts';
import { toEnrolQueue, toReconcileQueue } from '../drift/outgoing.ts';
import { toOutboundEvent } from './to-outbound-event.ts';

export interface DispatchDeps {
  readonly reconcileQueue: MessageSender;
  readonly enrolQueue: MessageSender;
  readonly bus: EventPublisher;
}

/**
 * Tells what one row of the outbox has to tell: requests to the reconcile and the enrol queue, the rest on Rolecall's bus.
 * Safe to repeat: a request is taken once or does the same again, and an event that is told twice is the same event.
 * Of a row with an entry that is not known nothing is told: a row that comes again and again would tell the rest each time.
 */
export async function dispatchRow(deps: DispatchDeps, row: OutboxRow, call: CallOptions = {}): Promise<void> {
  const requests = row.entries.flatMap((entry, index) =>
    entry.type === 'ReconcileRequested' ? requestsOf(entry, `${row.id} ${index}`) : [],
  );
  const enrolments = row.entries.flatMap((entry) =>
    entry.type === 'EnrolmentRequested' ? [placeMessageOf(entry)] : [],
  );
  const events = row.entries.flatMap((entry) => toOutboundEvent(entry, row.at) ?? []);
  if (requests.length > 0) await deps.reconcileQueue.send(requests, call);
  if (enrolments.length > 0) await deps.enrolQueue.send(enrolments, call);
  if (events.length > 0) await deps.bus.publish(events, call);
}

/** Reads a row of the outbox's stream; throws on one that nobody of ours wrote. */
export function readOutboxRow(row: Readonly<Record<string, unknown>>): OutboxRow {
  const { id, at, entries } = row;
  if (typeof id !== 'string' || typeof at !== 'number' || !Array.isArray(entries)) {
    throw new Error(`no row of the outbox: ${Object.keys(row).join(', ')}`);
  }
  return { id, at, entries: entries as readonly OutboxEntry[] };
}

function placeMessageOf({
  requestId,
  place,
}: Extract<OutboxEntry, { readonly type: 'EnrolmentRequested' }>): OutgoingMessage {
  const { partition, account, region } = place;
  return toEnrolQueue({ version: 1, change: 'place', requestId, place: { partition, account, region } });
}

function requestsOf(
  { cluster, keys, verify, why }: Extract<OutboxEntry, { readonly type: 'ReconcileRequested' }>,
  id: string,
): readonly OutgoingMessage[] {
  const parts = keys === 'all' ? (['all'] as const) : chunksOf(keys, KEYS_A_MESSAGE);
  return parts.map((part, index) => {
    const message: ReconcileMessage = {
      version: 1,
      cluster,
      keys: part === 'all' ? part : [...part],
      ...(verify ? { verify } : {}),
      why,
    };
    return toReconcileQueue(message, `${id} ${index} ${clusterArn(cluster)}`);
  });
}
