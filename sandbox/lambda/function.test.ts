import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#sandbox/clock.ts';
import { createWorld } from '#sandbox/create-world.ts';
import { aCloud, aFolder, arn, aZip } from '#test/builders/a-cloud.ts';
import { refusal } from '#test/builders/sandbox-call.ts';
import type { LambdaFunctionDefinition } from './function.ts';
import { unpackZip } from './unpack.ts';

const WORKER_ROLE = 'arn:aws:iam::111122223333:role/worker';

/** A function made of the body of its handler. */
function aFunction(body: string, changes: Partial<LambdaFunctionDefinition> = {}, before = '') {
  const cloud = aCloud();
  const zipPath = aZip(`${before}\nexport const handler = async (event, context) => {${body}};`);
  const fn = cloud.addFunction({
    arn: arn('lambda', 'function:work'),
    zipPath,
    handler: 'index.handler',
    roleArn: WORKER_ROLE,
    timeoutSeconds: 10,
    ...changes,
  });
  const call = async (event: unknown = {}) => {
    const invocation = await fn.invoke(JSON.stringify(event));
    return { ...invocation, result: JSON.parse(invocation.payload) as unknown };
  };
  return { cloud, fn, call };
}

describe('an invocation', () => {
  it('runs the handler with event, context and environment', async () => {
    const { call } = aFunction(
      `return {
        event,
        id: context.awsRequestId,
        arn: context.invokedFunctionArn,
        memory: context.memoryLimitInMB,
        inTime: context.getRemainingTimeInMillis() > 9000,
        own: process.env.OWN,
        region: process.env.AWS_REGION,
        name: process.env.AWS_LAMBDA_FUNCTION_NAME,
        endpoint: process.env.AWS_ENDPOINT_URL,
        isSession: process.env.AWS_ACCESS_KEY_ID.startsWith('ASIA'),
        home: process.env.HOME,
        here: process.cwd() === process.env.LAMBDA_TASK_ROOT,
      };`,
      { environment: { OWN: 'mine' }, memoryMb: 256 },
    );
    const { result, requestId } = await call({ a: 1 });
    expect(result).toEqual({
      event: { a: 1 },
      id: requestId,
      arn: arn('lambda', 'function:work'),
      memory: '256',
      inTime: true,
      own: 'mine',
      region: 'eu-west-1',
      name: 'work',
      endpoint: 'http://127.0.0.1',
      isSession: true,
      here: true,
    });
  });

  it('is cold once and warm after that, and keeps what the module remembers', async () => {
    const { call, fn } = aFunction('return ++count;', {}, 'let count = 0;');
    expect(await call()).toMatchObject({ cold: true, result: 1 });
    expect(await call()).toMatchObject({ cold: false, result: 2 });
    expect(fn.environments()).toEqual({ running: 0, idle: 1 });
  });

  it('gives up environments that were idle for ten minutes', async () => {
    const { cloud, call, fn } = aFunction('return 1;');
    await call();
    cloud.clock.advance(600_000);
    expect(fn.environments()).toEqual({ running: 0, idle: 0 });
    expect((await call()).cold).toBe(true);
  });

  it('starts another environment for each that runs at the same time', async () => {
    const { call } = aFunction('await new Promise((r) => setTimeout(r, 20)); return 1;');
    const both = await Promise.all([call(), call()]);
    expect(both.map(({ cold }) => cold)).toEqual([true, true]);
  });

  it("tells the sandbox's time, moved or standing still, and keeps telling dates apart", async () => {
    const body =
      'return [Date.now(), new Date().toISOString(), new Date(0).getTime(), new Date() instanceof Date, typeof Date(), new Date(2020, 1).getFullYear()];';
    const { cloud, call } = aFunction(body);
    const noon = Date.UTC(2026, 10, 20, 10);
    expect((await call()).result).toEqual([noon, '2026-11-20T10:00:00.000Z', 0, true, 'string', 2020]);
    cloud.clock.advance(90_000);
    expect((await call()).result).toEqual([
      noon + 90_000,
      '2026-11-20T10:01:30.000Z',
      0,
      true,
      'string',
      2020,
    ]);
  });

  it('follows a clock that runs and was moved', async () => {
    const world = createWorld({ clock: systemClock() });
    world.clock.advance(86_400_000);
    const cloud = aCloud({ world });
    const zipPath = aZip('export const handler = async () => Date.now();');
    const fn = cloud.addFunction({
      arn: arn('lambda', 'function:clock'),
      zipPath,
      handler: 'index.handler',
      roleArn: WORKER_ROLE,
    });
    const before = world.clock.now();
    const told = Number((await fn.invoke('{}')).payload);
    expect(told).toBeGreaterThanOrEqual(before - 1);
    expect(told).toBeLessThanOrEqual(world.clock.now() + 1);
  });

  it('reports an error as Lambda does', async () => {
    const { call } = aFunction("throw new TypeError('no');");
    const { functionError, result } = await call();
    expect(functionError).toBe('Unhandled');
    expect(result).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' });
    expect(result).toHaveProperty('trace');
  });

  it.each([
    ['times out', 'await new Promise(() => setInterval(() => {}, 1000));', 'Sandbox.Timedout'],
    ['never gives the processor back', 'for (;;);', 'Sandbox.Timedout'],
    ['exits', 'process.exit(3);', 'Runtime.ExitError'],
    [
      'throws where nobody catches',
      "setTimeout(() => { throw new RangeError('late'); }); await new Promise(() => {});",
      'RangeError',
    ],
  ])('survives a function that %s', async (_, body, errorType) => {
    const { call, fn } = aFunction(body, { timeoutSeconds: 0.3 });
    expect((await call()).result).toMatchObject({ errorType });
    expect(fn.environments()).toEqual({ running: 0, idle: 0 });
  });

  it.each([
    ['a file that is not there', { handler: 'main.handler' }, '', 'Runtime.ImportModuleError'],
    ['an export that is not there', { handler: 'index.run' }, '', 'Runtime.HandlerNotFound'],
    ['a module that fails', {}, "throw new Error('broken');", 'Error'],
  ])('fails for %s', async (_, changes, before, errorType) => {
    const { cloud, call } = aFunction('return 1;', changes, before);
    expect((await call()).result).toMatchObject({ errorType });
    const errors = cloud.logs.tail('work').filter(({ text }) => text.includes('Uncaught Exception'));
    expect(errors[0]?.text).toContain(`"errorType":"${errorType}"`);
  });

  it('fails when its role is not there', async () => {
    const { call } = aFunction('return 1;', { roleArn: 'arn:aws:iam::111122223333:role/nobody' });
    await expect(call()).rejects.toThrow('cannot be assumed by Lambda');
  });

  it('is throttled at its reserved concurrency', async () => {
    const { cloud, fn, call } = aFunction('await new Promise((r) => setTimeout(r, 20));', {
      reservedConcurrency: 1,
    });
    const first = call();
    expect(refusal(() => void fn.invoke('{}'))).toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
    await first;
    expect((await call()).functionError).toBeUndefined();
    expect(cloud.metrics.total('AWS/Lambda', 'Throttles')).toBe(1);
  });

  it('gets URLs of queues that lead to the sandbox', async () => {
    const url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs';
    const { call } = aFunction('return process.env.LINK;', { environment: { LINK: `{"url":"${url}"}` } });
    expect((await call()).result).toBe('{"url":"http://127.0.0.1/111122223333/jobs"}');
  });

  it('finds the key file of SST in its own folder', async () => {
    const { call } = aFunction(
      'return process.env.SST_KEY_FILE === process.env.LAMBDA_TASK_ROOT + "/resource.enc";',
      {
        environment: { SST_KEY_FILE: 'resource.enc' },
      },
    );
    expect((await call()).result).toBe(true);
  });
});

