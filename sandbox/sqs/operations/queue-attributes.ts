import {
  GetQueueAttributes$,
  type GetQueueAttributesRequest,
  type GetQueueAttributesResult,
} from '@aws-sdk/client-sqs';
import { AwsError } from '../../aws-error.ts';
import { cloudOperation } from '../../cloud/cloud-operation.ts';
import type { Queue } from '../queue.ts';
import { queueNeed, queueOf } from '../queue-url.ts';

/** GetQueueAttributes. The numbers are exact here. */
export const getQueueAttributes = cloudOperation<GetQueueAttributesRequest, GetQueueAttributesResult>({
  schema: GetQueueAttributes$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'GetQueueAttributes'),
  run(call, input) {
    const all = attributesOf(queueOf(call, input.QueueUrl));
    const wanted = input.AttributeNames ?? [];
    const unknown = wanted.find((name) => name !== 'All' && !KNOWN.has(name));
    if (unknown !== undefined) {
      throw new AwsError('InvalidAttributeName', 400, `Unknown Attribute ${unknown}.`);
    }
    const told = Object.entries(all).filter(([name]) => wanted.some((one) => one === 'All' || one === name));
    return told.length === 0 ? {} : { Attributes: Object.fromEntries(told) };
  },
});

/** Attributes that a queue may lack, so that asking for them is no mistake. */
const KNOWN = new Set<string>([
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'ContentBasedDeduplication',
  'CreatedTimestamp',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'LastModifiedTimestamp',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'QueueArn',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
]);

function attributesOf(queue: Queue): Record<string, string> {
  const { definition, arn } = queue;
  const counts = queue.counts();
  const created = String(Math.floor(definition.createdAt / 1000));
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    DelaySeconds: String(definition.delaySeconds),
    MaximumMessageSize: String(definition.maximumMessageBytes),
    MessageRetentionPeriod: String(definition.retentionSeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.receiveWaitSeconds),
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    SqsManagedSseEnabled: 'true',
    ...(definition.policy === undefined ? {} : { Policy: definition.policy }),
    ...(definition.redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(definition.redrive) }),
    ...(queue.fifo
      ? {
          FifoQueue: 'true',
          ContentBasedDeduplication: String(definition.contentBasedDeduplication),
          DeduplicationScope: definition.deduplicationScope,
          FifoThroughputLimit: definition.deduplicationScope === 'queue' ? 'perQueue' : 'perMessageGroupId',
        }
      : {}),
  };
}
