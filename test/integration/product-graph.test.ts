import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import { EKS_CALLS_PATTERN, IAM_CALLS_PATTERN, INBOUND_QUEUE_PATTERN } from '#events/patterns.ts';
import { ENV, FUNCTIONS, METRIC, METRIC_NAMESPACE, TRUSTED_BY_SPOKES } from '#shared/runtime/names.ts';
import { ALARMS } from '#stacks/spoke/spoke-alarms.ts';
import { actionProblems } from '#test/graph/check-actions.ts';
import { alarmProblems } from '#test/graph/check-alarms.ts';
import { deliveryProblems } from '#test/graph/check-delivery.ts';
import { limitProblems } from '#test/graph/check-limits.ts';
import { loopProblems } from '#test/graph/check-loops.ts';
import { queueProblems } from '#test/graph/check-queues.ts';
import { grantsText } from '#test/graph/grants.ts';
import { ROOT } from '#test/graph/product-app.ts';
import { Recording } from '#tools/synth/engine/recorded.ts';
import { type Graph, readGraph } from '#tools/synth/graph.ts';
import { synthesise } from '#tools/synth/synthesise.ts';

const WITH_PLATFORM_MS = 5 * 60_000;
const MAX_ZIP_BYTES = 300 * 1024;
/** What the alarms of a spoke say, which are no part of the hub's graph. */
const SPOKE_ALARMS = Object.values(ALARMS)
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  .map(({ Properties }) => JSON.stringify(Properties['AlarmDescription']));

/** What is read of a dashboard: the lines of its graphs. */
const Widgets = z.object({
  widgets: z.array(
    z.object({
      properties: z.object({
        metrics: z
          .array(
            z.tuple([
              z.string(),
              z.string(),
              z.string(),
              z.string(),
              z.object({ region: z.string().optional() }),
            ]),
          )
          .optional(),
      }),
    }),
  ),
});

let graph: Graph;
let production: Graph;
beforeAll(async () => {
  graph = readGraph(readFileSync(join(inject('productSynthesis'), 'graph.json'), 'utf8'));
  production = (await synthesise({ app: ROOT, stage: 'production' })).graph;
}, WITH_PLATFORM_MS);

describe('what is deployed', () => {
  it('can be delivered, read and answered', () => {
    expect([...deliveryProblems(graph), ...queueProblems(graph)]).toEqual([]);
  });

  it('allows no wildcard action, none that does not exist, and nothing everywhere', async () => {
    expect(await actionProblems(graph)).toEqual([]);
  });

  it('stays within what AWS takes, under the longest name of a stage as well', () => {
    expect([...limitProblems(graph), ...limitProblems(production)]).toEqual([]);
  });

  it('has an entry in the runbook for each alarm, and an alarm for each entry', () => {
    const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');
    expect(alarmProblems(graph, runbook, SPOKE_ALARMS)).toEqual([]);
  });

  it('lets each function do this and no more', async () => {
    await expect(`${grantsText(graph)}\n`).toMatchFileSnapshot('../graph/grants.txt');
  });
});