describe('what a function writes', () => {
  it('is in memory and in a file, between the lines of Lambda', async () => {
    const folder = aFolder();
    const cloud = aCloud({ logFolder: folder });
    const fn = cloud.addFunction({
      arn: arn('lambda', 'function:talk'),
      zipPath: aZip(
        "export const handler = async () => { console.log('hello\\nworld'); process.stderr.write('bad'); };",
      ),
      handler: 'index.handler',
      roleArn: WORKER_ROLE,
    });
    const { requestId } = await fn.invoke('{}');
    const lines = cloud.logs.tail('talk').map(({ text }) => text);
    expect(lines.slice(0, 5)).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      'hello',
      'world',
      'bad',
      `END RequestId: ${requestId}`,
    ]);
    expect(lines[5]).toMatch(/^REPORT RequestId: .+Duration: .+Init Duration: /);
    expect(existsSync(join(folder, 'talk.log'))).toBe(true);
  });

  it('becomes metrics where it is in the embedded metric format', async () => {
    const { cloud, call } = aFunction(`console.log(JSON.stringify({
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: 'Rolecall', Dimensions: [['service']], Metrics: [{ Name: 'Repairs', Unit: 'Count' }] }] },
      service: 'reconcile', Repairs: [2, 3],
    }));`);
    await call();
    expect(cloud.metrics.list('Rolecall')).toEqual([
      {
        namespace: 'Rolecall',
        name: 'Repairs',
        dimensions: { service: 'reconcile' },
        place: '111122223333 eu-west-1',
        unit: 'Count',
        sum: 5,
        samples: 2,
      },
    ]);
  });
});

