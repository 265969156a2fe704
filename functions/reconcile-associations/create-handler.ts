import { readReconcileMessage } from '#events/messages/reconcile-message.ts';
import { type CarryOutDeps, carryOut, giveUp } from '#shared/app/drift/carry-out.ts';
import type { ReconcileSettings } from '#shared/app/reconcile/settings.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { PodIdentityReader, PodIdentityWriter } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { METRIC } from '#shared/runtime/names.ts';
import type { QueuedMessage, RecordScope, Worker } from '#shared/runtime/worker.ts';
import { countOutcomes } from './count-outcomes.ts';

export interface ReconcileHandlerDeps extends Omit<CarryOutDeps, 'episodeId' | 'attempt'> {
  readonly reader: PodIdentityReader;
  readonly writer: PodIdentityWriter;
  readonly roles: Roles;
  readonly settings: ReconcileSettings;
}

/** A permission that is missing may only be late; after so many tries it is a person's turn. */
const ACCESS_TRIES = 3;

/** One message of the reconcile queue ► the associations as they should be. The only writer. */
export function createHandler(deps: ReconcileHandlerDeps): Worker<QueuedMessage> {
  return {
    async handle(entry, scope) {
      const message = messageOf(entry, scope);
      const { signal, log, metrics } = scope;
      const { attempt } = entry;
      const episodeId = message.episode ?? entry.id;
      const done = await carryOut({ ...deps, episodeId, attempt }, message, deps.settings, { signal });
      if (done.kind !== 'reconciled') {
        log.info('nothing to reconcile', { why: done.kind });
        return;
      }
      countOutcomes(done, message, metrics);
      log.info('reconciled', { keys: done.outcomes.length, braked: done.braked, waiting: done.waiting });
      if (done.failure) throw toTry(done.failure, entry.attempt);
    },

    async giveUp(entry, error, scope) {
      const { signal, metrics } = scope;
      metrics.add(METRIC.clusterUnread, 1);
      await giveUp(deps, messageOf(entry, scope), error, { signal });
    },
  };
}

function messageOf({ id, body }: QueuedMessage, { log }: RecordScope) {
  const read = readReconcileMessage(body);
  // Ours, so it is a bug, or of a version that is gone: the queue of dead letters keeps it for a person.
  if (read.kind === 'unreadable') throw new Error(`a reconcile message cannot be read: ${read.detail}`);
  const { cluster, why, eventId, episode = id } = read.message;
  log.scope({ cluster: `${cluster.account}/${cluster.region}/${cluster.name}`, episode, why, eventId });
  return read.message;
}

function toTry(failure: AppError, attempt: number): AppError {
  if (failure.retryable || attempt >= ACCESS_TRIES) return failure;
  return new AppError(failure.code, failure.message, { retryable: true, cause: failure });
}
