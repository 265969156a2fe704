import { readFileSync, rmSync } from 'node:fs';
import { CreateClusterCommand, CreatePodIdentityAssociationCommand, EKSClient } from '@aws-sdk/client-eks';
import { SendMessageCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PlayedGraph } from '#sandbox/play/play-graph.ts';
import { aPlayedGraph, named, type PlayChanges } from '#test/builders/a-played-graph.ts';
import { aSynthesis } from '#test/builders/a-synthesis.ts';
import { putRole } from '#test/builders/running-sandbox.ts';
import { FIXTURE_APP, ROOT } from '#test/graph/product-app.ts';
import type { Graph } from '#tools/synth/graph.ts';

const HUB = '111122223333';
const RULE = `arn:aws:events:eu-west-1:${HUB}:rule`;

let folder: string;
beforeAll(async () => {
  folder = await aSynthesis({ app: FIXTURE_APP, stage: 'played', platformOf: ROOT });
}, 5 * 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The fixture has a state machine, which the sandbox does not play. */
const play = (changes: PlayChanges = {}) => aPlayedGraph(folder, { leaveOut: ['stateMachines'], ...changes });

/** default bus ► inbound bus ► FIFO queue, as the product has it; the fixture sends to the queue at once. */
function throughInboundBus(graph: Graph): void {
  const bus = named(graph.buses, 'InboundBus');
  const work = named(graph.queues, 'WorkQueue');
  const target = named(graph.ruleTargets, 'CallsTarget');
  const { messageGroupId = '', ...direct } = target;
  graph.ruleTargets[graph.ruleTargets.indexOf(target)] = {
    ...direct,
    arn: bus.arn,
    roleArn: named(graph.roles, 'ForwardIamRole').arn,
  };
  graph.rules.push({
    ...named(graph.rules, 'Calls'),
    name: 'Inbound',
    ruleName: 'inbound',
    busName: bus.busName,
    arn: `${RULE}/${bus.busName}/inbound`,
  });
  graph.ruleTargets.push({
    ...target,
    name: 'InboundTarget',
    ruleName: 'inbound',
    busName: bus.busName,
    messageGroupId,
  });
  // EventBridge gives no deduplication ids.
  work.contentBasedDeduplication = true;
  letIn(graph, 'WorkPolicy', `${RULE}/${bus.busName}/inbound`);
  letIn(graph, 'UndeliveredPolicy', `${RULE}/*`);
}

function letIn(graph: Graph, policy: string, sourceArn: string): void {
  const [statement] = named(graph.queuePolicies, policy).policy.Statement;
  if (statement) statement['Condition'] = { ArnLike: { 'aws:SourceArn': sourceArn } };
}

/** Somebody makes an association; the role and the cluster are there. */
async function createAssociation(played: PlayedGraph): Promise<void> {
  const roleArn = putRole(played.world.iam(HUB), 'app');
  const eks = new EKSClient(configOf(played));
  onTestFinished(() => eks.destroy());
  await eks.send(
    new CreateClusterCommand({ name: 'c1', roleArn, resourcesVpcConfig: { subnetIds: ['subnet-1'] } }),
  );
  await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName: 'c1',
      namespace: 'payments',
      serviceAccount: 'api',
      roleArn,
    }),
  );
}

function configOf({ url }: PlayedGraph) {
  const credentials = { accessKeyId: HUB, secretAccessKey: 'any' };
  return { endpoint: url, region: 'eu-west-1', credentials, maxAttempts: 1 };
}

function queueOf({ cloud, graph }: PlayedGraph, name: string) {
  const queue = cloud.queues.get(named(graph.queues, name).arn);
  if (!queue) throw new Error(`${name} is not played`);
  return queue;
}

/** What a function wrote, without Lambda's own lines. */
function linesOf({ cloud, graph }: PlayedGraph, name: string): string[] {
  return cloud.logs
    .tail(named(graph.functions, name).functionName)
    .map(({ text }) => text)
    .filter((text) => !/^(START|END|REPORT) /.test(text));
}

const TELLS_EVENT_NAMES = `export const handler = async ({ Records }) => {
  for (const { body } of Records) console.log(JSON.parse(body).detail.eventName);
  return { batchItemFailures: [] };
};`;

