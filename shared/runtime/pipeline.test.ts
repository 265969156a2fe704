import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#shared/ports/app-error.ts';
import { FakeQueue } from '#test/fakes/fake-queue.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { METRIC } from './names.ts';
import { type PipelineOptions, pipeline } from './pipeline.ts';
import { fifoQueue, type Source, standardQueue, tableStream } from './sources.ts';
import type { QueuedMessage, StreamedRow, Worker } from './worker.ts';

const throttled = new AppError('aws.throttled', 'slow down', { retryable: true });
const denied = new AppError('aws.accessDenied', 'no', { retryable: false });

let clock: ManualClock;
/** Answers that asked us to slow down. */
let answered: number;
let written: string[];
beforeEach(() => {
  clock = new ManualClock();
  written = [];
  answered = 7;
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const context = (remainingMs = 30_000) =>
  ({ functionName: 'f', awsRequestId: 'r-1', getRemainingTimeInMillis: () => remainingMs }) as Context;

function telemetry(): PipelineOptions<never, never, never>['telemetry'] {
  return {
    logger: new Logger({ serviceName: 'hub', logLevel: 'INFO' }),
    metrics: new Metrics({ namespace: 'Rolecall', serviceName: 'hub' }),
  };
}

async function run<Event, Entry, Answer>(
  from: Source<Event, Entry, Answer>,
  worker: Worker<Entry>,
  event: Event,
  remainingMs?: number,
): Promise<Answer> {
  const handler = pipeline(worker, {
    from,
    telemetry: telemetry(),
    zeros: [METRIC.eventUnreadable],
    throttledAnswers: () => answered,
  });
  return (await handler(event, context(remainingMs))) as Answer;
}

/** A worker that fails on some bodies, and remembers all that it was given. */
function failing(errors: Readonly<Record<string, Error>>) {
  const handled: string[] = [];
  const worker: Worker<QueuedMessage> = {
    async handle({ body }) {
      handled.push(body);
      const error = errors[body];
      if (error) throw error;
    },
  };
  return { worker, handled };
}

async function aQueue(fifo: boolean, messages: readonly (readonly [body: string, group: string])[]) {
  const queue = new FakeQueue({ clock, name: 'q', fifo });
  await queue.send(
    messages.map(([body, group]) => (fifo ? { body, group, deduplicationId: body } : { body })),
  );
  return queue;
}

const failedIds = (answer: { batchItemFailures: { itemIdentifier: string }[] }) =>
  answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

describe('a batch of a standard queue', () => {
  it('comes back only with what failed, each after its own time', async () => {
    const queue = await aQueue(false, [
      ['good', ''],
      ['slow', ''],
      ['bug', ''],
      ['also good', ''],
    ]);
    const { worker, handled } = failing({ slow: throttled, bug: new TypeError('x is not a function') });
    const source = standardQueue({ visibility: queue, random: () => 0 });
    const failed = failedIds(await run(source, worker, queue.receive()));
    expect(failed.sort()).toEqual(['q-2', 'q-3']);
    expect(handled.sort()).toEqual(['also good', 'bug', 'good', 'slow']);
    // A bug sets no time of its own: the queue's own is long enough to look into it.
    expect(queue.postponed).toEqual([15]);
  });

  it('comes back as a whole when all of it failed, and the function does not crash', async () => {
    const queue = await aQueue(false, [['slow', '']]);
    const { worker } = failing({ slow: throttled });
    const source = standardQueue({ visibility: queue, random: () => 0 });
    expect(failedIds(await run(source, worker, queue.receive()))).toEqual(['q-1']);
  });

  it.each([
    { what: 'is done with when giving it up goes well', giveUp: async () => undefined, failed: [] },
    { what: 'comes back when nobody can give it up', giveUp: undefined, failed: ['q-1'] },
    { what: 'comes back when giving it up fails', giveUp: () => Promise.reject(throttled), failed: ['q-1'] },
  ])('with a terminal failure $what', async ({ giveUp, failed }) => {
    const queue = await aQueue(false, [['secret', '']]);
    const worker = { ...failing({ secret: denied }).worker, ...(giveUp ? { giveUp } : {}) };
    const source = standardQueue({ visibility: queue, random: () => 0 });
    expect(failedIds(await run(source, worker, queue.receive()))).toEqual(failed);
  });

  it('comes back on the queue’s own time when its visibility cannot be set', async () => {
    const queue = await aQueue(false, [['slow', '']]);
    const visibility = { postpone: () => Promise.reject(denied) };
    const { worker } = failing({ slow: throttled });
    const source = standardQueue({ visibility, random: () => 0 });
    expect(failedIds(await run(source, worker, queue.receive()))).toEqual(['q-1']);
  });
});

describe('a batch of a FIFO queue', () => {
  it('stops the group of the first failure, and no other', async () => {
    const queue = await aQueue(true, [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['a3', 'a'],
      ['b2', 'b'],
    ]);
    const { worker, handled } = failing({ a2: throttled });
    const source = fifoQueue({ visibility: queue, random: () => 0 });
    expect(failedIds(await run(source, worker, queue.receive()))).toEqual(['q-2', 'q-4']);
    expect(handled).toEqual(['a1', 'a2', 'b1', 'b2']);
  });
});

describe('a batch of a table’s stream', () => {
  const record = (number: string, id: string): DynamoDBRecord => ({
    dynamodb: {
      SequenceNumber: number,
      NewImage: {
        id: { S: id },
        at: { N: '12.5' },
        list: { L: [{ BOOL: true }, { NULL: true }] },
        map: { M: { a: { S: 'b' } } },
      },
    },
  });

  it('comes back from the first failure on, and nothing behind it is tried', async () => {
    const rows: StreamedRow[] = [];
    const worker: Worker<StreamedRow> = {
      async handle(entry) {
        rows.push(entry);
        if (entry.id === '2') throw throttled;
      },
    };
    const event: DynamoDBStreamEvent = { Records: [record('1', 'x'), record('2', 'y'), record('3', 'z')] };
    expect(failedIds(await run(tableStream(), worker, event))).toEqual(['2', '3']);
    expect(rows.map(({ id }) => id)).toEqual(['1', '2']);
    expect(rows[0]?.row).toEqual({ id: 'x', at: 12.5, list: [true, null], map: { a: 'b' } });
  });
});

describe('the end of the time', () => {
  it('is told to the worker a second before, and what it gives up is seen again at once', async () => {
    vi.useFakeTimers();
    const queue = await aQueue(false, [['long', '']]);
    const worker: Worker<QueuedMessage> = {
      handle: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () =>
            reject(new AppError('cancelled', 'given up', { retryable: true })),
          );
        }),
    };
    const running = run(
      standardQueue({ visibility: queue, random: () => 0 }),
      worker,
      queue.receive(),
      10_000,
    );
    await vi.advanceTimersByTimeAsync(8_999);
    expect(queue.postponed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    expect(failedIds(await running)).toEqual(['q-1']);
    expect(queue.postponed).toEqual([2]);
  });
});

describe('what is told', () => {
  it('is a metric of zero as well as of one, what AWS said meanwhile, and a line with the scope of its record', async () => {
    const queue = await aQueue(false, [['good', '']]);
    const worker: Worker<QueuedMessage> = {
      async handle(_, { log, metrics }) {
        log.scope({ cluster: 'c1' });
        log.info('done', { keys: 3 });
        metrics.add(METRIC.eventToRepair, 1234);
        // Two were asked to slow down, tried again, and went well.
        answered += 2;
      },
    };
    await run(standardQueue({ visibility: queue, random: () => 0 }), worker, queue.receive());
    const lines = written.flatMap((text) => text.split('\n').filter((line) => line.startsWith('{')));
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed).toContainEqual(
      expect.objectContaining({
        message: 'done',
        keys: 3,
        cluster: 'c1',
        record_id: 'q-1',
        service: 'hub',
        function_request_id: 'r-1',
      }),
    );
    expect(parsed).toContainEqual(
      expect.objectContaining({
        service: 'hub',
        [METRIC.throttled]: 2,
        [METRIC.eventUnreadable]: 0,
        [METRIC.eventToRepair]: 1234,
      }),
    );
  });
});
