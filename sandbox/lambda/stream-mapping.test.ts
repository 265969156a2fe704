import { describe, expect, it } from 'vitest';
import { ACCOUNT, aCloud, arn, aZip, REGION } from '#test/builders/a-cloud.ts';
import type { StreamMappingDefinition } from './stream-mapping.ts';

const FN = arn('lambda', 'function:work');
const FAILED = arn('sqs', 'failed');

/** Fails as long as the batch has a `bad` key; writes each batch down as one line. */
const HANDLER = `export const handler = async ({ Records }) => {
  const keys = Records.map((r) => r.dynamodb.Keys.pk.S);
  console.log('BATCH ' + keys.join(','));
  if (keys.includes('bad')) throw new Error('bad');
};`;

const PARTLY = `export const handler = async ({ Records }) => {
  console.log('BATCH ' + Records.map((r) => r.dynamodb.Keys.pk.S).join(','));
  const bad = Records.find((r) => r.dynamodb.Keys.pk.S === 'bad');
  return { batchItemFailures: bad ? [{ itemIdentifier: bad.dynamodb.SequenceNumber }] : [] };
};`;

async function aMapping(
  mapping: Partial<StreamMappingDefinition> = {},
  source = HANDLER,
  before: string[] = [],
) {
  const cloud = aCloud();
  const failed = cloud.addQueue({ arn: FAILED });
  const roleArn = 'arn:aws:iam::111122223333:role/worker';
  cloud.addFunction({ arn: FN, zipPath: aZip(source), handler: 'index.handler', roleArn });
  const database = cloud.database(ACCOUNT, REGION);
  await database.createTable({
    name: 'outbox',
    hashKey: { name: 'pk', type: 'S' },
    streamViewType: 'NEW_IMAGE',
  });
  const write = async (...keys: string[]) => {
    const puts = keys.map((pk) => ({ Put: { TableName: 'outbox', Item: { pk: { S: pk } } } }));
    await database.call('TransactWriteItems', JSON.stringify({ TransactItems: puts }));
    await cloud.quiet();
  };
  await database.enableStream('outbox');
  if (before.length > 0) await write(...before);
  await cloud.mapStream(database.arnOf('outbox'), {
    functionArn: FN,
    startingPosition: 'LATEST',
    ...mapping,
  });
  await cloud.quiet();
  const batches = () =>
    cloud.logs
      .tail('work')
      .filter(({ text }) => text.startsWith('BATCH '))
      .map(({ text }) => text.slice(6));
  return { cloud, write, batches, failed, database };
}

describe('a function that handles a stream', () => {
  it.each([
    ['LATEST' as const, ['new']],
    ['TRIM_HORIZON' as const, ['old', 'new']],
  ])('begins at %s', async (startingPosition, expected) => {
    const { write, batches } = await aMapping({ startingPosition }, HANDLER, ['old']);
    await write('new');
    expect(batches()).toEqual(expected);
  });

  it('gets records in batches, in order, and no more than it asked for', async () => {
    const { write, batches } = await aMapping({ batchSize: 2 });
    await write('a', 'b', 'c');
    expect(batches()).toEqual(['a,b', 'c']);
  });

  it('waits for its window', async () => {
    const { cloud, write, batches } = await aMapping({ windowSeconds: 10, batchSize: 3 });
    await write('a');
    await write('b');
    expect(batches()).toEqual([]);
    await cloud.advance(10_000);
    expect(batches()).toEqual(['a,b']);
  });

  it('tries again and lets nothing past, then says where it gave up', async () => {
    const { cloud, write, batches, failed } = await aMapping({
      maximumRetryAttempts: 2,
      onFailureArn: FAILED,
      batchSize: 1,
    });
    await write('bad', 'after');
    expect(batches()).toEqual(['bad']);
    await cloud.advance(60_000);
    expect(batches()).toEqual(['bad', 'bad', 'bad', 'after']);
    expect(JSON.parse(failed.peek()[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3, functionArn: FN },
      DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: expect.stringMatching(/^\d{21}$/) },
    });
  });

  it('halves a batch until the bad record stands alone', async () => {
    const { cloud, write, batches } = await aMapping({ bisectOnError: true, maximumRetryAttempts: 0 });
    await write('a', 'b', 'bad', 'c');
    await cloud.advance(60_000);
    expect(batches()).toEqual(['a,b,bad,c', 'a,b', 'bad,c', 'bad', 'c']);
  });

  it('goes on from the first one that is named as failed', async () => {
    const definition = { reportBatchItemFailures: true, maximumRetryAttempts: 1 };
    const { cloud, write, batches } = await aMapping(definition, PARTLY);
    await write('a', 'bad', 'c');
    await cloud.advance(60_000);
    await write('d');
    expect(batches()).toEqual(['a,bad,c', 'bad,c', 'd']);
  });

  it('gives up what has become too old', async () => {
    const { cloud, write, batches, failed } = await aMapping({
      maximumRecordAgeSeconds: 60,
      onFailureArn: FAILED,
    });
    await write('bad');
    await cloud.advance(120_000);
    const tries = batches().length;
    await write('good');
    await cloud.advance(120_000);
    expect(batches().slice(tries)).toEqual(['good']);
    expect(failed.peek()).toHaveLength(1);
    expect(failed.peek()[0]?.body).toContain('RecordAgeExceeded');
  });

  it('leaves out what its filters leave out', async () => {
    const { write, batches } = await aMapping({
      filters: ['{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"a"}]}}}}'],
    });
    await write('a1', 'b1', 'a2');
    expect(batches()).toEqual(['a1,a2']);
  });

  it('goes on after the tables were put back', async () => {
    const { write, batches, database } = await aMapping();
    await database.snapshot('clean');
    await write('a');
    await database.restore('clean');
    await write('b');
    expect(batches()).toEqual(['a', 'b']);
  });
});
