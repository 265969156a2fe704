import { KEYS_A_MESSAGE } from '#events/messages/keys-a-message.ts';
import { formatKey } from '#shared/domain/key.ts';
import type { OutgoingMessage } from '#shared/ports/messages.ts';
import type { ReconcileAnswer } from '../registry/reconcile.ts';
import { chunksOf } from './chunks-of.ts';
import { toWaitingQueue } from './outgoing.ts';

/**
 * Messages for what a look at a whole cluster left unverified because it would not have fitted into one run
 * (`ReconcileSettings.describeAtMost`): the rest is looked at key by key, as nobody's doing.
 */
export function unverified(
  answer: Extract<ReconcileAnswer, { readonly kind: 'reconciled' }>,
): readonly OutgoingMessage[] {
  const { check, cluster } = answer;
  const left = (check?.decisions ?? []).filter(
    ({ verdict }) => verdict.kind === 'unknown' && verdict.reason === 'notVerified',
  );
  const { partition, account, region, name, createdAt } = cluster;
  const keys = left.map((decision) => {
    const observation = check?.situations.get(formatKey(decision))?.observation;
    const place = observation?.kind === 'listed' ? { associationId: observation.summary.associationId } : {};
    return { namespace: decision.namespace, serviceAccount: decision.serviceAccount, ...place };
  });
  return chunksOf(keys, KEYS_A_MESSAGE).map((some) =>
    toWaitingQueue(
      {
        version: 1,
        cluster: { partition, account, region, name, createdAt },
        keys: [...some],
        why: 'unverified',
      },
      0,
    ),
  );
}
