import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { arnOf, JsonValue, PolicyDocument, PolicyInput, readInputs, Unplayed } from './recorded-input.ts';

/** An SQS queue. Times are in seconds. */
export const Queue = z.strictObject({
  name: z.string(),
  region: z.string(),
  queueName: z.string(),
  url: z.string(),
  arn: z.string(),
  fifo: z.boolean(),
  contentBasedDeduplication: z.boolean(),
  deduplicationScope: z.enum(['queue', 'messageGroup']),
  fifoThroughputLimit: z.enum(['perQueue', 'perMessageGroupId']),
  delaySeconds: z.number(),
  visibilityTimeoutSeconds: z.number(),
  retentionSeconds: z.number(),
  maxMessageBytes: z.number(),
  receiveWaitSeconds: z.number(),
  redrive: z.strictObject({ deadLetterArn: z.string(), maxReceiveCount: z.number() }).optional(),
});
export type Queue = z.infer<typeof Queue>;

/** The one policy that a queue can have. */
export const QueuePolicy = z.strictObject({
  name: z.string(),
  region: z.string(),
  queueUrl: z.string(),
  policy: PolicyDocument,
});
export type QueuePolicy = z.infer<typeof QueuePolicy>;

const Redrive = z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

// Defaults are the provider's, which sends every one of them; SQS's own, but for the size of a message (1 MiB since August 2025).
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
const QueueInput = z.strictObject({
  name: z.string(),
  fifoQueue: z.boolean().default(false),
  contentBasedDeduplication: z.boolean().default(false),
  deduplicationScope: Queue.shape.deduplicationScope.default('queue'),
  fifoThroughputLimit: Queue.shape.fifoThroughputLimit.default('perQueue'),
  delaySeconds: z.number().default(0),
  visibilityTimeoutSeconds: z.number().default(30),
  messageRetentionSeconds: z.number().default(345_600),
  maxMessageSize: z.number().default(262_144),
  receiveWaitTimeSeconds: z.number().default(0),
  redrivePolicy: JsonValue.pipe(Redrive).optional(),
  redriveAllowPolicy: Unplayed,
  sqsManagedSseEnabled: Unplayed,
  tags: Unplayed,
});

export function queueOf(resource: RecordedResource): Queue {
  const input = readInputs(resource, QueueInput);
  return {
    name: resource.name,
    region: resource.region,
    queueName: input.name,
    url: resource.id,
    arn: arnOf(resource),
    fifo: input.fifoQueue,
    contentBasedDeduplication: input.contentBasedDeduplication,
    deduplicationScope: input.deduplicationScope,
    fifoThroughputLimit: input.fifoThroughputLimit,
    delaySeconds: input.delaySeconds,
    visibilityTimeoutSeconds: input.visibilityTimeoutSeconds,
    retentionSeconds: input.messageRetentionSeconds,
    maxMessageBytes: input.maxMessageSize,
    receiveWaitSeconds: input.receiveWaitTimeSeconds,
    ...(input.redrivePolicy !== undefined && {
      redrive: {
        deadLetterArn: input.redrivePolicy.deadLetterTargetArn,
        maxReceiveCount: input.redrivePolicy.maxReceiveCount,
      },
    }),
  };
}

const QueuePolicyInput = z.strictObject({ queueUrl: z.string(), policy: PolicyInput });

export function queuePolicyOf(resource: RecordedResource): QueuePolicy {
  const { queueUrl, policy } = readInputs(resource, QueuePolicyInput);
  return { name: resource.name, region: resource.region, queueUrl, policy };
}