describe('a crash switch', () => {
  it.each([
    { when: 'before' as const, effects: 1 },
    { when: 'after' as const, effects: 2 },
  ])('kills the environment $when the effect of the invocation it names', async ({ when, effects }) => {
    const { cloud, call, fn } = aFunction("console.log('effect');");
    fn.crashOn({ when, invocation: 2 });
    expect((await call()).functionError).toBeUndefined();
    expect((await call()).result).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(cloud.logs.tail('work').filter(({ text }) => text === 'effect')).toHaveLength(effects);
    expect((await call()).cold).toBe(true);
  });
});

describe('an invocation that nobody waits for', () => {
  const dead = arn('sqs', 'dead');
  const failed = arn('sqs', 'failed');
  const succeeded = arn('sqs', 'succeeded');

  async function invokeAsync(body: string) {
    const { cloud, fn } = aFunction(body, {
      asyncInvocation: { deadLetterArn: dead, onFailureArn: failed, onSuccessArn: succeeded },
    });
    for (const queue of [dead, failed, succeeded]) cloud.addQueue({ arn: queue });
    const requestId = cloud.asyncInvoker.invoke(fn, '{"a":1}');
    await cloud.quiet();
    return { cloud, requestId };
  }

  it('is tried again after one and two minutes, then kept in both places', async () => {
    const { cloud, requestId } = await invokeAsync("throw new Error('no');");
    expect(cloud.metrics.total('AWS/Lambda', 'Invocations')).toBe(1);
    await cloud.advance(60_000);
    expect(cloud.metrics.total('AWS/Lambda', 'Invocations')).toBe(2);
    await cloud.advance(119_999);
    expect(cloud.queues.get(dead)?.peek()).toEqual([]);
    await cloud.advance(1);
    expect(cloud.queues.get(dead)?.peek()).toMatchObject([
      {
        body: '{"a":1}',
        attributes: { RequestID: { stringValue: requestId }, ErrorMessage: { stringValue: 'no' } },
      },
    ]);
    expect(JSON.parse(cloud.queues.get(failed)?.peek()[0]?.body ?? '')).toMatchObject({
      requestContext: { requestId, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { a: 1 },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'no' },
    });
  });

  it('tells when it worked', async () => {
    const { cloud } = await invokeAsync('return 5;');
    expect(JSON.parse(cloud.queues.get(succeeded)?.peek()[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      responsePayload: 5,
    });
  });

  it('waits for room for up to six hours', async () => {
    const { cloud, fn } = aFunction('return 1;', {
      reservedConcurrency: 0,
      asyncInvocation: { onFailureArn: failed },
    });
    cloud.addQueue({ arn: failed });
    cloud.asyncInvoker.invoke(fn, '{}');
    await cloud.advance(5.5 * 3_600_000);
    expect(cloud.queues.get(failed)?.peek()).toEqual([]);
    await cloud.advance(3_600_000);
    expect(JSON.parse(cloud.queues.get(failed)?.peek()[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
    });
  });
});

describe('a deploy zip', () => {
  it('is unpacked once', () => {
    const zip = aZip('export {};', { 'deep/file.txt': 'x' });
    const cache = aFolder();
    const folder = unpackZip(zip, cache);
    expect(existsSync(join(folder, 'deep/file.txt'))).toBe(true);
    expect(unpackZip(zip, cache)).toBe(folder);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it('writes nothing outside its folder', () => {
    const path = join(aFolder(), 'evil.zip');
    writeFileSync(path, zipSync({ '../../evil': new Uint8Array([1]) }));
    const cache = aFolder();
    expect(() => unpackZip(path, cache)).toThrow('outside');
    expect(readdirSync(cache)).toEqual([]);
  });
});