describe('functions', () => {
  it('are those of the handlers, under fixed names, each with a role of its own', () => {
    const names = FUNCTIONS.map((name) => `rolecall-sandbox-${name}`).toSorted();
    expect(graph.functions.map(({ functionName }) => functionName).toSorted()).toEqual(names);
    expect(graph.functions.map(({ roleArn }) => roleArn.split('/').at(-1)).toSorted()).toEqual(names);
  });

  it('run on Graviton and Node 24, keep their logs as long as the stage says, and fit into 300 KB', () => {
    for (const fn of graph.functions) {
      expect(fn).toMatchObject({
        runtime: 'nodejs24.x',
        architecture: 'arm64',
        timeoutSeconds: 30,
        tracing: 'Active',
      });
      expect(fn.zipBytes, fn.name).toBeLessThanOrEqual(MAX_ZIP_BYTES);
    }
    const groups = new Map(
      graph.logGroups.map(({ logGroupName, retentionDays }) => [logGroupName, retentionDays]),
    );
    expect(graph.functions.map(({ logGroup }) => groups.get(logGroup))).toEqual(FUNCTIONS.map(() => 14));
  });

  it('are run by Lambda, and their roles are taken on by nobody else', () => {
    const trusted = graph.functions.map(({ roleArn }) => {
      const role = graph.roles.find(({ arn }) => arn === roleArn);
      return role?.trustPolicy.Statement;
    });
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    expect(trusted).toEqual(FUNCTIONS.map(() => [statement]));
  });

  it("leave the log level to Powertools: with Lambda's JSON comes a filter that drops metrics", () => {
    expect(new Set(graph.functions.map(({ logFormat }) => logFormat))).toEqual(new Set(['Text']));
  });

  it('know the resources of the stage by their environment', () => {
    const reconcile = graph.functions.find(({ functionName }) =>
      functionName.endsWith('reconcile-associations'),
    );
    expect(reconcile?.environment).toEqual({
      [ENV.installation]: 'sandbox',
      [ENV.logLevel]: 'INFO',
      [ENV.serviceName]: 'sandbox',
      [ENV.metricsNamespace]: METRIC_NAMESPACE,
      [ENV.registryTable]: 'rolecall-sandbox-registry',
      [ENV.outboxTable]: 'rolecall-sandbox-outbox',
      [ENV.reconcileQueueUrl]:
        'https://sqs.eu-west-1.amazonaws.com/111122223333/rolecall-sandbox-reconcile.fifo',
      [ENV.waitingQueueUrl]: 'https://sqs.eu-west-1.amazonaws.com/111122223333/rolecall-sandbox-waiting',
      [ENV.spokeReadRole]: 'rolecall-sandbox-spoke-read',
      [ENV.spokeWriteRole]: 'rolecall-sandbox-spoke-write',
      [ENV.spokeExternalId]: 'rolecall-sandbox',
      [ENV.brakeClusterFloor]: '5',
      [ENV.brakeClusterShare]: '0.1',
      [ENV.brakeFleet]: '50',
      // SST's own, for linked resources; we link none.
      SST_KEY: expect.any(String),
      SST_KEY_FILE: 'resource.enc',
      SST_RESOURCE_App: '{"name":"rolecall","stage":"sandbox"}',
    });
  });

  it('write into the outbox only when the one that reads it is renewed: it gives up what it does not know', () => {
    const file = join(inject('productSynthesis'), 'recorded.json');
    const { resources } = Recording.parse(JSON.parse(readFileSync(file, 'utf8')));
    const before = (name: string) =>
      resources.find((resource) => resource.name === name)?.dependencies.map((urn) => urn.split('::').at(-1));
    const writers = graph.functions.filter(({ environment }) => environment[ENV.outboxTable] !== undefined);
    expect(writers.map(({ name }) => name)).toEqual([
      'DetectDriftFunction',
      'EnrolClusterFunction',
      'ReconcileAssociationsFunction',
    ]);
    for (const { name } of writers) expect(before(name), name).toContain('DispatchOutboxFunction');
  });

  it('take on roles in spokes only where the spokes trust them', () => {
    const takingOn = (access: 'read' | 'write') =>
      graph.roles
        .filter(({ policies }) => JSON.stringify(policies).includes(`role/rolecall-sandbox-spoke-${access}`))
        .map(({ roleName }) => roleName.replace('rolecall-sandbox-', ''))
        .toSorted();
    expect(takingOn('read')).toEqual([...TRUSTED_BY_SPOKES.read].toSorted());
    expect(takingOn('write')).toEqual([...TRUSTED_BY_SPOKES.write].toSorted());
  });
});

