import {
  type MessageAttributeValue,
  type MessageSystemAttributeValue,
  SendMessage$,
  SendMessageBatch$,
  type SendMessageBatchRequest,
  type SendMessageBatchResult,
  type SendMessageRequest,
  type SendMessageResult,
} from '@aws-sdk/client-sqs';
import { type CloudCall, cloudOperation } from '../../cloud/cloud-operation.ts';
import { uniqueIdOf } from '../../cloud/unique-id-of.ts';
import { checkBatch, eachEntry } from '../batch.ts';
import {
  type MessageAttributes,
  md5Of,
  md5OfAttributes,
  type NewMessage,
  sequenceNumber,
  sizeOf,
} from '../message.ts';
import type { Queue } from '../queue.ts';
import { queueNeed, queueOf } from '../queue-url.ts';

/** What a message is made from, whether it comes alone or in a batch. */
interface Sent {
  readonly MessageBody: string | undefined;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageSystemAttributes?: Record<string, MessageSystemAttributeValue> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

/** SendMessage. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const sendMessage = cloudOperation<SendMessageRequest, SendMessageResult>({
  schema: SendMessage$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'SendMessage'),
  run: (call, input) => send(queueOf(call, input.QueueUrl), newMessage(call, input)),
});

/** SendMessageBatch: at most ten messages, 1 MiB together; each is taken or refused by itself. */
export const sendMessageBatch = cloudOperation<SendMessageBatchRequest, SendMessageBatchResult>({
  schema: SendMessageBatch$,
  needs: (call, input) => queueNeed(call, input.QueueUrl, 'SendMessage'),
  run(call, input) {
    const queue = queueOf(call, input.QueueUrl);
    const entries = input.Entries ?? [];
    const bytes = entries.reduce((sum, entry) => sum + sizeOf(newMessage(call, entry)), 0);
    checkBatch(entries, bytes);
    return eachEntry(entries, (entry) => {
      const { MessageId, MD5OfMessageBody, ...rest } = send(queue, newMessage(call, entry));
      return { Id: entry.Id, MessageId, MD5OfMessageBody, ...rest };
    });
  },
});

function newMessage(call: CloudCall, sent: Sent): NewMessage {
  return {
    body: sent.MessageBody ?? '',
    attributes: attributesOf(sent.MessageAttributes ?? {}),
    delaySeconds: sent.DelaySeconds,
    groupId: sent.MessageGroupId,
    deduplicationId: sent.MessageDeduplicationId,
    traceHeader: sent.MessageSystemAttributes?.['AWSTraceHeader']?.StringValue,
    senderId: uniqueIdOf(call.caller),
  };
}

function attributesOf(given: Record<string, MessageAttributeValue>): MessageAttributes {
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

function send(queue: Queue, message: NewMessage) {
  const stored = queue.send(message);
  const attributes = md5OfAttributes(message.attributes ?? {});
  return {
    MessageId: stored.id,
    MD5OfMessageBody: md5Of(message.body),
    ...(attributes === undefined ? {} : { MD5OfMessageAttributes: attributes }),
    ...(message.traceHeader === undefined
      ? {}
      : {
          MD5OfMessageSystemAttributes: md5OfAttributes({
            AWSTraceHeader: { dataType: 'String', stringValue: message.traceHeader },
          }),
        }),
    ...(queue.fifo ? { SequenceNumber: sequenceNumber(stored) } : {}),
  };
}
