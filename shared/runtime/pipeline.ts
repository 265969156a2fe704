import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { deadline } from './deadline.ts';
import { METRIC } from './names.ts';
import type { Source } from './sources.ts';
import { invocationMetrics, recordLog, type Telemetry } from './telemetry.ts';
import type { MetricName, Worker } from './worker.ts';

export interface PipelineOptions<Event, Entry, Answer> {
  readonly from: Source<Event, Entry, Answer>;
  readonly telemetry: Telemetry;
  /** Metrics that are told with every invocation, as zero when there is nothing to count. */
  readonly zeros: readonly MetricName[];
  /** How many answers of AWS asked this process to slow down so far: each invocation tells its own. */
  readonly throttledAnswers: () => number;
}

/**
 * Everything around a worker: logs with the scope of invocation and record, metrics, batches of which only
 * what failed comes back, the translation of errors, and an end in time.
 *
 * ```ts
 * export const handler = pipeline(createHandler(realDeps()), { from: standardQueue(queue), telemetry: telemetry(), zeros: [], throttledAnswers });
 * ```
 */
export function pipeline<Event, Entry, Answer>(
  worker: Worker<Entry>,
  { from, telemetry: { logger, metrics }, zeros, throttledAnswers }: PipelineOptions<Event, Entry, Answer>,
) {
  return middy<Event, Answer>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics))
    .handler(async (event: Event, context: Context): Promise<Answer> => {
      const { signal, clear } = deadline(context.getRemainingTimeInMillis());
      const sink = invocationMetrics(metrics, zeros);
      const before = throttledAnswers();
      const scopeOf = (id: string) => ({ signal, metrics: sink, log: recordLog(logger, id) });
      try {
        return await from.take(event, worker, scopeOf, context);
      } finally {
        clear();
        // Zero as well: whoever looks can tell quiet from silent.
        sink.add(METRIC.throttled, throttledAnswers() - before);
        sink.complete();
      }
    });
}
