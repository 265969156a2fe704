import { METRIC } from '#shared/runtime/names.ts';
import { pipeline } from '#shared/runtime/pipeline.ts';
import { fifoQueue } from '#shared/runtime/sources.ts';
import { telemetry } from '#shared/runtime/telemetry.ts';
import { throttledAnswers } from '../hub-access.ts';
import { createHandler } from './create-handler.ts';
import { realDeps } from './deps.ts';

const { deps, queue } = realDeps(process.env);

export const handler = pipeline(createHandler(deps), {
  from: fifoQueue(queue),
  telemetry: telemetry(),
  zeros: [
    METRIC.driftOpen,
    METRIC.driftRepaired,
    METRIC.repairFailed,
    METRIC.clusterUnread,
    METRIC.brakeEngaged,
    METRIC.frozen,
  ],
  throttledAnswers,
});
