import { type DetectDeps, detectDrift } from '#shared/app/drift/detect-drift.ts';
import { METRIC } from '#shared/runtime/names.ts';
import type { QueuedMessage, Worker } from '#shared/runtime/worker.ts';

/** One event of the fleet ► the keys that are to be looked at. */
export function createHandler(deps: DetectDeps): Worker<QueuedMessage> {
  return {
    async handle(message, { signal, log, metrics }) {
      const detection = await detectDrift(deps, message, { signal });
      log.info('event read', { ...detection });
      if (detection.kind === 'unreadable') metrics.add(METRIC.eventUnreadable, 1);
      if (detection.kind === 'unknownCluster') metrics.add(METRIC.unknownCluster, 1);
    },
  };
}
