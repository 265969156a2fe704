import { KEYS_A_MESSAGE } from '#events/messages/keys-a-message.ts';
import type { ReconcileKey } from '#events/messages/reconcile-message.ts';
import { formatKey } from '#shared/domain/key.ts';
import type { OutgoingMessage } from '#shared/ports/messages.ts';
import type { ReconcileAnswer } from '../registry/reconcile-request.ts';
import { chunksOf } from './chunks-of.ts';
import { toWaitingQueue } from './outgoing.ts';

type Reconciled = Extract<ReconcileAnswer, { readonly kind: 'reconciled' }>;

/**
 * Messages for what a look at a whole cluster left because it would not have fitted into one run
 * (`ReconcileSettings.describeAtMost` and `writeAtMost`): the rest is looked at key by key, as nobody's doing.
 */
export function restOfCluster(answer: Reconciled): readonly OutgoingMessage[] {
  const unwritten = answer.left.map(
    ({ namespace, serviceAccount, associationId }): ReconcileKey => ({
      namespace,
      serviceAccount,
      ...(associationId === undefined ? {} : { associationId }),
    }),
  );
  return [
    ...messagesOf(answer, unverified(answer), 'unverified'),
    ...messagesOf(answer, unwritten, 'unwritten'),
  ];
}

function unverified({ check }: Reconciled): readonly ReconcileKey[] {
  const left = (check?.decisions ?? []).filter(
    ({ verdict }) => verdict.kind === 'unknown' && verdict.reason === 'notVerified',
  );
  return left.map((decision) => {
    const observation = check?.situations.get(formatKey(decision))?.observation;
    const place = observation?.kind === 'listed' ? { associationId: observation.summary.associationId } : {};
    return { namespace: decision.namespace, serviceAccount: decision.serviceAccount, ...place };
  });
}

function messagesOf(
  { cluster: { partition, account, region, name, createdAt } }: Reconciled,
  keys: readonly ReconcileKey[],
  why: string,
): readonly OutgoingMessage[] {
  const cluster = { partition, account, region, name, createdAt };
  return chunksOf(keys, KEYS_A_MESSAGE).map((some) =>
    toWaitingQueue({ version: 1, cluster, keys: [...some], why }, 0),
  );
}
