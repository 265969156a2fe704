import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import {
  type MessageAttributes,
  md5Of,
  md5OfAttributes,
  type StoredMessage,
  sequenceNumber,
} from './message.ts';
import type { ReceivedMessage } from './queue.ts';

/** Every attribute that SQS itself keeps about a message, by AWS's names; times are epoch milliseconds, as text. */
export function systemAttributesOf(message: StoredMessage, fifo: boolean): Readonly<Record<string, string>> {
  const all: Record<string, string | undefined> = {
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.sourceArn,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    SequenceNumber: fifo ? sequenceNumber(message) : undefined,
  };
  const known = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(known);
}

/** A message as ReceiveMessage answers it, with the attributes that were asked for. */
export function messageView(
  { message, receiptHandle }: ReceivedMessage,
  fifo: boolean,
  wanted: { readonly system: readonly string[]; readonly own: readonly string[] },
): Message {
  const system = Object.entries(systemAttributesOf(message, fifo)).filter(
    ([name]) => wanted.system.includes('All') || wanted.system.includes(name),
  );
  const own = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => wanted.own.some((asked) => isAsked(asked, name))),
  );
  const digest = md5OfAttributes(own);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    Body: message.body,
    MD5OfBody: md5Of(message.body),
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(digest === undefined ? {} : { MessageAttributes: viewOf(own), MD5OfMessageAttributes: digest }),
  };
}

/** `All`, `.*`, a name, or a prefix that ends in `.*`. */
function isAsked(asked: string, name: string): boolean {
  if (asked === 'All' || asked === '.*' || asked === name) return true;
  return asked.endsWith('.*') && name.startsWith(asked.slice(0, -1));
}

function viewOf(attributes: MessageAttributes): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      {
        DataType: dataType,
        ...(stringValue === undefined ? {} : { StringValue: stringValue }),
        ...(binaryValue === undefined ? {} : { BinaryValue: binaryValue }),
      },
    ]),
  );
}
