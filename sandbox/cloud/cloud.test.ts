import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DeleteClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, aCloud, aRunningCloud, arn, aZip } from '#test/builders/a-cloud.ts';
import { refusalOf } from '#test/builders/running-sandbox.ts';

const JOBS = arn('sqs', 'jobs');
const FN = arn('lambda', 'function:work');
const SIGNED = `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20261120/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0`;

/** A running cloud with one function. */
async function aFunction(source: string, options: Parameters<typeof aRunningCloud>[0] = {}) {
  const running = await aRunningCloud(options);
  const roleArn = 'arn:aws:iam::111122223333:role/worker';
  const fn = running.cloud.addFunction({ arn: FN, zipPath: aZip(source), handler: 'index.handler', roleArn });
  const invoke = async (name: string, body: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${running.url}/2015-03-31/functions/${name}/invocations`, {
      method: 'POST',
      headers: { authorization: SIGNED, ...headers },
      body,
    });
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  };
  return { ...running, fn, invoke };
}

describe('an alarm of the cloud', () => {
  it('goes off on a full queue, tells its topic, and is over when the queue is empty', async () => {
    const cloud = aCloud();
    const jobs = cloud.addQueue({ arn: JOBS });
    const topic = cloud.addTopic({ arn: arn('sns', 'alarms') });
    const alarm = cloud.addAlarm({
      arn: arn('cloudwatch', 'alarm:depth'),
      name: 'depth',
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: 'jobs' },
      statistic: 'Maximum',
      periodSeconds: 60,
      evaluationPeriods: 1,
      threshold: 0,
      comparison: 'GreaterThanThreshold',
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    });
    jobs.send({ body: 'a', senderId: 'me' });
    await cloud.advance(60_000);
    expect(alarm.state).toBe('ALARM');
    jobs.purge();
    await cloud.advance(60_000);
    expect(alarm.state).toBe('OK');
    const told = topic.published().map(({ message }) => JSON.parse(message) as object);
    expect(told).toMatchObject([
      { AlarmName: 'depth', NewStateValue: 'ALARM', OldStateValue: 'INSUFFICIENT_DATA' },
      { NewStateValue: 'OK', OldStateValue: 'ALARM' },
    ]);
  });
});

describe('a service of the cloud that is away', () => {
  const QueueUrl = `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/jobs`;
  type Running = Awaited<ReturnType<typeof aRunningCloud>>;
  const CALLS: Readonly<
    Record<'sqs' | 'events' | 'sns' | 'dynamodb', (running: Running) => Promise<unknown>>
  > = {
    sqs: ({ sqs }) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' })),
    events: ({ events }) =>
      events.send(new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }] })),
    sns: ({ sns }) => sns.send(new PublishCommand({ TopicArn: arn('sns', 'alarms'), Message: 'a' })),
    dynamodb: ({ dynamodb }) => dynamodb.send(new ListTablesCommand({})),
  };

  it.each(['sqs', 'events', 'sns', 'dynamodb'] as const)(
    'answers 503 from %s, and the others go on',
    async (away) => {
      const running = await aRunningCloud();
      running.cloud.addQueue({ arn: JOBS });
      running.cloud.addTopic({ arn: arn('sns', 'alarms') });
      running.cloud.world.switches.set({ unavailable: [{ service: away }] });
      const answersUnavailable: string[] = [];
      for (const [service, call] of Object.entries(CALLS)) {
        const refusal = await call(running).then(
          () => undefined,
          (error: unknown) => refusalOf(Promise.reject(error)),
        );
        if (refusal?.status === 503) answersUnavailable.push(service);
        else expect(refusal).toBeUndefined();
      }
      expect(answersUnavailable).toEqual([away]);
      running.cloud.world.switches.set({});
      await CALLS[away](running);
    },
  );
});

describe('time', () => {
  it('plays out in order when it is moved: what one timer sets off is done before the next', async () => {
    const { cloud } = await aFunction('export const handler = async () => console.log("RAN " + Date.now());');
    cloud.addSchedule({
      arn: arn('scheduler', 'schedule/default/s'),
      expression: 'rate(1 hour)',
      target: { arn: FN, roleArn: 'arn:aws:iam::111122223333:role/worker' },
    });
    const noon = cloud.clock.now();
    await cloud.advance(3 * 3_600_000);
    const ran = cloud.logs.tail('work').filter(({ text }) => text.startsWith('RAN'));
    expect(ran.map(({ text }) => Number(text.slice(4)))).toEqual(
      [1, 2, 3].map((hour) => noon + hour * 3_600_000),
    );
  });
});

describe('a change behind the back of the application', () => {
  it('reaches its function through CloudTrail, rule and queue, and its table through the function', async () => {
    const { cloud, url, fn } = await aFunction(HINT_TO_TABLE, { trailDelayMs: 5_000 });
    cloud.addQueue({ arn: JOBS });
    cloud.mapQueue({ queueArn: JOBS, functionArn: fn.arn });
    cloud.addRule(arn('events', 'event-bus/default'), {
      arn: arn('events', 'rule/eks'),
      name: 'eks',
      eventPattern:
        '{"source":["aws.eks"],"detail":{"eventName":["DeleteCluster"],"errorCode":[{"exists":false}]}}',
      targets: [{ id: 'jobs', arn: JOBS }],
    });
    const database = cloud.database(ACCOUNT, 'eu-west-1');
    await database.createTable({ name: 'hints', hashKey: { name: 'pk', type: 'S' } });
    cloud.world.eks(ACCOUNT, 'eu-west-1').addCluster({ name: 'c1' });
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'any' };
    const eks = new EKSClient({ endpoint: url, region: 'eu-west-1', maxAttempts: 1, credentials });
    await refusalOf(eks.send(new DeleteClusterCommand({ name: 'nowhere' })));
    await eks.send(new DeleteClusterCommand({ name: 'c1' }));
    eks.destroy();
    const hints = async () =>
      JSON.parse((await database.call('Scan', '{"TableName":"hints"}')).body) as object;
    await cloud.advance(4_999);
    expect(await hints()).toMatchObject({ Count: 0 });
    await cloud.advance(1);
    expect(await hints()).toMatchObject({
      Items: [{ pk: { S: 'c1' }, at: { S: '2026-11-20T10:00:05.000Z' } }],
    });
  });
});

/** Writes the name of each cluster and the time into the table, with what the environment gives it. */
const HINT_TO_TABLE = `export const handler = async ({ Records }) => {
  for (const { body } of Records) {
    const pk = { S: JSON.parse(body).detail.requestParameters.name };
    const credential = process.env.AWS_ACCESS_KEY_ID + '/20261120/' + process.env.AWS_REGION + '/dynamodb/aws4_request';
    await fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST',
      body: JSON.stringify({ TableName: 'hints', Item: { pk, at: { S: new Date().toISOString() } } }),
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=0',
        'x-amz-security-token': process.env.AWS_SESSION_TOKEN,
        'x-amz-target': 'DynamoDB_20120810.PutItem',
      },
    });
  }
};`;

describe('a call', () => {
  it.each([
    [
      'by options',
      "https.request({ hostname: new URL(url).hostname, path: new URL(url).pathname, method: 'POST', headers, agent: new https.Agent() }, resolve)",
    ],
    ['by URL', "https.request(url, { method: 'POST', headers }, resolve)"],
  ])('that a function makes to AWS itself comes to the sandbox, %s', async (_, request) => {
    const { cloud, fn } = await aFunction(`import https from 'node:https';
      export const handler = async () => {
        const url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs';
        const credential = process.env.AWS_ACCESS_KEY_ID + '/20261120/eu-west-1/sqs/aws4_request';
        const headers = {
          authorization: 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=0',
          'x-amz-security-token': process.env.AWS_SESSION_TOKEN,
          'x-amz-target': 'AmazonSQS.SendMessage',
        };
        const answer = await new Promise((resolve, reject) => {
          ${request}.on('error', reject).end(JSON.stringify({ QueueUrl: url, MessageBody: 'a' }));
        });
        return answer.statusCode;
      };`);
    const jobs = cloud.addQueue({ arn: JOBS });
    expect((await fn.invoke('{}')).payload).toBe('200');
    expect(jobs.peek()).toMatchObject([{ body: 'a' }]);
  });

  it('that polls keeps nobody from moving the clock', async () => {
    const { cloud, sqs, url } = await aRunningCloud();
    const jobs = cloud.addQueue({ arn: JOBS });
    const QueueUrl = `${url}/${ACCOUNT}/jobs`;
    const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    while (cloud.clock.nextTimer() === undefined) await new Promise(setImmediate);
    await cloud.advance(20_000);
    expect((await polling).Messages).toBeUndefined();
    expect(jobs.counts().inFlight).toBe(0);
  });

  it('by a function comes in as the role of the function', async () => {
    const asked: string[] = [];
    const { cloud, fn, url } = await aFunction(
      `export const handler = async ({ url }) => {
        const credential = process.env.AWS_ACCESS_KEY_ID + '/20261120/eu-west-1/sqs/aws4_request';
        const answer = await fetch(url, { method: 'POST', body: '{}', headers: {
          authorization: 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=0',
          'x-amz-security-token': process.env.AWS_SESSION_TOKEN,
          'x-amz-target': 'AmazonSQS.ListQueues',
        } });
        return answer.status;
      };`,
      {
        authorize: ({ principal }) => {
          if (principal.kind === 'caller') asked.push(principal.caller.arn);
          return { kind: 'allowed' };
        },
      },
    );
    const { payload } = await fn.invoke(JSON.stringify({ url }));
    expect(payload).toBe('200');
    expect(asked).toEqual(['arn:aws:sts::111122223333:assumed-role/worker/work']);
    expect(cloud.endpoint).toBe(url);
  });

  it('can be made to go wrong by the switches of the sandbox', async () => {
    const { cloud, sqs, url } = await aRunningCloud();
    const jobs = cloud.addQueue({ arn: JOBS });
    const send = new SendMessageCommand({ QueueUrl: `${url}/${ACCOUNT}/jobs`, MessageBody: 'a' });
    cloud.world.switches.set({ deny: [{ actions: ['sqs:SendMessage'] }] });
    expect((await refusalOf(sqs.send(send))).name).toBe('AccessDeniedException');
    cloud.world.switches.set({ throttle: { ratePerSecond: 1 } });
    await sqs.send(send);
    expect((await refusalOf(sqs.send(send))).name).toBe('ThrottlingException');
    cloud.world.switches.set({ loseAnswers: { next: 1 } });
    await refusalOf(sqs.send(send));
    expect(jobs.peek()).toHaveLength(2);
  });

  it('leaves EKS, IAM and STS to the sandbox as it was, and reads no key that nobody has', async () => {
    const { sqs, url } = await aRunningCloud();
    const health = await fetch(`${url}/_sandbox/health`);
    expect(health.status).toBe(200);
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    const credentials = { accessKeyId: 'ASIAUNKNOWN', secretAccessKey: 'x', sessionToken: 'y' };
    const stranger = new SQSClient({ endpoint: url, region: 'eu-west-1', maxAttempts: 1, credentials });
    const refused = await refusalOf(stranger.send(new GetQueueUrlCommand({ QueueName: 'jobs' })));
    expect(refused.name).toBe('UnrecognizedClientException');
    stranger.destroy();
    expect((await refusalOf(sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' })))).name).toBe(
      'QueueDoesNotExist',
    );
  });
});

describe('Invoke', () => {
  const ECHO =
    'export const handler = async (event) => { console.log("hi"); if (event.fail) throw new Error("no"); return event; };';

  it.each(['work', FN, `${FN}:live`, `${ACCOUNT}:function:work`])('answers what %s answers', async (name) => {
    const { invoke } = await aFunction(ECHO);
    const answer = await invoke(encodeURIComponent(name), '{"a":1}', { 'x-amz-log-type': 'Tail' });
    expect(answer).toMatchObject({ status: 200, body: '{"a":1}' });
    expect(answer.headers.get('x-amz-executed-version')).toBe('$LATEST');
    expect(Buffer.from(answer.headers.get('x-amz-log-result') ?? '', 'base64').toString()).toContain(
      'hi\nEND',
    );
  });

  it('tells a failure of the function from one of the call', async () => {
    const { invoke } = await aFunction(ECHO);
    const answer = await invoke('work', '{"fail":true}');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(JSON.parse(answer.body)).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
  });

  it('does not wait where it is told not to', async () => {
    const { cloud, invoke } = await aFunction(ECHO);
    expect((await invoke('work', '{}', { 'x-amz-invocation-type': 'DryRun' })).status).toBe(204);
    expect((await invoke('work', '{}', { 'x-amz-invocation-type': 'Event' })).status).toBe(202);
    await cloud.quiet();
    expect(cloud.metrics.total('AWS/Lambda', 'Invocations')).toBe(1);
  });

  it.each([
    ['a function that is not there', 'nobody', '{}', {}, 404, 'ResourceNotFoundException'],
    ['a body that is no JSON', 'work', '{', {}, 400, 'InvalidRequestContentException'],
    [
      'a type that is none',
      'work',
      '{}',
      { 'x-amz-invocation-type': 'Later' },
      400,
      'InvalidParameterValueException',
    ],
    [
      'an event over a megabyte',
      'work',
      JSON.stringify('x'.repeat(1_048_576)),
      { 'x-amz-invocation-type': 'Event' },
      413,
      'RequestTooLargeException',
    ],
  ])('refuses %s', async (_, name, body, headers, status, type) => {
    const { invoke } = await aFunction(ECHO);
    const answer = await invoke(name, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-amzn-errortype')).toBe(type);
  });
});