describe('an event', () => {
  it('goes from the default bus over the inbound bus and the queue to the function, after the delay', async () => {
    const handlers = { WorkerFunction: TELLS_EVENT_NAMES };
    const played = await play({ plant: throughInboundBus, handlers, trailDelayMs: 5000 });
    await createAssociation(played);
    await played.quiet();
    expect(linesOf(played, 'WorkerFunction')).toEqual([]);
    await played.cloud.advance(5000);
    expect(linesOf(played, 'WorkerFunction')).toEqual(['CreatePodIdentityAssociation']);
    expect(queueOf(played, 'WorkQueue').peek()).toEqual([]);
    expect(played.cloud.journal.entries('denied')).toEqual([]);
  });

  it.each([
    {
      when: 'the role of the rule may not put events',
      plant: (graph: Graph) => {
        named(graph.roles, 'ForwardIamRole').policies = [];
      },
      says: [
        'is not authorized to perform: events:PutEvents',
        'because no identity-based policy allows the events:PutEvents action',
        'Missing in the policies of arn:aws:iam::111122223333:role/fixture-played-forward-iam: {"Effect":"Allow","Action":"events:PutEvents"',
      ],
    },
    {
      when: 'EventBridge may not take on that role',
      plant: (graph: Graph) => {
        named(graph.roles, 'ForwardIamRole').trustPolicy.Statement = [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'scheduler.amazonaws.com' } },
        ];
      },
      says: ['events.amazonaws.com is not authorized to perform: sts:AssumeRole'],
    },
    {
      when: "the queue's policy names another rule",
      plant: (graph: Graph) => letIn(graph, 'WorkPolicy', `${RULE}/other`),
      says: [
        'Service: events.amazonaws.com is not authorized to perform: sqs:SendMessage',
        'because no resource-based policy allows the sqs:SendMessage action',
        '"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:111122223333:rule/fixture-played-InboundBus',
        'wants ArnLike aws:SourceArn arn:aws:events:eu-west-1:111122223333:rule/other',
      ],
    },
  ])('is a dead letter that names what is missing when $when', async ({ plant, says }) => {
    const played = await play({
      plant(graph) {
        throughInboundBus(graph);
        plant(graph);
      },
    });
    await createAssociation(played);
    await played.quiet();
    const [letter, ...more] = queueOf(played, 'UndeliveredQueue').peek();
    expect(more).toEqual([]);
    expect(letter?.attributes['ERROR_CODE']?.stringValue).toBe('NO_PERMISSIONS');
    for (const part of says) expect(letter?.attributes['ERROR_MESSAGE']?.stringValue).toContain(part);
    expect(queueOf(played, 'WorkQueue').peek()).toEqual([]);
  });
});

/** Calls DynamoDB as its role; what is sent is what the SDK would send. */
const CALLS_DYNAMODB = `const { env } = process;
const call = async (operation, input) => {
  const credential = env.AWS_ACCESS_KEY_ID + '/20261120/' + env.AWS_REGION + '/dynamodb/aws4_request';
  const answer = await fetch(env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=0',
      'x-amz-security-token': env.AWS_SESSION_TOKEN,
      'x-amz-target': 'DynamoDB_20120810.' + operation,
      'content-type': 'application/x-amz-json-1.0',
    },
    body: JSON.stringify({ TableName: env.TABLE_NAME, ...input }),
  });
  console.log(operation + ' ' + answer.status + ' ' + ((await answer.json()).message ?? ''));
};
export const handler = async () => {
  const Key = { pk: { S: 'a' }, sk: { S: '1' } };
  await call('UpdateItem', { Key, UpdateExpression: 'SET title = :t', ExpressionAttributeValues: { ':t': { S: 't' } } });
  await call('PutItem', { Item: Key });
  return { batchItemFailures: [] };
};`;

async function send(played: PlayedGraph, body: string): Promise<void> {
  const sqs = new SQSClient(configOf(played));
  onTestFinished(() => sqs.destroy());
  const QueueUrl = named(played.graph.queues, 'WorkQueue').url;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageGroupId: 'g',
      MessageDeduplicationId: body,
    }),
  );
}

