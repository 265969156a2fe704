import { METRIC_DIMENSION, METRIC_NAMESPACE } from '#shared/runtime/names.ts';
import {
  ALARMS,
  type AlarmDefinition,
  type QueueName,
  UNDELIVERED_ALARM,
  type Watched,
} from './alarm-table.ts';
import type { InboundRules } from './inbound-rules.ts';
import { named } from './names.ts';
import type { Queues } from './queues.ts';
import type { Settings } from './settings.ts';

export type Alarms = ReturnType<typeof alarms>;

/** A quiet fleet sends nothing, so that silence is no alarm. */
const COMMON = { comparisonOperator: 'GreaterThanThreshold', treatMissingData: 'notBreaching' } as const;

/**
 * The alarms, and a topic that they tell. An alarm can tell only topics of its own region, so each region with rules has one.
 * Every alarm says what is wrong and where its entry in the runbook is.
 */
export function alarms(settings: Settings, queue: Queues, rules: InboundRules) {
  const topic = alarmTopic('Alarms', settings, undefined);
  const all = ALARMS.map((definition) => alarm(definition, settings, queue, topic));
  const undelivered = rules.regions.map(({ region, provider, letters }) =>
    undeliveredAlarm(
      region,
      provider,
      letters,
      provider === undefined ? topic : alarmTopic(`Alarms-${region}`, settings, provider),
    ),
  );
  return { topic, all: [...all, ...undelivered] };
}

function alarm(definition: AlarmDefinition, settings: Settings, queue: Queues, topic: sst.aws.SnsTopic) {
  const { id, runbook, what, watched, above, periods, periodMinutes, tellsOnce = false } = definition;
  const { datapointsToAlarm = periods } = definition;
  return new aws.cloudwatch.MetricAlarm(`Alarm-${id}`, {
    ...COMMON,
    name: named(id),
    alarmDescription: described(what, runbook),
    ...metricOf(watched, settings, queue),
    period: periodMinutes * 60,
    evaluationPeriods: periods,
    datapointsToAlarm,
    threshold: above,
    alarmActions: [topic.arn],
    okActions: tellsOnce ? [] : [topic.arn],
  });
}

function undeliveredAlarm(
  region: string,
  provider: aws.Provider | undefined,
  letters: sst.aws.Queue,
  topic: sst.aws.SnsTopic,
) {
  const { id, what } = UNDELIVERED_ALARM;
  return new aws.cloudwatch.MetricAlarm(
    `Alarm-${id}-${region}`,
    {
      ...COMMON,
      name: named(`${id}-${region}`),
      alarmDescription: described(`${what} in ${region}`, id),
      ...depthOf(letters),
      period: 60,
      evaluationPeriods: 1,
      threshold: 0,
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    },
    provider === undefined ? {} : { provider },
  );
}

function alarmTopic(name: string, { alarmEmails }: Settings, provider: aws.Provider | undefined) {
  const options = provider === undefined ? {} : { provider };
  const topic = new sst.aws.SnsTopic(name, { transform: { topic: { name: named('alarms') } } }, options);
  alarmEmails.forEach((endpoint, index) => {
    new aws.sns.TopicSubscription(
      `${name}Mail${index + 1}`,
      { topic: topic.arn, protocol: 'email', endpoint },
      options,
    );
  });
  return topic;
}

function described(what: string, runbook: string): string {
  return `${what}. What to do: docs/runbook.md#${runbook}`;
}

type Metric = Required<
  Pick<aws.cloudwatch.MetricAlarmArgs, 'namespace' | 'metricName' | 'dimensions' | 'statistic'>
>;

function metricOf(watched: Watched, { installation }: Settings, queue: Queues): Metric {
  switch (watched.kind) {
    case 'own':
      return {
        namespace: METRIC_NAMESPACE,
        metricName: watched.metric,
        dimensions: { [METRIC_DIMENSION]: installation },
        statistic: watched.statistic,
      };
    case 'queueDepth':
      return depthOf(queueOf(watched.queue, queue));
    case 'queueAge':
      return {
        namespace: 'AWS/SQS',
        metricName: 'ApproximateAgeOfOldestMessage',
        dimensions: { QueueName: queueOf(watched.queue, queue).nodes.queue.name },
        statistic: 'Maximum',
      };
    case 'function':
      return ofFunction(watched.metric, watched.function, 'Sum');
    case 'streamAge':
      return ofFunction('IteratorAge', watched.function, 'Maximum');
  }
}

function depthOf(queue: sst.aws.Queue): Metric {
  return {
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queue.nodes.queue.name },
    statistic: 'Maximum',
  };
}

function ofFunction(metricName: string, name: string, statistic: string): Metric {
  return { namespace: 'AWS/Lambda', metricName, dimensions: { FunctionName: named(name) }, statistic };
}

function queueOf(name: QueueName, queue: Queues): sst.aws.Queue {
  switch (name) {
    case 'lost':
      return queue.lost;
    case 'inbound':
    case 'reconcile':
    case 'waiting':
    case 'enrol':
      return queue[name].queue;
    case 'inboundDead':
      return queue.inbound.dead;
    case 'reconcileDead':
      return queue.reconcile.dead;
    case 'waitingDead':
      return queue.waiting.dead;
    case 'enrolDead':
      return queue.enrol.dead;
  }
}
