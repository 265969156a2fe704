import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC } from './names.ts';
import type { Log, MetricName, MetricSink } from './worker.ts';

/**
 * Powertools, which read their settings from the environment (`stacks/function.ts` sets them). Traces are Lambda's own,
 * and every line of the log bears their id: X-Ray's SDK would make a
 * cold start half as long again (docs/decisions/0011-traces-without-the-x-ray-sdk.md).
 */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** One of each for a function. */
export function telemetry(): Telemetry {
  return { logger: new Logger(), metrics: new Metrics() };
}

/** A log of its own for one record: its fields do not get into another's. */
export function recordLog(logger: Logger, recordId: string): Log {
  const own = logger.createChild({ persistentKeys: { record_id: recordId } });
  return {
    scope: (fields) => own.appendKeys({ ...fields }),
    info: (message, fields = {}) => own.info(message, { ...fields }),
    warn: (message, fields = {}) => own.warn(message, { ...fields }),
    error: (message, error, fields = {}) =>
      own.error(message, { ...fields, error: error instanceof Error ? error : new Error(String(error)) }),
  };
}

const UNITS: Readonly<Partial<Record<MetricName, (typeof MetricUnit)[keyof typeof MetricUnit]>>> = {
  [METRIC.eventToRepair]: MetricUnit.Milliseconds,
};

/** Metrics of one invocation; those that are to be there in any case are given as zero when nobody added to them. */
export function invocationMetrics(
  metrics: Metrics,
  zeros: readonly MetricName[],
): MetricSink & { readonly complete: () => void } {
  const added = new Set<MetricName>();
  const add = (name: MetricName, value: number): void => {
    added.add(name);
    metrics.addMetric(name, UNITS[name] ?? MetricUnit.Count, value);
  };
  return {
    add,
    complete: () => {
      for (const name of zeros) if (!added.has(name)) add(name, 0);
    },
  };
}
