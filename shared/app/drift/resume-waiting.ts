import { readReconcileMessage } from '#events/messages/reconcile-message.ts';
import type { MessageSender } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { toReconcileQueue } from './outgoing.ts';

/**
 * Puts a message that has waited long enough back on the reconcile queue. Throws on one that it cannot read: that is
 * ours, so somebody has to look.
 */
export async function resumeWaiting(
  reconcileQueue: MessageSender,
  waiting: { readonly id: string; readonly body: string },
  call: CallOptions = {},
): Promise<void> {
  const read = readReconcileMessage(waiting.body);
  if (read.kind === 'unreadable') throw new Error(`a waiting message cannot be read: ${read.detail}`);
  const { message } = read;
  await reconcileQueue.send([toReconcileQueue(message, message.mergeBy ?? waiting.id)], call);
}
