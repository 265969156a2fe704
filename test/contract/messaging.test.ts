import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { AwsAccess } from '#shared/aws/aws-access.ts';
import { EventBridgePublisher } from '#shared/aws/event-bridge-publisher.ts';
import { sqsCalls } from '#shared/aws/sqs-calls.ts';
import { SqsSender } from '#shared/aws/sqs-sender.ts';
import { SqsVisibility } from '#shared/aws/sqs-visibility.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import type { PublishableEvent } from '#shared/ports/event-publisher.ts';
import { ACCOUNT, aRunningCloud, arn, REGION } from '#test/builders/a-cloud.ts';
import { FakeBus } from '#test/fakes/fake-bus.ts';
import { FakeQueue } from '#test/fakes/fake-queue.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { messagingContract, type QueueWorld, type Received } from './messaging.contract.ts';

async function fakeQueue(fifo: boolean): Promise<QueueWorld> {
  const clock = new ManualClock();
  const queue = new FakeQueue({ clock, name: 'jobs', fifo });
  return {
    queue,
    receive: async () =>
      queue.receive().Records.map(({ body, receiptHandle, attributes }): Received => {
        return { body, receipt: receiptHandle, group: attributes.MessageGroupId };
      }),
    pass: (milliseconds) => clock.jump(milliseconds),
  };
}

messagingContract('in memory', {
  standard: () => fakeQueue(false),
  fifo: () => fakeQueue(true),
  async bus() {
    const bus = new FakeBus();
    return { bus, published: async () => bus.published };
  },
});

/** How a function of the hub reaches the sandbox. */
function accessTo(endpoint: string): AwsAccess {
  const access = new AwsAccess({
    clock: systemClock,
    random: () => 0,
    counter: createCallCounter(),
    endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'any' },
  });
  onTestFinished(() => access.close());
  return access;
}

async function sandboxQueue(name: string, fifo: boolean): Promise<QueueWorld> {
  const { cloud, url, sqs } = await aRunningCloud();
  cloud.addQueue({
    arn: arn('sqs', name),
    visibilityTimeoutSeconds: 180,
    ...(fifo ? { fifo, deduplicationScope: 'messageGroup' as const } : {}),
  });
  const QueueUrl = `${url}/${ACCOUNT}/${name}`;
  const calls = sqsCalls(accessTo(url));
  const sender = new SqsSender(calls, QueueUrl);
  const visibility = new SqsVisibility(calls, QueueUrl);
  return {
    queue: {
      send: (messages, options) => sender.send(messages, options),
      postpone: (receipt, seconds, options) => visibility.postpone(receipt, seconds, options),
    },
    async receive() {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
      });
      const { Messages = [] } = await sqs.send(command);
      return Messages.map(({ Body = '', ReceiptHandle = '', Attributes }): Received => {
        return { body: Body, receipt: ReceiptHandle, group: Attributes?.MessageGroupId };
      });
    },
    pass: (milliseconds) => {
      void cloud.clock.advance(milliseconds);
    },
  };
}

messagingContract('of AWS, at the sandbox', {
  standard: () => sandboxQueue('jobs', false),
  fifo: () => sandboxQueue('jobs.fifo', true),
  async bus() {
    const { cloud, url, sqs } = await aRunningCloud();
    cloud.addQueue({ arn: arn('sqs', 'seen') });
    const busArn = arn('events', 'event-bus/own');
    cloud.addBus({ arn: busArn });
    cloud.addRule(busArn, {
      arn: arn('events', 'rule/own/all'),
      name: 'all',
      eventPattern: '{"source":["rolecall"]}',
      targets: [{ id: 'queue', arn: arn('sqs', 'seen') }],
    });
    return {
      bus: new EventBridgePublisher(accessTo(url), 'own'),
      async published() {
        await cloud.advance(0);
        const events: PublishableEvent[] = [];
        for (let pages = 0; pages < 3; pages += 1) {
          const QueueUrl = `${url}/${ACCOUNT}/seen`;
          const { Messages = [] } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
          );
          for (const { Body = '{}' } of Messages)
            events.push(asPublished(JSON.parse(Body) as PublishableEvent));
        }
        return events;
      },
    };
  },
});

function asPublished({ source, 'detail-type': type, resources, detail }: PublishableEvent): PublishableEvent {
  return { source, 'detail-type': type, resources, detail };
}
