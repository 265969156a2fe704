import { createHash } from 'node:crypto';

/** A message attribute, as the SDK has it. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, perhaps with a label of the sender's own: `Number.float`. */
  readonly dataType: string;
  readonly stringValue?: string;
  readonly binaryValue?: Uint8Array;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a sender gives. */
export interface NewMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  /** Seconds, 0 to 900; standard queues only. */
  readonly delaySeconds?: number | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** `AWSTraceHeader`. */
  readonly traceHeader?: string | undefined;
  /** The unique id of who sends: `AROA…:session`, or a service's name. */
  readonly senderId: string;
}

/** A message in a queue. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader?: string | undefined;
  readonly senderId: string;
  /** Epoch milliseconds: what receivers are told. */
  readonly sentAt: number;
  /** Epoch milliseconds: what retention counts from. */
  readonly enqueuedAt: number;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** Grows with every message of a FIFO queue. */
  readonly sequence: number;
  /** Of a message in a dead-letter queue: where it came from. */
  readonly sourceArn?: string | undefined;
  state: 'delayed' | 'visible' | 'inFlight' | 'gone';
  receiveCount: number;
  /** Epoch milliseconds. */
  firstReceivedAt?: number;
  /** Epoch milliseconds: the longest visibility time-out counts from it. */
  lastReceivedAt?: number;
  /** Cancels the timer that ends the delay or the visibility time-out. */
  cancelTimer?: () => void;
}

/** Bytes that count against the size limit: body, and names, types and values of attributes. */
export function sizeOf(message: Pick<NewMessage, 'body' | 'attributes'>): number {
  let size = Buffer.byteLength(message.body);
  for (const [name, attribute] of Object.entries(message.attributes ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.dataType);
    size += attribute.binaryValue?.length ?? Buffer.byteLength(attribute.stringValue ?? '');
  }
  return size;
}

export function md5Of(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The digest that SDKs check attributes against; undefined when there are none.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const update = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (!attribute) continue;
    update(Buffer.from(name));
    update(Buffer.from(attribute.dataType));
    hash.update(Buffer.of(attribute.dataType.startsWith('Binary') ? 2 : 1));
    update(attribute.binaryValue ?? Buffer.from(attribute.stringValue ?? ''));
  }
  return hash.digest('hex');
}

/** How AWS spells a sequence number: twenty digits. */
export function sequenceNumber(message: Pick<StoredMessage, 'sequence'>): string {
  return (10_000_000_000_000_000_000n + BigInt(message.sequence)).toString();
}
