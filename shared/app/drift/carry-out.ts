import type { ReconcileMessage } from '#events/messages/reconcile-message.ts';
import { type Cluster, clusterArn } from '#shared/domain/cluster.ts';
import { formatKey } from '#shared/domain/key.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { MessageSender } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { KeyOutcome } from '../reconcile/repair.ts';
import type { ReconcileSettings } from '../reconcile/settings.ts';
import { KEEPS_FAILING_ATTEMPTS } from '../registry/failing-write.ts';
import { reconcile } from '../registry/reconcile.ts';
import type { ReconcileAnswer, ReconcileDeps } from '../registry/reconcile-request.ts';
import { causeOf } from './cause-of.ts';
import { checkRoles } from './check-roles.ts';
import { followUps, lookAgainAtUnread } from './follow-ups.ts';
import { noteUnread } from './note-unread.ts';
import { notingFailures } from './noted-failures.ts';
import { restOfCluster } from './rest-of-cluster.ts';

export interface CarryOutDeps extends ReconcileDeps {
  /** Where what has to wait waits. */
  readonly waitingQueue: MessageSender;
}

/** What carrying out a message came to. */
export type CarriedOut =
  | { readonly kind: 'notEnrolled' | 'otherCluster' }
  | {
      readonly kind: 'reconciled';
      readonly cluster: Cluster;
      readonly frozen: boolean;
      readonly outcomes: readonly KeyOutcome[];
      readonly braked: number;
      /** How many repairs have not gone well for a while, and are tried again. */
      readonly failing: number;
      /** How many keys come back later. */
      readonly waiting: number;
      /** When it was over, epoch milliseconds. */
      readonly endedAt: number;
      /** What could not be read or written now and may be later: the message has to come back. */
      readonly failure?: AppError;
    };

/**
 * Carries out one message of the reconcile queue: one look at its keys, and one round of writes. Nothing is waited for
 * here; what needs time comes back through the waiting queue. Safe to repeat at any point.
 *
 * Answers with `failure` what has to come back with the message. A cluster that may not be read any more becomes a
 * finding and is looked at again later, as a whole.
 */
export async function carryOut(
  deps: CarryOutDeps,
  message: ReconcileMessage,
  usual: ReconcileSettings,
  call: CallOptions = {},
): Promise<CarriedOut> {
  const settings = message.verify ? { ...usual, verify: message.verify } : usual;
  const lookedAt = deps.clock.now();
  const { reader, failures } = notingFailures(deps.reader);
  const answer = await reconcile({ ...deps, reader }, requestOf(message), settings, call);
  if (answer.kind !== 'reconciled') return { kind: answer.kind };
  const failure = failures.find(({ retryable }) => retryable) ?? failures[0] ?? writeFailure(answer.outcomes);
  if (message.roleChanged) await checkRoles(deps, answer, message.cause, settings, call);
  const { episodeId } = deps;
  const comesAgain = failure !== undefined && (deps.attempt ?? 1) > 1;
  const now = deps.clock.now();
  const context = { message, lookedAt, now, settleMs: settings.settleMs, episodeId, comesAgain };
  const left = sendsOnWhatIsLeft(deps, failure) ? restOfCluster(answer) : [];
  const waiting = [...followUps(answer, context), ...left];
  if (waiting.length > 0) await deps.waitingQueue.send(waiting, call);
  return {
    kind: 'reconciled',
    cluster: answer.cluster,
    frozen: answer.frozen,
    outcomes: answer.check ? allOutcomes(answer) : answer.outcomes,
    braked: answer.braked,
    failing: answer.failing,
    waiting: waiting.length,
    endedAt: deps.clock.now(),
    ...(failure ? { failure } : {}),
  };
}

/**
 * A message that fails comes back as a whole, and what it left undone with it: sent on at each delivery, the rest would
 * multiply just when AWS asks for less. Where that goes on and on, the rest is sent on once, and once more should that
 * have failed, so that what cannot be read does not keep everything else from being looked at.
 */
function sendsOnWhatIsLeft(
  { attempt = 1 }: Pick<CarryOutDeps, 'attempt'>,
  failure: AppError | undefined,
): boolean {
  return (
    failure === undefined || attempt === KEEPS_FAILING_ATTEMPTS || attempt === KEEPS_FAILING_ATTEMPTS + 3
  );
}

/** What is to be done about a message that AWS does not let us carry out. */
export async function giveUp(
  deps: Pick<CarryOutDeps, 'registry' | 'clock' | 'newId' | 'waitingQueue'>,
  message: ReconcileMessage,
  error: AppError,
  call: CallOptions = {},
): Promise<void> {
  await noteUnread(deps, clusterArn(message.cluster), error);
  await deps.waitingQueue.send(lookAgainAtUnread({ message, now: deps.clock.now() }), call);
}

function requestOf({ cluster, keys, cause, eventId, roleChanged }: ReconcileMessage) {
  const { createdAt, ...ref } = cluster;
  // Whoever changed a role has not changed the associations with it: `checkRoles` is told of them.
  const told = {
    ...(cause && !roleChanged ? { cause: causeOf(cause) } : {}),
    ...(eventId === undefined ? {} : { eventId }),
  };
  return {
    cluster: ref,
    ...(createdAt === undefined ? {} : { createdAt }),
    keys: keys === 'all' ? keys : keys.map((key) => ({ ...withoutAbsent(key), ...told })),
  };
}

type MessageKey = Exclude<ReconcileMessage['keys'], 'all'>[number];

function withoutAbsent(key: MessageKey) {
  const { namespace, serviceAccount, associationId, gone, refusedSince, failingSince } = key;
  return {
    namespace,
    serviceAccount,
    ...(associationId === undefined ? {} : { associationId }),
    ...(gone === undefined ? {} : { gone }),
    ...(refusedSince === undefined ? {} : { refusedSince }),
    ...(failingSince === undefined ? {} : { failingSince }),
  };
}

/** A write that AWS refuses for good is a finding already; one that may go well later is worth another try. */
function writeFailure(outcomes: readonly KeyOutcome[]): AppError | undefined {
  for (const { outcome } of outcomes) {
    if (outcome?.kind === 'failed' && outcome.error.retryable) return outcome.error;
    if (outcome?.kind === 'later' && outcome.why === 'throttled') {
      return new AppError('aws.throttled', outcome.message, { retryable: true });
    }
  }
  return undefined;
}

/**
 * Of a whole cluster, also what needed nothing, so that what is found and held is counted. What is left to further
 * messages is counted with those.
 */
function allOutcomes({
  outcomes,
  check,
  left,
}: Extract<ReconcileAnswer, { kind: 'reconciled' }>): readonly KeyOutcome[] {
  const elsewhere = new Set([...outcomes.map(({ decision }) => decision), ...left].map(formatKey));
  const quiet = (check?.decisions ?? []).filter((decision) => !elsewhere.has(formatKey(decision)));
  return [...outcomes, ...quiet.map((decision) => ({ decision }))];
}
