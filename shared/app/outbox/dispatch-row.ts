import { KEYS_A_MESSAGE, type ReconcileMessage } from '#events/messages/reconcile-message.ts';
import { clusterArn } from '#shared/domain/cluster.ts';
import type { OutboxEntry, OutboxRow } from '#shared/domain/registry/outbox-entry.ts';
import type { EventPublisher } from '#shared/ports/event-publisher.ts';
import type { MessageSender, OutgoingMessage } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { chunksOf } from '../drift/chunks-of.ts';
import { toReconcileQueue } from '../drift/outgoing.ts';
import { toOutboundEvent } from './to-outbound-event.ts';

export interface DispatchDeps {
  readonly reconcileQueue: MessageSender;
  readonly bus: EventPublisher;
}

/**
 * Tells what one row of the outbox has to tell: requests to the reconcile queue, the rest on Rolecall's bus. Safe to
 * repeat: a request is taken once, and an event that is told twice is the same event.
 */
export async function dispatchRow(deps: DispatchDeps, row: OutboxRow, call: CallOptions = {}): Promise<void> {
  const requests = row.entries.flatMap((entry, index) =>
    entry.type === 'ReconcileRequested' ? requestsOf(entry, `${row.id} ${index}`) : [],
  );
  const events = row.entries.flatMap((entry) => toOutboundEvent(entry, row.at) ?? []);
  if (requests.length > 0) await deps.reconcileQueue.send(requests, call);
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

function requestsOf(
  { cluster, keys, why }: Extract<OutboxEntry, { readonly type: 'ReconcileRequested' }>,
  id: string,
): readonly OutgoingMessage[] {
  const parts = keys === 'all' ? (['all'] as const) : chunksOf(keys, KEYS_A_MESSAGE);
  return parts.map((part, index) => {
    const message: ReconcileMessage = {
      version: 1,
      cluster,
      keys: part === 'all' ? part : [...part],
      why,
    };
    return toReconcileQueue(message, `${id} ${index} ${clusterArn(cluster)}`);
  });
}
