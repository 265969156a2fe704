import { METRIC } from '#shared/runtime/names.ts';
import { pipeline } from '#shared/runtime/pipeline.ts';
import { standardQueue } from '#shared/runtime/sources.ts';
import { telemetry } from '#shared/runtime/telemetry.ts';
import { throttledAnswers } from '../hub-access.ts';
import { createHandler } from './create-handler.ts';
import { realDeps } from './deps.ts';

const { deps, queue } = realDeps(process.env);

export const handler = pipeline(createHandler(deps), {
  from: standardQueue(queue),
  telemetry: telemetry(),
  zeros: [METRIC.eventUnreadable, METRIC.unknownCluster],
  throttledAnswers,
});
