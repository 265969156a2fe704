import { readEnrolMessage } from '#events/messages/enrol-message.ts';
import { enrolPlace } from '#shared/app/enrol/enrol-place.ts';
import { followAsked } from '#shared/app/enrol/follow-asked.ts';
import type { FollowDeps } from '#shared/app/enrol/follow-cluster.ts';
import type { QueuedMessage, Worker } from '#shared/runtime/worker.ts';

export interface EnrolHandlerDeps extends FollowDeps {
  /** How long one run may take before it comes back for the rest. */
  readonly budgetMs: number;
}

/** A cluster that came, went, was tagged or asked for, or all of an account and region ► the registry. */
export function createHandler(deps: EnrolHandlerDeps): Worker<QueuedMessage> {
  return {
    async handle({ body }, { signal, log }) {
      const read = readEnrolMessage(body);
      if (read.kind === 'unreadable') throw new Error(`an enrol message cannot be read: ${read.detail}`);
      const { message } = read;
      if (message.change === 'place') {
        const { account, region } = message.place;
        log.scope({ place: `${account}/${region}`, request: message.requestId });
        log.info('clusters listed', { ...(await enrolPlace(deps, message, { signal })) });
        return;
      }
      const { cluster, change, eventId } = message;
      log.scope({ cluster: `${cluster.account}/${cluster.region}/${cluster.name}`, change, eventId });
      const until = deps.clock.now() + deps.budgetMs;
      log.info('cluster followed', {
        ...(await followAsked(deps, message, { until, call: { signal } })),
      });
    },
  };
}
