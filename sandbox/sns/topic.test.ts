import { ListSubscriptionsByTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, aRunningCloud, arn, refusing } from '#test/builders/a-cloud.ts';
import { refusalOf } from '#test/builders/running-sandbox.ts';
import type { SubscriptionDefinition } from './topic.ts';

const TOPIC = arn('sns', 'alarms');
const JOBS = arn('sqs', 'jobs');

async function aTopic(
  subscription: Partial<SubscriptionDefinition>,
  authorize = refusing('nothing').authorize,
) {
  const running = await aRunningCloud({ authorize });
  const jobs = running.cloud.addQueue({ arn: JOBS });
  const topic = running.cloud.addTopic({
    arn: TOPIC,
    subscriptions: [{ arn: `${TOPIC}:1`, protocol: 'sqs', endpoint: JOBS, ...subscription }],
  });
  return { ...running, jobs, topic };
}

const MessageAttributes = { severity: { DataType: 'String', StringValue: 'critical' } };

describe('Publish', () => {
  it('tells a queue in the envelope of SNS', async () => {
    const { sns, cloud, jobs } = await aTopic({});
    const { MessageId } = await sns.send(
      new PublishCommand({ TopicArn: TOPIC, Message: 'hello', Subject: 'hi', MessageAttributes }),
    );
    await cloud.quiet();
    expect(JSON.parse(jobs.peek()[0]?.body ?? '')).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'hi',
      Message: 'hello',
      Timestamp: '2026-11-20T10:00:00.000Z',
      MessageAttributes: { severity: { Type: 'String', Value: 'critical' } },
    });
  });

  it('tells it plainly where that is asked for', async () => {
    const { sns, cloud, jobs } = await aTopic({ rawMessageDelivery: true });
    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello', MessageAttributes }));
    await cloud.quiet();
    expect(jobs.peek()).toMatchObject([
      { body: 'hello', attributes: { severity: { dataType: 'String', stringValue: 'critical' } } },
    ]);
  });

  it.each([
    ['{"severity":["critical"]}', undefined, 1],
    ['{"severity":["low"]}', undefined, 0],
    ['{"missing":[{"exists":false}]}', undefined, 1],
    ['{"kind":["drift"]}', 'MessageBody' as const, 1],
    ['{"kind":["other"]}', 'MessageBody' as const, 0],
  ])('goes by the filter policy %s', async (filterPolicy, filterPolicyScope, count) => {
    const { sns, cloud, jobs } = await aTopic({ filterPolicy, filterPolicyScope });
    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: '{"kind":"drift"}', MessageAttributes }));
    await cloud.quiet();
    expect(jobs.peek()).toHaveLength(count);
  });

  it('keeps what people would have been told', async () => {
    const { sns, cloud, topic } = await aTopic({ protocol: 'email', endpoint: 'ops@example.com' });
    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello' }));
    await cloud.quiet();
    expect(topic.published()).toMatchObject([{ message: 'hello' }]);
  });

  it('asks the front door as SNS before it tells a queue', async () => {
    const door = refusing('sqs:SendMessage');
    const { sns, cloud, jobs } = await aTopic({}, door.authorize);
    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello' }));
    await cloud.quiet();
    expect(jobs.peek()).toEqual([]);
    expect(door.asked[1]).toMatchObject({
      principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: TOPIC, sourceAccount: ACCOUNT },
    });
  });

  it.each([
    ['NotFound', { TopicArn: arn('sns', 'nowhere'), Message: 'a' }],
    ['InvalidParameter', { TopicArn: TOPIC, Message: 'x'.repeat(262_145) }],
    ['InvalidParameter', { TopicArn: TOPIC, Message: 'a', Subject: 'ü' }],
    ['InvalidParameter', { PhoneNumber: '+41', Message: 'a' }],
  ])('refuses with %s', async (code, input) => {
    const { sns } = await aTopic({});
    const refused = await refusalOf(sns.send(new PublishCommand(input)));
    expect(refused.name.replace('Exception', '')).toBe(code);
  });
});

it('lists subscriptions and makes none', async () => {
  const { sns } = await aTopic({});
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
  expect(Subscriptions).toEqual([
    { SubscriptionArn: `${TOPIC}:1`, Owner: ACCOUNT, Protocol: 'sqs', Endpoint: JOBS, TopicArn: TOPIC },
  ]);
  const refused = await refusalOf(sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs' })));
  expect(refused.name).toBe('InvalidAction');
});