describe('a function', () => {
  it('may do what its role may, and is told which statement is missing for the rest', async () => {
    // The fixture links the table to the function, which lets it do everything; beside that it may get and update.
    const plant = ({ roles }: Graph) => {
      for (const { document } of named(roles, 'WorkerRole').policies) {
        document.Statement = document.Statement.filter(({ Action }) => Action !== 'dynamodb:*');
      }
    };
    const played = await play({ plant, handlers: { WorkerFunction: CALLS_DYNAMODB } });
    await send(played, '{}');
    await played.quiet();
    const [updated, put] = linesOf(played, 'WorkerFunction');
    const { arn } = named(played.graph.tables, 'ItemsTable');
    expect(updated).toBe('UpdateItem 200 ');
    expect(put).toMatch(/^PutItem 400 User: arn:aws:sts::111122223333:assumed-role\/fixture-played-worker\//);
    expect(put).toContain(
      `Missing in the policies of arn:aws:iam::111122223333:role/fixture-played-worker: {"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"${arn}"}`,
    );
    // The table's stream feeds the other function.
    expect(linesOf(played, 'ProjectorFunction')).toHaveLength(1);
  });

  it('fails until its message is a dead letter, and gets it done when that is moved back', async () => {
    const inAnHour = played0 + 3_600_000;
    const source = `export const handler = async () => {
      if (Date.now() < ${inAnHour}) throw new Error('not yet');
      console.log('done');
      return { batchItemFailures: [] };
    };`;
    const played = await play({ handlers: { WorkerFunction: source } });
    await send(played, '{}');
    await played.cloud.advance(5 * 180_000);
    expect(queueOf(played, 'WorkDeadQueue').counts()).toMatchObject({ visible: 1 });
    await played.cloud.advance(3_600_000);
    const sqs = new SQSClient(configOf(played));
    onTestFinished(() => sqs.destroy());
    await sqs.send(
      new StartMessageMoveTaskCommand({ SourceArn: named(played.graph.queues, 'WorkDeadQueue').arn }),
    );
    await played.cloud.advance(1000);
    expect(linesOf(played, 'WorkerFunction').at(-1)).toBe('done');
    expect(queueOf(played, 'WorkDeadQueue').peek()).toEqual([]);
  });
});

/** When the clock of a played graph stands, at the start. */
const played0 = Date.UTC(2026, 10, 20, 10);

describe('a graph is refused, and names what', () => {
  it.each<{ when: string; changes: PlayChanges; problem: string }>([
    {
      when: 'it has a list that the sandbox does not play',
      changes: { leaveOut: [] },
      problem: 'stateMachines: the sandbox does not play Workflow',
    },
    {
      when: 'it has a list that nobody has heard of',
      changes: { plant: (graph) => Object.assign(graph, { buckets: [] }) },
      problem: 'buckets: the sandbox does not play this',
    },
    {
      when: 'a property is unknown',
      changes: { plant: ({ queues }) => Object.assign(named(queues, 'WorkQueue'), { kmsKey: 'k' }) },
      problem: 'queues WorkQueue: Unrecognized key: "kmsKey"',
    },
    {
      when: 'its format is another',
      changes: { plant: (graph) => Object.assign(graph, { format: 'rolecall.dev/graph/v2' }) },
      problem: 'format: the sandbox reads rolecall.dev/graph/v1 only',
    },
    {
      when: 'a zip is not there',
      changes: {
        plant: ({ functions }) => {
          named(functions, 'WorkerFunction').zip = 'zips/gone.zip';
        },
      },
      problem: 'WorkerFunction: there is no',
    },
    {
      when: 'Lambda may not take on the role of a function',
      changes: {
        plant: ({ roles }) => {
          named(roles, 'WorkerRole').trustPolicy.Statement = [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'events.amazonaws.com' } },
          ];
        },
      },
      problem: 'WorkerFunction: Lambda cannot take on arn:aws:iam::111122223333:role/fixture-played-worker',
    },
    {
      when: 'a function may not read its queue',
      changes: {
        plant: ({ roles }) => {
          named(roles, 'WorkerRole').policies = [];
        },
      },
      problem:
        'WorkMapping: User: arn:aws:sts::111122223333:assumed-role/fixture-played-worker/lambda.amazonaws.com is not authorized to perform: sqs:ReceiveMessage',
    },
    {
      when: 'a queue has two policies',
      changes: {
        plant: ({ queuePolicies }) => {
          queuePolicies.push({ ...named(queuePolicies, 'WorkPolicy'), name: 'Second' });
        },
      },
      problem: 'Second is a second one for',
    },
    {
      when: 'a target has no rule',
      changes: {
        plant: ({ ruleTargets }) => {
          named(ruleTargets, 'CallsTarget').region = 'eu-central-1';
        },
      },
      problem: 'CallsTarget: there is no rule fixture-played-calls on default in eu-central-1',
    },
    {
      when: 'a trust policy names a role that does not exist',
      changes: {
        plant: ({ roles }) => {
          named(roles, 'HourlyRole').trustPolicy.Statement = [
            {
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Principal: { AWS: 'arn:aws:iam::111122223333:role/gone' },
            },
          ];
        },
      },
      problem: 'HourlyRole (arn:aws:iam::111122223333:role/HourlyRole',
    },
  ])('when $when', async ({ changes, problem }) => {
    await expect(play(changes)).rejects.toThrow(problem);
  });
});