describe('queues', () => {
  const mapping = (name: string) => graph.eventSourceMappings.find((one) => one.name === name);

  it('go round only where it is meant, and then as long as it takes', () => {
    expect(loopProblems(graph)).toEqual([]);
    const meant = graph.functions.filter(({ recursiveLoop }) => recursiveLoop === 'Allow');
    expect(meant.map(({ name }) => name)).toEqual([
      'EnrolClusterFunction',
      'ReconcileAssociationsFunction',
      'ResumeWaitingFunction',
    ]);
    const stopped = { ...graph, functions: graph.functions.map(({ recursiveLoop: _, ...fn }) => fn) };
    expect(loopProblems(stopped)).toEqual(
      meant.map(({ name }) => `${name}: Lambda stops its loop at about the 16th turn`),
    );
  });

  it('have one writer: the FIFO queue, a cluster at a time, each cluster by itself', () => {
    const reconcile = graph.queues.find(({ queueName }) => queueName === 'rolecall-sandbox-reconcile.fifo');
    expect(reconcile).toMatchObject({
      fifo: true,
      deduplicationScope: 'messageGroup',
      fifoThroughputLimit: 'perMessageGroupId',
    });
    expect(mapping('ReconcileMapping')).toMatchObject({
      sourceArn: reconcile?.arn,
      batchSize: 1,
      maxConcurrency: 20,
    });
    const readers = graph.eventSourceMappings.filter(({ functionArn }) =>
      functionArn.endsWith('reconcile-associations'),
    );
    expect(readers).toHaveLength(1);
  });

  it('take an event of any size that EventBridge sends, the dead letters too', () => {
    const smaller = graph.queues.filter(({ maxMessageBytes }) => maxMessageBytes < 1_048_576);
    expect(smaller.map(({ queueName }) => queueName)).toEqual([]);
  });

  it('wake the dispatcher by what was put into the outbox, and by nothing else', () => {
    const outbox = graph.tables.find(({ tableName }) => tableName.endsWith('-outbox'));
    expect(mapping('OutboxMapping')).toMatchObject({
      sourceArn: outbox?.stream?.arn,
      filters: [{ eventName: ['INSERT'] }],
      partialResponses: true,
      stream: { startingPosition: 'TRIM_HORIZON', bisectOnError: true, maxRetryAttempts: 20 },
    });
    expect(graph.tables.filter(({ stream }) => stream !== undefined)).toEqual([outbox]);
  });
});

describe('events', () => {
  const rules = () =>
    graph.rules.map(({ region, busName, ruleName, pattern }) => ({ region, busName, ruleName, pattern }));

  it('come in one hop: default buses ► inbound bus ► queue', () => {
    expect(
      graph.ruleTargets.map(({ region, busName, ruleName, arn }) => [
        region,
        busName,
        ruleName,
        arn.split(':').at(-1),
      ]),
    ).toEqual([
      ['eu-west-1', 'default', 'rolecall-sandbox-eks-addons', 'event-bus/rolecall-sandbox-inbound'],
      ['us-east-1', 'default', 'rolecall-sandbox-eks-addons', 'event-bus/rolecall-sandbox-inbound'],
      ['eu-west-1', 'default', 'rolecall-sandbox-eks-calls', 'event-bus/rolecall-sandbox-inbound'],
      ['us-east-1', 'default', 'rolecall-sandbox-eks-calls', 'event-bus/rolecall-sandbox-inbound'],
      ['us-east-1', 'default', 'rolecall-sandbox-iam-calls', 'event-bus/rolecall-sandbox-inbound'],
      [
        'eu-west-1',
        'rolecall-sandbox-inbound',
        'rolecall-sandbox-inbound-events',
        'rolecall-sandbox-inbound',
      ],
    ]);
  });

  it('are matched by the patterns of events/', () => {
    const named = (name: string) => rules().filter(({ ruleName }) => ruleName === `rolecall-sandbox-${name}`);
    expect(named('eks-calls').map(({ pattern }) => pattern)).toEqual([EKS_CALLS_PATTERN, EKS_CALLS_PATTERN]);
    expect(named('iam-calls')).toMatchObject([{ region: 'us-east-1', pattern: IAM_CALLS_PATTERN }]);
    expect(named('inbound-events').map(({ pattern }) => pattern)).toEqual([INBOUND_QUEUE_PATTERN]);
  });

  it('are let in from the other accounts of the fleet, and from two services only', () => {
    expect(graph.busPolicies.map(({ busName, policy }) => [busName, policy.Statement])).toEqual([
      [
        'rolecall-sandbox-inbound',
        [
          {
            Sid: 'EventsOfTheFleet',
            Effect: 'Allow',
            Action: 'events:PutEvents',
            Resource: 'arn:aws:events:eu-west-1:111122223333:event-bus/rolecall-sandbox-inbound',
            Principal: {
              AWS: ['arn:aws:iam::444455556666:root', 'arn:aws:iam::777788889999:root'],
            },
            Condition: { 'ForAllValues:StringEquals': { 'events:source': ['aws.eks', 'aws.iam'] } },
          },
        ],
      ],
    ]);
  });
});

