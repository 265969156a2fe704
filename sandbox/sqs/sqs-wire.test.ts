import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, aRunningCloud, arn, refusing } from '#test/builders/a-cloud.ts';
import { refusalOf } from '#test/builders/running-sandbox.ts';

const JOBS = arn('sqs', 'jobs');

async function aQueue(options: Parameters<typeof aRunningCloud>[0] = {}) {
  const running = await aRunningCloud(options);
  const queue = running.cloud.addQueue({ arn: JOBS });
  return { ...running, queue, QueueUrl: `${running.url}/${ACCOUNT}/jobs` };
}

describe('SQS over the wire', () => {
  it('sends, receives, hides and deletes; the SDK checks every digest', async () => {
    const { sqs, QueueUrl, queue } = await aQueue();
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: '{"ü":1}',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'drift' },
          raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
        },
      }),
    );
    const received = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    const message = received.Messages?.[0];
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: '{"ü":1}',
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1795168800000' },
      MessageAttributes: { raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) } },
    });
    const ReceiptHandle = message?.ReceiptHandle ?? '';
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    expect(queue.peek()).toEqual([]);
  });

  it('waits for a message on a long poll, and ends it when the clock says so', async () => {
    const { sqs, QueueUrl, cloud } = await aQueue();
    const receive = () => sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    const first = receive();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    expect((await first).Messages?.[0]?.Body).toBe('a');
    const second = receive();
    // The poll has arrived when its timer is there: visibility (30 s) and the poll (20 s).
    while (cloud.clock.nextTimer() !== cloud.clock.now() + 20_000) await new Promise(setImmediate);
    cloud.clock.advance(20_000);
    expect((await second).Messages).toBeUndefined();
  });

  it('takes and refuses the entries of a batch each by itself', async () => {
    const { sqs, QueueUrl } = await aQueue();
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'a' },
          { Id: 'late', MessageBody: 'b', DelaySeconds: 1000 },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([{ Id: 'late', Code: 'InvalidParameterValue', SenderFault: true }]);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const ReceiptHandle = Messages[0]?.ReceiptHandle ?? '';
    const entries = [
      { Id: 'one', ReceiptHandle },
      { Id: 'two', ReceiptHandle: 'nonsense' },
    ];
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 5 })),
      }),
    );
    const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: entries }));
    for (const answer of [changed, deleted]) {
      expect(answer.Successful).toEqual([{ Id: 'one' }]);
      expect(answer.Failed).toMatchObject([{ Id: 'two', Code: 'ReceiptHandleIsInvalid' }]);
    }
  });

  it.each([
    { what: 'no entry', ids: [], body: 'a', name: 'EmptyBatchRequest' },
    { what: 'eleven entries', ids: 'abcdefghijk'.split(''), body: 'a', name: 'TooManyEntriesInBatchRequest' },
    { what: 'the same id twice', ids: ['a', 'a'], body: 'a', name: 'BatchEntryIdsNotDistinct' },
    { what: 'an id with a space', ids: ['a b'], body: 'a', name: 'InvalidBatchEntryId' },
    { what: 'more than a mebibyte', ids: ['a', 'b'], body: 'x'.repeat(600_000), name: 'BatchRequestTooLong' },
  ])('refuses a batch with $what', async ({ ids, body, name }) => {
    const { sqs, QueueUrl, queue } = await aQueue();
    const Entries = ids.map((Id) => ({ Id, MessageBody: body }));
    const refused = await refusalOf(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    expect(refused.name).toBe(name);
    expect(queue.peek()).toEqual([]);
  });

  it('tells attributes, URLs and lists', async () => {
    const { sqs, QueueUrl, cloud } = await aQueue();
    cloud.addQueue({ arn: arn('sqs', 'jobs-2') });
    cloud.addQueue({ arn: 'arn:aws:sqs:us-east-1:111122223333:elsewhere' });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      QueueArn: JOBS,
      ApproximateNumberOfMessages: '1',
      VisibilityTimeout: '30',
    });
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(QueueUrl);
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([QueueUrl, `${QueueUrl}-2`]);
    const page = await sqs.send(new ListQueuesCommand({ MaxResults: 1 }));
    expect(page.QueueUrls).toEqual([QueueUrl]);
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({ MaxResults: 1, NextToken: page.NextToken }));
    expect(QueueUrls).toEqual([`${QueueUrl}-2`]);
  });

  it('says in the words of AWS that a queue is not there, with the code it has always had', async () => {
    const { sqs, url } = await aQueue();
    const missing = `${url}/${ACCOUNT}/nowhere`;
    const refused = sqs.send(new SendMessageCommand({ QueueUrl: missing, MessageBody: 'a' }));
    await expect(refused).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      message: 'The specified queue does not exist.',
    });
  });

  it('moves dead letters back to where they came from, as new messages', async () => {
    const { sqs, cloud } = await aQueue();
    const dead = cloud.addQueue({ arn: arn('sqs', 'dead') });
    const source = cloud.addQueue({
      arn: arn('sqs', 'source'),
      visibilityTimeoutSeconds: 0,
      redrive: { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 },
    });
    const { id } = source.send({ body: 'poison', senderId: 'me' });
    source.receive();
    source.receive();
    expect(dead.counts().visible).toBe(1);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    expect(dead.peek()).toEqual([]);
    expect(source.peek()).toMatchObject([{ body: 'poison', receiveCount: 0 }]);
    expect(source.peek()[0]?.id).not.toBe(id);
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
    expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
    const refused = await refusalOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: JOBS })));
    expect(refused.message).toBe('Source queue must be configured as a Dead Letter Queue.');
  });

  it('moves them at the rate that was asked for', async () => {
    const { sqs, cloud, queue } = await aQueue();
    const dead = cloud.addQueue({ arn: arn('sqs', 'dead') });
    cloud.addQueue({ arn: arn('sqs', 's'), redrive: { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 } });
    for (const body of ['a', 'b', 'c']) dead.send({ body, senderId: 'me' });
    const input = { SourceArn: dead.arn, DestinationArn: JOBS, MaxNumberOfMessagesPerSecond: 1 };
    await sqs.send(new StartMessageMoveTaskCommand(input));
    expect(queue.counts().visible).toBe(1);
    cloud.clock.advance(1000);
    expect(queue.counts().visible).toBe(2);
    cloud.clock.advance(60_000);
    expect(queue.counts().visible).toBe(3);
  });

  it('asks the front door before anything else', async () => {
    const door = refusing('sqs:PurgeQueue');
    const { sqs, QueueUrl, queue } = await aQueue({ authorize: door.authorize });
    queue.send({ body: 'a', senderId: 'me' });
    const refused = await refusalOf(sqs.send(new PurgeQueueCommand({ QueueUrl })));
    expect(refused).toMatchObject({ name: 'AccessDeniedException', status: 400 });
    expect(queue.peek()).toHaveLength(1);
    expect(door.asked).toMatchObject([
      { action: 'sqs:PurgeQueue', resource: JOBS, account: ACCOUNT, principal: { kind: 'caller' } },
    ]);
  });

  it('refuses loudly what it does not do', async () => {
    const { sqs, QueueUrl } = await aQueue();
    const refused = await refusalOf(sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: 'b' } })));
    expect(refused.name).toBe('UnknownOperationException');
    expect(refused.message).toContain('AmazonSQS.TagQueue');
  });
});
