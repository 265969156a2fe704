import { describe, expect, it } from 'vitest';
import { ACCOUNT, aRunningCloud, arn, aZip, REGION } from '#test/builders/a-cloud.ts';
import { jsonCall } from '#test/builders/json-call.ts';
import { NOON } from '#test/builders/sandbox-call.ts';

const GROUP = '/aws/lambda/work';

/** A function that has written six lines, one a second from noon on, and how to call the service. */
async function aLog() {
  const { cloud, url } = await aRunningCloud();
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/worker`;
  cloud.addFunction({
    arn: arn('lambda', 'function:work'),
    zipPath: aZip(''),
    handler: 'index.handler',
    roleArn,
  });
  const lines = [
    'START',
    '{"level":"INFO"}',
    '{"level":"ERROR","n":1}',
    '{"level":"ERROR","n":2}',
    'END',
    'REPORT',
  ];
  for (const [index, text] of lines.entries()) cloud.logs.append('work', { at: NOON + index * 1000, text });
  const call = (operation: string, input: unknown) =>
    jsonCall(url, 'logs', `Logs_20140328.${operation}`, input);
  const filter = async (input: object) => {
    const { body } = await call('FilterLogEvents', { logGroupName: GROUP, ...input });
    return (body['events'] as { message: string }[]).map(({ message }) => message);
  };
  return { cloud, call, filter };
}

describe('logs FilterLogEvents', () => {
  it.each([
    { input: {}, first: 'START', count: 6 },
    { input: { filterPattern: '{ $.level = "ERROR" }' }, first: '{"level":"ERROR","n":1}', count: 2 },
    { input: { startTime: NOON + 3000 }, first: '{"level":"ERROR","n":2}', count: 3 },
    { input: { endTime: NOON + 1000 }, first: 'START', count: 2 },
    { input: { startTime: NOON + 60_000 }, first: undefined, count: 0 },
  ])('answers the lines that are meant, oldest first: $input', async ({ input, first, count }) => {
    const { filter } = await aLog();
    const messages = await filter(input);
    expect([messages[0], messages.length]).toEqual([first, count]);
  });

  it('knows a group by its ARN as well', async () => {
    const { call } = await aLog();
    const logGroupIdentifier = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}:*`;
    const { body } = await call('FilterLogEvents', { logGroupIdentifier });
    expect(body['events']).toHaveLength(6);
  });

  it('answers in pages that neither repeat nor leave out, also while lines are added', async () => {
    const { cloud, call } = await aLog();
    const seen: unknown[] = [];
    let nextToken: unknown;
    do {
      const { body } = await call('FilterLogEvents', {
        logGroupName: GROUP,
        limit: 4,
        ...(nextToken ? { nextToken } : {}),
      });
      seen.push(...(body['events'] as { message: string }[]).map(({ message }) => message));
      nextToken = body['nextToken'];
      if (seen.length === 4) cloud.logs.append('work', { at: NOON + 5000, text: 'late' });
    } while (nextToken !== undefined);
    expect(seen.slice(3)).toEqual(['{"level":"ERROR","n":2}', 'END', 'REPORT', 'late']);
  });

  it.each([
    {
      when: 'there is no such group',
      input: { logGroupName: '/aws/lambda/none' },
      says: /ResourceNotFound.*does not exist/,
    },
    { when: 'no group is named', input: {}, says: /InvalidParameter.*exactly one of logGroupName/ },
    {
      when: 'the pattern cannot be read',
      input: { logGroupName: GROUP, filterPattern: '{ x }' },
      says: /Invalid filter pattern/,
    },
    {
      when: 'the token is not its own',
      input: { logGroupName: GROUP, nextToken: 'x' },
      says: /nextToken is invalid/,
    },
    {
      when: 'the limit is too high',
      input: { logGroupName: GROUP, limit: 10_001 },
      says: /InvalidParameter.*limit/s,
    },
    { when: 'it is no JSON', input: '{', says: /SerializationException/ },
  ])('refuses where $when', async ({ input, says }) => {
    const { call } = await aLog();
    const { status, body } = await call('FilterLogEvents', input);
    expect([status, `${String(body['__type'])} ${String(body['message'])}`]).toEqual([
      400,
      expect.stringMatching(says),
    ]);
  });
});

describe('logs DescribeLogGroups', () => {
  it.each([
    { prefix: '/aws/lambda/', names: [GROUP] },
    { prefix: '/aws/eks/', names: [] },
  ])('answers the groups of functions by prefix: $prefix', async ({ prefix, names }) => {
    const { call } = await aLog();
    const { body } = await call('DescribeLogGroups', { logGroupNamePrefix: prefix });
    expect((body['logGroups'] as { logGroupName: string }[]).map(({ logGroupName }) => logGroupName)).toEqual(
      names,
    );
  });
});

describe('a service that the cloud does not have', () => {
  it.each([
    {
      service: 'states',
      target: 'AWSStepFunctions.StartExecution',
      says: /does not implement the service states\. It implements eks, iam, sts, sqs, events, sns, lambda, dynamodb, logs, cloudtrail\./,
    },
    {
      service: 'logs',
      target: 'Logs_20140328.PutLogEvents',
      says: /does not implement Logs_20140328\.PutLogEvents\. It implements FilterLogEvents, DescribeLogGroups\./,
    },
  ])('is refused with what there is: $target', async ({ service, target, says }) => {
    const { url } = await aRunningCloud();
    const { body } = await jsonCall(url, service, target, {});
    expect(body['message']).toMatch(says);
  });
});