it('lets nobody in, and takes on roles nowhere else, where no fleet is set', () => {
  expect(production.busPolicies).toEqual([]);
  const accounts = JSON.stringify(production.roles).matchAll(
    /arn:aws:iam::(\d+|\*):role\/rolecall-production-spoke/g,
  );
  expect(new Set([...accounts].map(([, account]) => account))).toEqual(new Set(['111122223333']));
});

it('watches drift, failures, dead letters, age, throttles, unread clusters, brake and freeze', () => {
  const watched = graph.alarms.map(({ metric }) => metric?.metricName);
  expect(watched).toEqual(
    expect.arrayContaining([
      METRIC.driftOpen,
      METRIC.repairFailed,
      METRIC.clusterUnread,
      METRIC.brakeEngaged,
      METRIC.frozen,
      METRIC.throttled,
      'ApproximateNumberOfMessagesVisible',
      'ApproximateAgeOfOldestMessage',
      'Throttles',
      'Errors',
      'IteratorAge',
    ]),
  );
  const dead = new Set(graph.queues.flatMap(({ redrive }) => redrive?.deadLetterArn ?? []));
  const unwatched = graph.queues
    .filter(({ arn }) => dead.has(arn))
    .filter(
      ({ queueName }) => !graph.alarms.some(({ metric }) => metric?.dimensions['QueueName'] === queueName),
    );
  expect(unwatched).toEqual([]);
});

it('tells that an alarm is over, but for those of which the runbook says that nobody knows', () => {
  const once = graph.alarms.filter(({ okActions }) => okActions.length === 0);
  const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');
  const said = /\*\*Four alarms tell once\*\*:(.*?) say/s.exec(runbook)?.[1] ?? '';
  expect(once.map(({ alarmName }) => alarmName.replace('rolecall-sandbox-', '')).toSorted()).toEqual(
    [...said.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id).toSorted(),
  );
  expect(once).toHaveLength(4);
});

it('shows what lies in each queue that has an alarm, in whichever region', () => {
  const DEPTH = 'ApproximateNumberOfMessagesVisible';
  const [{ body, region } = { body: {}, region: '' }] = graph.dashboards;
  const { widgets } = Widgets.parse(body);
  const shown = widgets.flatMap(({ properties }) =>
    (properties.metrics ?? [])
      .filter(([, metric]) => metric === DEPTH)
      .map(([, , , queue, options]) => `${options.region ?? region} ${queue}`),
  );
  const watched = graph.alarms
    .filter(({ metric }) => metric?.metricName === DEPTH)
    .map((alarm) => `${alarm.region} ${alarm.metric?.dimensions['QueueName']}`);
  expect(watched).toContain('us-east-1 rolecall-sandbox-undelivered');
  expect(shown.toSorted()).toEqual(watched.toSorted());
});

it('keeps the data of production, and only that', () => {
  const kept = ({ tables }: Graph) =>
    tables.map(({ name, retained, deletionProtection }) => [name, retained, deletionProtection]);
  expect(kept(production)).toEqual([
    ['OutboxTable', true, true],
    ['RegistryTable', true, true],
  ]);
  expect(kept(graph)).toEqual([
    ['OutboxTable', false, false],
    ['RegistryTable', false, false],
  ]);
  expect(graph.tables.every(({ pointInTimeRecovery }) => pointInTimeRecovery)).toBe(true);
});
