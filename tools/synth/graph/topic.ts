import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { JsonValue, PolicyDocument, PolicyInput, readInputs, Unplayed } from './recorded-input.ts';

/** An SNS topic. */
export const Topic = z.strictObject({
  name: z.string(),
  region: z.string(),
  topicName: z.string(),
  arn: z.string(),
  fifo: z.boolean(),
});
export type Topic = z.infer<typeof Topic>;

export const TopicPolicy = z.strictObject({
  name: z.string(),
  region: z.string(),
  topicArn: z.string(),
  policy: PolicyDocument,
});
export type TopicPolicy = z.infer<typeof TopicPolicy>;

export const Subscription = z.strictObject({
  name: z.string(),
  region: z.string(),
  arn: z.string(),
  topicArn: z.string(),
  protocol: z.string(),
  endpoint: z.string(),
  rawMessages: z.boolean(),
  filter: z.record(z.string(), z.unknown()).optional(),
  filterScope: z.enum(['MessageAttributes', 'MessageBody']),
  deadLetterArn: z.string().optional(),
});
export type Subscription = z.infer<typeof Subscription>;

const TopicInput = z.strictObject({
  name: z.string(),
  displayName: Unplayed,
  fifoTopic: z.boolean().default(false),
  tags: Unplayed,
});

export function topicOf(resource: RecordedResource): Topic {
  const { name, fifoTopic } = readInputs(resource, TopicInput);
  return { name: resource.name, region: resource.region, topicName: name, arn: resource.id, fifo: fifoTopic };
}

const TopicPolicyInput = z.strictObject({ arn: z.string(), policy: PolicyInput });

export function topicPolicyOf(resource: RecordedResource): TopicPolicy {
  const { arn, policy } = readInputs(resource, TopicPolicyInput);
  return { name: resource.name, region: resource.region, topicArn: arn, policy };
}

const Redrive = z.strictObject({ deadLetterTargetArn: z.string() });
const SubscriptionInput = z.strictObject({
  topic: z.string(),
  protocol: z.string(),
  endpoint: z.string(),
  rawMessageDelivery: z.boolean().default(false),
  filterPolicy: JsonValue.pipe(z.record(z.string(), z.unknown())).optional(),
  filterPolicyScope: Subscription.shape.filterScope.default('MessageAttributes'),
  redrivePolicy: JsonValue.pipe(Redrive).optional(),
});

export function subscriptionOf(resource: RecordedResource): Subscription {
  const input = readInputs(resource, SubscriptionInput);
  return {
    name: resource.name,
    region: resource.region,
    arn: resource.id,
    topicArn: input.topic,
    protocol: input.protocol,
    endpoint: input.endpoint,
    rawMessages: input.rawMessageDelivery,
    ...(input.filterPolicy !== undefined && { filter: input.filterPolicy }),
    filterScope: input.filterPolicyScope,
    ...(input.redrivePolicy !== undefined && { deadLetterArn: input.redrivePolicy.deadLetterTargetArn }),
  };
}