describe('the admin endpoint of a played graph', () => {
  const admin = async ({ url }: PlayedGraph, method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await fetch(`${url}/_sandbox/${path}`, init);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('tells what is where, and waits until it is quiet', async () => {
    const played = await play();
    await send(played, 'fail');
    const { body } = await admin(played, 'POST', 'quiet');
    const work = named(played.graph.queues, 'WorkQueue').arn;
    const dead = named(played.graph.queues, 'WorkDeadQueue').arn;
    expect(body['queues']).toContainEqual({
      arn: work,
      visible: 0,
      inFlight: 1,
      delayed: 0,
      ageOfOldestSeconds: 0,
      isDeadLetterQueue: false,
    });
    expect(body['queues']).toContainEqual(expect.objectContaining({ arn: dead, isDeadLetterQueue: true }));
    const { functionName, arn } = named(played.graph.functions, 'WorkerFunction');
    expect(body['functions']).toContainEqual({
      name: functionName,
      arn,
      invocations: 1,
      errors: 0,
      throttles: 0,
      running: 0,
      idle: 1,
    });
    expect(body['alarms']).toEqual([
      expect.objectContaining({ name: 'fixture-played-work-is-old', state: 'INSUFFICIENT_DATA' }),
    ]);
  });

  it('makes a function crash, loses events, delays the trail, and moves the clock timer by timer', async () => {
    const played = await play();
    const { functionName } = named(played.graph.functions, 'WorkerFunction');
    const crash = { function: functionName, crash: { when: 'before' } };
    expect(await admin(played, 'POST', 'crash', crash)).toMatchObject({ status: 200 });
    expect(await admin(played, 'PUT', 'chaos', { targets: { lose: 1 } })).toMatchObject({ status: 200 });
    expect(await admin(played, 'PUT', 'trail', { trailDelayMs: 2000 })).toMatchObject({ status: 200 });
    await send(played, '{}');
    await createAssociation(played);
    await admin(played, 'POST', 'clock', { advanceMs: 180_000 });
    const { body } = await admin(played, 'GET', 'journal');
    const kinds = (body['entries'] as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'alarm')).toEqual(['crashed', 'lost']);
    expect(linesOf(played, 'WorkerFunction').at(-1)).toBe('1 messages');
  });

  it.each([
    { method: 'POST', path: 'reset', body: {}, status: 409 },
    { method: 'POST', path: 'crash', body: { function: 'gone', crash: null }, status: 404 },
    {
      method: 'POST',
      path: 'crash',
      body: { function: 'gone', crash: { when: 'during', invocation: 1 } },
      status: 400,
    },
    { method: 'PUT', path: 'chaos', body: { loose: 1 }, status: 400 },
    { method: 'PUT', path: 'trail', body: { trailDelayMs: -1 }, status: 400 },
    { method: 'GET', path: 'quiet', body: undefined, status: 405 },
  ])('answers $status to $method $path $body', async ({ method, path, body, status }) => {
    expect(await admin(await play(), method, path, body)).toMatchObject({ status });
  });
});

describe('stopping', () => {
  const children = () => readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim();

  it.runIf(process.platform === 'linux')('leaves no process behind, and can be done twice', async () => {
    const before = children();
    const played = await play();
    await send(played, '{}');
    await played.quiet();
    expect(children()).not.toBe(before);
    await played.stop();
    await played.stop();
    expect(children()).toBe(before);
    await expect(fetch(played.url)).rejects.toThrow();
  });
});
