import { pipeline } from '#shared/runtime/pipeline.ts';
import { tableStream } from '#shared/runtime/sources.ts';
import { telemetry } from '#shared/runtime/telemetry.ts';
import { throttledAnswers } from '../hub-access.ts';
import { createHandler } from './create-handler.ts';
import { realDeps } from './deps.ts';

export const handler = pipeline(createHandler(realDeps(process.env)), {
  from: tableStream(),
  telemetry: telemetry(),
  zeros: [],
  throttledAnswers,
});
