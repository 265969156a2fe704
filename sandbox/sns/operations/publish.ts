import {
  Publish$,
  PublishBatch$,
  type PublishBatchInput,
  type PublishBatchResponse,
  type PublishInput,
  type PublishResponse,
} from '@aws-sdk/client-sns';
import { AwsError } from '../../aws-error.ts';
import { type CloudCall, cloudOperation, type Need } from '../../cloud/cloud-operation.ts';
import { newGuid } from '../../random.ts';
import type { MessageAttributes } from '../../sqs/message.ts';
import type { Topic } from '../topic.ts';

/** Message and subject together. */
const LARGEST_BYTES = 262_144;

/** Publish, to a topic. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const publish = cloudOperation<PublishInput, PublishResponse>({
  schema: Publish$,
  needs: (call, input) => publishNeed(call, topicArn(input)),
  run: (call, input) => ({ MessageId: publishOne(call, existingTopic(call, topicArn(input)), input) }),
});

/** PublishBatch: at most ten. */
export const publishBatch = cloudOperation<PublishBatchInput, PublishBatchResponse>({
  schema: PublishBatch$,
  needs: (call, input) => publishNeed(call, input.TopicArn ?? ''),
  run(call, input) {
    const topic = existingTopic(call, input.TopicArn ?? '');
    const entries = input.PublishBatchRequestEntries ?? [];
    if (entries.length === 0)
      throw new AwsError('EmptyBatchRequest', 400, "The batch request doesn't contain any entries.");
    if (entries.length > 10) {
      throw new AwsError(
        'TooManyEntriesInBatchRequest',
        400,
        'The batch request contains more entries than permissible (more than 10).',
      );
    }
    return {
      Successful: entries.map((entry) => ({ Id: entry.Id, MessageId: publishOne(call, topic, entry) })),
      Failed: [],
    };
  },
});

function topicArn(input: PublishInput): string {
  if (input.PhoneNumber !== undefined)
    throw invalidParameter('The sandbox publishes to topics only, not to phone numbers.');
  return input.TopicArn ?? input.TargetArn ?? '';
}

function publishNeed(call: CloudCall, arn: string): readonly Need[] {
  const account = arn.split(':')[4] ?? call.account;
  return [
    { action: 'sns:Publish', resource: arn, account, resourcePolicy: call.cloud.topics.get(arn)?.policy },
  ];
}

function existingTopic(call: CloudCall, arn: string): Topic {
  const topic = call.cloud.topics.get(arn);
  if (!topic) throw new AwsError('NotFound', 404, 'Topic does not exist');
  return topic;
}

type Published = Pick<
  PublishInput,
  'Message' | 'Subject' | 'MessageAttributes' | 'MessageGroupId' | 'MessageStructure'
>;

function publishOne(call: CloudCall, topic: Topic, input: Published): string {
  const message = input.Message ?? '';
  if (message === '') throw invalidParameter('Invalid parameter: Empty message');
  if (Buffer.byteLength(message) + Buffer.byteLength(input.Subject ?? '') > LARGEST_BYTES) {
    throw invalidParameter('Invalid parameter: Message too long');
  }
  if (input.Subject !== undefined && !/^[\x20-\x7e]{1,99}$/.test(input.Subject)) {
    throw invalidParameter('Invalid parameter: Subject');
  }
  if (input.MessageStructure !== undefined) {
    throw invalidParameter('The sandbox does not implement MessageStructure.');
  }
  const messageId = newGuid(call.cloud.random);
  topic.publish({
    messageId,
    message,
    subject: input.Subject,
    attributes: attributesOf(input.MessageAttributes),
    groupId: input.MessageGroupId,
    at: call.now,
  });
  return messageId;
}

function attributesOf(given: PublishInput['MessageAttributes'] = {}): MessageAttributes {
  return Object.fromEntries(
    Object.entries(given).map(([name, { DataType = '', StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
      },
    ]),
  );
}

function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameter', 400, message);
}
