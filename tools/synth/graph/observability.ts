import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { arnOf, JsonValue, readInputs, Unplayed } from './recorded-input.ts';

const Dimensions = z.record(z.string(), z.string());

const Metric = z.strictObject({
  namespace: z.string(),
  metricName: z.string(),
  dimensions: Dimensions,
  statistic: z.string(),
  periodSeconds: z.number(),
});

/** A CloudWatch alarm, on one metric or on an expression over several. */
export const Alarm = z.strictObject({
  name: z.string(),
  region: z.string(),
  alarmName: z.string(),
  arn: z.string(),
  description: z.string(),
  metric: Metric.optional(),
  queries: z.array(
    z.strictObject({
      id: z.string(),
      label: z.string().optional(),
      /** Which of the queries the alarm looks at. */
      watched: z.boolean(),
      expression: z.string().optional(),
      metric: Metric.optional(),
    }),
  ),
  comparison: z.string(),
  threshold: z.number(),
  evaluationPeriods: z.number(),
  datapointsToAlarm: z.number(),
  missingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']),
  alarmActions: z.array(z.string()),
  okActions: z.array(z.string()),
});
export type Alarm = z.infer<typeof Alarm>;

export const Dashboard = z.strictObject({
  name: z.string(),
  region: z.string(),
  dashboardName: z.string(),
  body: z.record(z.string(), z.unknown()),
});
export type Dashboard = z.infer<typeof Dashboard>;

/** A CloudWatch Logs group. */
export const LogGroup = z.strictObject({
  name: z.string(),
  region: z.string(),
  logGroupName: z.string(),
  arn: z.string(),
  /** 0: for ever. */
  retentionDays: z.number(),
});
export type LogGroup = z.infer<typeof LogGroup>;

const MetricQueryInput = z.strictObject({
  id: z.string(),
  label: z.string().optional(),
  returnData: z.boolean().default(false),
  expression: z.string().optional(),
  metric: z
    .strictObject({
      namespace: z.string(),
      metricName: z.string(),
      dimensions: Dimensions.default({}),
      stat: z.string(),
      period: z.number(),
    })
    .optional(),
});

const AlarmInput = z.strictObject({
  name: z.string(),
  alarmDescription: z.string().default(''),
  namespace: z.string().optional(),
  metricName: z.string().optional(),
  dimensions: Dimensions.default({}),
  statistic: z.string().optional(),
  extendedStatistic: z.string().optional(),
  period: z.number().optional(),
  metricQueries: z.array(MetricQueryInput).default([]),
  comparisonOperator: z.string(),
  threshold: z.number(),
  evaluationPeriods: z.number(),
  datapointsToAlarm: z.number().optional(),
  treatMissingData: Alarm.shape.missingData.default('missing'),
  alarmActions: z.array(z.string()).default([]),
  okActions: z.array(z.string()).default([]),
  tags: Unplayed,
});

export function alarmOf(resource: RecordedResource): Alarm {
  const input = readInputs(resource, AlarmInput);
  const { namespace, metricName, period } = input;
  const statistic = input.statistic ?? input.extendedStatistic;
  const single =
    namespace !== undefined && metricName !== undefined && statistic !== undefined && period !== undefined
      ? { namespace, metricName, dimensions: input.dimensions, statistic, periodSeconds: period }
      : undefined;
  return {
    name: resource.name,
    region: resource.region,
    alarmName: input.name,
    arn: arnOf(resource),
    description: input.alarmDescription,
    ...(single !== undefined && { metric: single }),
    queries: input.metricQueries.map(queryOf),
    comparison: input.comparisonOperator,
    threshold: input.threshold,
    evaluationPeriods: input.evaluationPeriods,
    datapointsToAlarm: input.datapointsToAlarm ?? input.evaluationPeriods,
    missingData: input.treatMissingData,
    alarmActions: input.alarmActions,
    okActions: input.okActions,
  };
}

function queryOf({ id, label, returnData, expression, metric }: z.infer<typeof MetricQueryInput>) {
  return {
    id,
    ...(label !== undefined && { label }),
    watched: returnData,
    ...(expression !== undefined && { expression }),
    ...(metric !== undefined && {
      metric: {
        namespace: metric.namespace,
        metricName: metric.metricName,
        dimensions: metric.dimensions,
        statistic: metric.stat,
        periodSeconds: metric.period,
      },
    }),
  };
}

const DashboardInput = z.strictObject({
  dashboardName: z.string(),
  dashboardBody: JsonValue.pipe(z.record(z.string(), z.unknown())),
});

export function dashboardOf(resource: RecordedResource): Dashboard {
  const { dashboardName, dashboardBody } = readInputs(resource, DashboardInput);
  return { name: resource.name, region: resource.region, dashboardName, body: dashboardBody };
}

const LogGroupInput = z.strictObject({
  name: z.string(),
  retentionInDays: z.number().default(0),
  kmsKeyId: Unplayed,
  tags: Unplayed,
});

export function logGroupOf(resource: RecordedResource): LogGroup {
  const { name, retentionInDays } = readInputs(resource, LogGroupInput);
  return {
    name: resource.name,
    region: resource.region,
    logGroupName: name,
    arn: arnOf(resource),
    retentionDays: retentionInDays,
  };
}
