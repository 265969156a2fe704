import { describe, expect, it } from 'vitest';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { ManualClock, settle } from '#test/fakes/manual-clock.ts';
import { type CallContext, callAws, expectOutput } from './call-aws.ts';
import { CallLimiter } from './limits/call-limiter.ts';
import { DEFAULT_RETRY_LIMITS } from './retry-delay.ts';

function setUp(options: { autoAdvance?: boolean; concurrency?: number } = {}) {
  const clock = new ManualClock({ autoAdvance: options.autoAdvance ?? true });
  const counter = createCallCounter();
  const limiter = new CallLimiter(clock, { concurrency: options.concurrency ?? 50 });
  const context: CallContext = {
    clock,
    counter,
    limiter,
    random: () => 1,
    retries: DEFAULT_RETRY_LIMITS,
    address: '111122223333, eu-west-1',
  };
  return { clock, counter, limiter, context };
}

const NAME = { operation: 'eks:DescribeCluster', subject: () => 'c1' };

function awsSays(name: string, status: number, message = 'no'): Error {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: status } });
  error.name = name;
  return error;
}

/** Fails with each error in turn, then answers. */
function afterErrors(...errors: Error[]): () => Promise<string> {
  return () => {
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve('done');
  };
}

describe('a call to AWS', () => {
  it('counts each attempt, in the counter of the call, too', async () => {
    const { context, counter } = setUp();
    const own = createCallCounter();
    const errors = [awsSays('ServerException', 500), awsSays('ThrottlingException', 429)];
    const answer = await callAws(context, NAME, afterErrors(...errors), { counter: own });
    expect(answer).toEqual({ kind: 'ok', output: 'done' });
    expect(counter.snapshot()).toEqual({ 'eks:DescribeCluster': 3 });
    expect(own.snapshot()).toEqual({ 'eks:DescribeCluster': 3 });
    // One of the three asked us to slow down, and nobody else would hear of it: the call went well.
    expect(counter.throttledAnswers()).toBe(1);
  });

  it('waits longer each time', async () => {
    const { context, clock } = setUp();
    const errors = Array.from({ length: 4 }, () => awsSays('ServerException', 500));
    await callAws(context, NAME, afterErrors(...errors));
    expect(clock.sleeps).toEqual([100, 200, 400, 800]);
  });

  it('gives up when throttling lasts longer than a minute, and says so', async () => {
    const { context, clock } = setUp();
    const begunAt = clock.now();
    const call = callAws(context, NAME, () =>
      Promise.reject(awsSays('ThrottlingException', 429, 'Rate exceeded')),
    );
    await expect(call).rejects.toMatchObject({
      name: 'aws.throttled',
      retryable: true,
      message: 'eks:DescribeCluster of c1 (111122223333, eu-west-1): ThrottlingException: Rate exceeded',
    });
    expect(clock.now() - begunAt).toBeGreaterThan(50_000);
    expect(clock.now() - begunAt).toBeLessThanOrEqual(60_000 + 1000);
  });

  it.each([
    { first: awsSays('ServerException', 500), code: 'aws.unavailable' },
    { first: Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }), code: 'aws.timeout' },
  ])(
    'does not take for refused what had no answer before it was throttled: $code',
    async ({ first, code }) => {
      const { context } = setUp();
      const answers = [first];
      const call = callAws(context, NAME, () =>
        Promise.reject(answers.shift() ?? awsSays('ThrottlingException', 429)),
      );
      await expect(call).rejects.toMatchObject({ code });
    },
  );

  it('slows everybody down when it is throttled', async () => {
    const { context, limiter } = setUp({ autoAdvance: false });
    const call = callAws(context, NAME, () => Promise.reject(awsSays('TooManyRequestsException', 429)), {
      signal: AbortSignal.timeout(60_000),
    });
    call.catch(() => undefined);
    await settle();
    expect(limiter.ratePerSecond).toBe(1);
  });

  it('holds no slot while it waits to try again', async () => {
    const { context, clock } = setUp({ autoAdvance: false, concurrency: 1 });
    const first = callAws(context, NAME, afterErrors(awsSays('ServerException', 500)));
    await settle();
    expect(clock.asleep).toBe(1);
    await expect(callAws(context, NAME, afterErrors())).resolves.toEqual({ kind: 'ok', output: 'done' });
    await clock.advance(100);
    await expect(first).resolves.toEqual({ kind: 'ok', output: 'done' });
  });

  it('answers a refusal at once, with the error for those who do not expect it', async () => {
    const { context, counter } = setUp();
    const answer = await callAws(
      context,
      NAME,
      afterErrors(awsSays('ResourceNotFoundException', 404, 'No cluster found for name: c1.')),
    );
    expect(answer).toMatchObject({ kind: 'refused', refusal: { kind: 'clusterNotFound' } });
    expect(() => expectOutput(answer)).toThrow(
      expect.objectContaining({ name: 'cluster.notFound', retryable: false }),
    );
    expect(counter.snapshot()).toEqual({ 'eks:DescribeCluster': 1 });
  });

  it('says what to do about it', async () => {
    const { context } = setUp();
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:4566'), { code: 'ECONNREFUSED' });
    await expect(callAws(context, NAME, () => Promise.reject(refused))).rejects.toMatchObject({
      name: 'aws.unavailable',
      message:
        'eks:DescribeCluster of c1 (111122223333, eu-west-1): Error: connect ECONNREFUSED 127.0.0.1:4566; check the ' +
        'region, the network, and the endpoint (AWS_ENDPOINT_URL, endpoint_url in the profile)',
      cause: refused,
    });
  });

  it.each(['while it is under way', 'while it waits to try again', 'before it began'])(
    'can be given up %s',
    async (when) => {
      const { context, clock, limiter } = setUp({ autoAdvance: false });
      const controller = new AbortController();
      if (when === 'before it began') controller.abort();
      const attempt = (signal: AbortSignal | undefined): Promise<string> =>
        when === 'while it is under way'
          ? new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))))
          : Promise.reject(awsSays('ServerException', 500));
      const call = callAws(context, NAME, attempt, { signal: controller.signal });
      call.catch(() => undefined);
      await settle();
      controller.abort();
      await expect(call).rejects.toMatchObject({ name: 'cancelled' });
      expect(clock.asleep).toBe(0);
      const slots = Array.from({ length: 50 }, () => limiter.acquire());
      await expect(Promise.all(slots)).resolves.toHaveLength(50);
    },
  );
});
