import type { Cloud } from '../../cloud/cloud.ts';
import type { Alarm, Graph, Schedule } from '../graph-schema.ts';
import { PlayError } from '../play-error.ts';

const SCHEDULE_TARGETS = ['sqs', 'sns', 'lambda'];

/** Puts up the alarms. */
export function putAlarms(cloud: Cloud, { alarms }: Graph): void {
  for (const alarm of alarms) putAlarm(cloud, alarm);
}

function putAlarm(cloud: Cloud, alarm: Alarm): void {
  const { metric } = alarm;
  if (!metric) throw new PlayError('An alarm cannot be played:', [`${alarm.name}: it watches no metric`]);
  cloud.addAlarm({
    arn: alarm.arn,
    name: alarm.alarmName,
    description: alarm.description,
    namespace: metric.namespace,
    metric: metric.metricName,
    dimensions: metric.dimensions,
    statistic: metric.statistic,
    periodSeconds: metric.periodSeconds,
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.datapointsToAlarm,
    threshold: alarm.threshold,
    comparison: alarm.comparison,
    treatMissingData: alarm.missingData,
    alarmActions: alarm.alarmActions,
    okActions: alarm.okActions,
  });
}

/** Starts the schedules. Throws `PlayError` for one that cannot be played. */
export function putSchedules(cloud: Cloud, { schedules }: Graph): void {
  for (const schedule of schedules) putSchedule(cloud, schedule);
}

function putSchedule(cloud: Cloud, schedule: Schedule): void {
  const { target } = schedule;
  const problem = (why: string) =>
    new PlayError('A schedule cannot be played:', [`${schedule.name}: ${why}`]);
  if (!SCHEDULE_TARGETS.includes(target.arn.split(':')[2] ?? '')) {
    throw problem(`the sandbox cannot send to ${target.arn}`);
  }
  try {
    cloud.addSchedule({
      arn: schedule.arn,
      expression: schedule.expression,
      timeZone: schedule.timezone,
      state: schedule.enabled ? 'ENABLED' : 'DISABLED',
      flexibleMinutes: schedule.flexibleMinutes,
      target: {
        arn: target.arn,
        roleArn: target.roleArn,
        input: target.input,
        retryPolicy: {
          maximumRetryAttempts: target.retry.maxAttempts,
          maximumEventAgeSeconds: target.retry.maxAgeSeconds,
        },
        deadLetterArn: target.deadLetterArn,
      },
    });
  } catch (error) {
    throw problem(error instanceof Error ? error.message : String(error));
  }
}
