import { type DetectDeps, detectDrift } from '#shared/app/drift/detect-drift.ts';
import { METRIC } from '#shared/runtime/names.ts';
import type { QueuedMessage, Worker } from '#shared/runtime/worker.ts';

/** Characters of an event that nobody can read; of a longer one CloudTrail has the whole, by its id. */
const MAX_BODY = 4096;

/** One event of the fleet ► the keys that are to be looked at. */
export function createHandler(deps: DetectDeps): Worker<QueuedMessage> {
  return {
    async handle(message, { signal, log, metrics }) {
      const detection = await detectDrift(deps, message, { signal });
      if (detection.kind === 'unreadable') {
        // Whoever teaches the parser needs it, and nothing else keeps it: the message is acknowledged.
        log.warn('event read', { ...detection, body: message.body.slice(0, MAX_BODY) });
        metrics.add(METRIC.eventUnreadable, 1);
        return;
      }
      log.info('event read', { ...detection });
      if (detection.kind === 'unknownCluster') metrics.add(METRIC.unknownCluster, 1);
    },
  };
}
