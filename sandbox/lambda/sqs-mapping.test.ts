import { describe, expect, it } from 'vitest';
import type { QueueDefinition } from '#sandbox/sqs/queue.ts';
import { aCloud, arn, aZip, refusing } from '#test/builders/a-cloud.ts';
import { refusal } from '#test/builders/sandbox-call.ts';
import type { SqsMappingDefinition } from './sqs-mapping.ts';

const FN = arn('lambda', 'function:work');

/** Fails for bodies that begin with `bad`; writes each batch down as one line. */
const HANDLER = `export const handler = async ({ Records }) => {
  console.log('BATCH ' + Records.map((r) => r.body).join(','));
  return { batchItemFailures: Records.filter((r) => r.body.startsWith('bad')).map((r) => ({ itemIdentifier: r.messageId })) };
};`;

function aMapping(
  queue: Partial<QueueDefinition>,
  mapping: Partial<SqsMappingDefinition> = {},
  source = HANDLER,
  authorize = refusing('nothing').authorize,
) {
  const cloud = aCloud({ authorize });
  const definition = {
    arn: arn('sqs', queue.fifo ? 'jobs.fifo' : 'jobs'),
    contentBasedDeduplication: true,
    ...queue,
  };
  const jobs = cloud.addQueue(definition);
  const roleArn = 'arn:aws:iam::111122223333:role/worker';
  cloud.addFunction({ arn: FN, zipPath: aZip(source), handler: 'index.handler', roleArn, timeoutSeconds: 5 });
  cloud.mapQueue({ queueArn: jobs.arn, functionArn: FN, ...mapping });
  const send = (...bodies: string[]) => {
    for (const body of bodies) {
      jobs.send({ body, senderId: 'me', ...(queue.fifo ? { groupId: body.replace(/\d/g, '') } : {}) });
    }
  };
  const batches = () =>
    cloud.logs
      .tail('work')
      .filter(({ text }) => text.startsWith('BATCH '))
      .map(({ text }) => text.slice(6));
  return { cloud, jobs, send, batches };
}

