import { readEnrolMessage } from '#events/messages/enrol-message.ts';
import { type FollowDeps, followCluster } from '#shared/app/enrol/follow-cluster.ts';
import type { QueuedMessage, Worker } from '#shared/runtime/worker.ts';

export interface EnrolHandlerDeps extends FollowDeps {
  /** How long one run may take before it comes back for the rest. */
  readonly budgetMs: number;
}

/** A cluster that came, went or was tagged ► the registry. */
export function createHandler(deps: EnrolHandlerDeps): Worker<QueuedMessage> {
  return {
    async handle({ body }, { signal, log }) {
      const read = readEnrolMessage(body);
      if (read.kind === 'unreadable') throw new Error(`an enrol message cannot be read: ${read.detail}`);
      const { cluster, change, eventId } = read.message;
      log.scope({ cluster: `${cluster.account}/${cluster.region}/${cluster.name}`, change, eventId });
      const until = deps.clock.now() + deps.budgetMs;
      log.info('cluster followed', {
        ...(await followCluster(deps, read.message, { until, call: { signal } })),
      });
    },
  };
}