describe('a function that handles a queue', () => {
  it('gets what is there in batches, with the record of AWS, and what succeeds is deleted', async () => {
    const source =
      'export const handler = async (event) => { console.log("BATCH " + JSON.stringify(event)); };';
    const { cloud, jobs, send, batches } = aMapping({}, {}, source);
    send('a', 'b');
    await cloud.quiet();
    expect(JSON.parse(batches()[0] ?? '')).toMatchObject({
      Records: [
        {
          body: 'a',
          attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1795168800000', SenderId: 'me' },
          messageAttributes: {},
          md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
          eventSource: 'aws:sqs',
          eventSourceARN: jobs.arn,
          awsRegion: 'eu-west-1',
        },
        { body: 'b' },
      ],
    });
    expect(jobs.peek()).toEqual([]);
  });

  it('leaves only what it names, until the visibility time-out is over', async () => {
    const { cloud, jobs, send, batches } = aMapping(
      { visibilityTimeoutSeconds: 30 },
      { reportBatchItemFailures: true },
    );
    send('a', 'bad', 'c');
    await cloud.quiet();
    expect(jobs.counts()).toMatchObject({ visible: 0, inFlight: 1 });
    await cloud.advance(29_999);
    expect(batches()).toEqual(['a,bad,c']);
    await cloud.advance(1);
    expect(batches()).toEqual(['a,bad,c', 'bad']);
  });

  it.each([
    ['throws', 'throw new Error("no");'],
    ['names an unknown message', 'return { batchItemFailures: [{ itemIdentifier: "x" }] };'],
    ['names nothing where it should', 'return { batchItemFailures: [{ itemIdentifier: "" }] };'],
    ['answers no list', 'return { batchItemFailures: "x" };'],
  ])('leaves the whole batch when it %s', async (_, body) => {
    const source = `export const handler = async () => { ${body} };`;
    const { cloud, jobs, send } = aMapping({}, { reportBatchItemFailures: true }, source);
    send('a', 'b');
    await cloud.quiet();
    expect(jobs.counts()).toMatchObject({ visible: 0, inFlight: 2 });
  });

  it.each([
    ['null', 'return null;'],
    ['nothing', ''],
    ['an empty list', 'return { batchItemFailures: [] };'],
  ])('is done when it answers %s', async (_, body) => {
    const source = `export const handler = async () => { ${body} };`;
    const { cloud, jobs, send } = aMapping({}, { reportBatchItemFailures: true }, source);
    send('a');
    await cloud.quiet();
    expect(jobs.peek()).toEqual([]);
  });

  it('gives up through the dead-letter queue of the queue', async () => {
    const dead = arn('sqs', 'dead');
    const { cloud, jobs, send } = aMapping(
      { redrive: { deadLetterTargetArn: dead, maxReceiveCount: 2 } },
      { reportBatchItemFailures: true },
    );
    const letters = cloud.addQueue({ arn: dead });
    send('bad');
    await cloud.advance(120_000);
    expect(jobs.peek()).toEqual([]);
    expect(letters.peek()).toMatchObject([{ body: 'bad' }]);
  });

  it('handles message groups in order and each by itself', async () => {
    const { cloud, send, batches } = aMapping(
      { fifo: true },
      { batchSize: 1, reportBatchItemFailures: true },
    );
    send('a1', 'bad1', 'a2', 'bad2', 'a3');
    await cloud.quiet();
    const inOrder = (letter: string) => batches().filter((body) => body.startsWith(letter));
    expect(inOrder('a')).toEqual(['a1', 'a2', 'a3']);
    expect(inOrder('bad')).toEqual(['bad1']);
  });

  it('waits for its window to fill a batch, and no longer', async () => {
    const { cloud, send, batches } = aMapping({}, { batchSize: 3, windowSeconds: 20 });
    send('a', 'b');
    await cloud.advance(19_999);
    expect(batches()).toEqual([]);
    await cloud.advance(1);
    expect(batches()).toEqual(['a,b']);
    send('c', 'd', 'e');
    await cloud.quiet();
    expect(batches()).toEqual(['a,b', 'c,d,e']);
  });

  it('runs at most as often at once as it is told', async () => {
    const source = `let running = 0; let most = 0;
export const handler = async () => { await new Promise((r) => setTimeout(r, 15)); console.log('BATCH x'); };`;
    const { cloud, send, batches, jobs } = aMapping({}, { batchSize: 1, maximumConcurrency: 2 }, source);
    send('a', 'b', 'c', 'd', 'e');
    const fn = cloud.functions.get(FN);
    const seen: number[] = [];
    fn?.onCapacity(() => seen.push((fn?.environments().running ?? 0) + 1));
    await cloud.quiet();
    expect(batches()).toHaveLength(5);
    expect(Math.max(...seen)).toBe(2);
    expect(jobs.peek()).toEqual([]);
  });

  it('deletes what its filters leave out', async () => {
    const { cloud, jobs, send, batches } = aMapping({}, { filters: ['{"body":{"kind":["drift"]}}'] });
    send('{"kind":"drift"}', '{"kind":"other"}', 'text');
    await cloud.quiet();
    expect(batches()).toEqual(['{"kind":"drift"}']);
    expect(jobs.peek()).toEqual([]);
  });

  it("needs its role's permission to read the queue, and asks again after a minute", async () => {
    const door = refusing('sqs:DeleteMessage');
    let isOpen = false;
    const { cloud, jobs, send } = aMapping({}, {}, HANDLER, (question) =>
      isOpen ? { kind: 'allowed' } : door.authorize(question),
    );
    send('a');
    await cloud.quiet();
    expect(jobs.counts().visible).toBe(1);
    expect(cloud.journal.entries('denied')).toHaveLength(1);
    isOpen = true;
    await cloud.advance(60_000);
    expect(jobs.peek()).toEqual([]);
  });

  it.each<[string, Partial<QueueDefinition>, Partial<SqsMappingDefinition>]>([
    ['a visibility time-out shorter than the function', { visibilityTimeoutSeconds: 4 }, {}],
    ['eleven messages without a window', {}, { batchSize: 11 }],
    ['a window on a FIFO queue', { fifo: true }, { windowSeconds: 1 }],
    ['a concurrency of one', {}, { maximumConcurrency: 1 }],
  ])('cannot be mapped with %s', (_, queue, mapping) => {
    expect(refusal(() => aMapping(queue, mapping)).code).toBe('InvalidParameterValueException');
  });
});
