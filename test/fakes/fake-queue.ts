import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { AppError } from '#shared/ports/app-error.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { MessageSender, MessageVisibility, OutgoingMessage } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';

export interface FakeQueueOptions {
  readonly clock: Clock;
  readonly name: string;
  readonly fifo?: boolean;
  /** After so many deliveries a message is dead. */
  readonly maxReceives?: number;
}

interface Kept {
  readonly id: string;
  readonly message: OutgoingMessage;
  visibleAt: number;
  receives: number;
}

const DEDUPLICATION_MS = 5 * 60_000;
const VISIBILITY_MS = 180_000;

/** An SQS queue in memory, standard or FIFO, with what callers have to live with: delays, groups, deduplication, dead letters. */
export class FakeQueue implements MessageSender, MessageVisibility {
  /** Everything that was sent, and taken, in order. */
  readonly sent: OutgoingMessage[] = [];
  /** Bodies of the messages that were given up. */
  readonly dead: string[] = [];
  /** How far messages were put off, in seconds, in order. */
  readonly postponed: number[] = [];
  readonly #options: FakeQueueOptions;
  readonly #messages: Kept[] = [];
  readonly #known = new Map<string, number>();
  #lastId = 0;

  constructor(options: FakeQueueOptions) {
    this.#options = options;
  }

  /** Messages that are not done with. */
  get depth(): number {
    return this.#messages.length;
  }

  async send(messages: readonly OutgoingMessage[], options?: CallOptions): Promise<void> {
    if (options?.signal?.aborted) throw new AppError('cancelled', 'send was given up', { retryable: true });
    for (const message of messages) this.#take(message);
  }

  async postpone(receipt: string, seconds: number): Promise<void> {
    const kept = this.#messages.find(({ id }) => receipt === `receipt-${id}`);
    if (kept === undefined)
      throw new AppError('aws.refused', `no message of ${receipt}`, { retryable: false });
    kept.visibleAt = this.#options.clock.now() + seconds * 1000;
    this.postponed.push(seconds);
  }

  /** Up to so many messages that may be seen now, as Lambda's poller would hand them over. */
  receive(count = 10): SQSEvent {
    const now = this.#options.clock.now();
    const held = new Set(this.#messages.filter(({ visibleAt }) => visibleAt > now).map(groupOf));
    const Records: SQSRecord[] = [];
    for (const kept of [...this.#messages]) {
      if (Records.length === count) break;
      if (kept.visibleAt > now || (this.#options.fifo && held.has(groupOf(kept)))) continue;
      if (kept.receives === (this.#options.maxReceives ?? 10)) {
        this.#remove(kept.id);
        this.dead.push(kept.message.body);
        continue;
      }
      kept.receives += 1;
      kept.visibleAt = now + VISIBILITY_MS;
      Records.push(this.#toRecord(kept));
    }
    return { Records };
  }

  /** As the poller does with all that did not fail. */
  settle(event: SQSEvent, failed: readonly { readonly itemIdentifier: string }[]): void {
    const back = new Set(failed.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId } of event.Records) if (!back.has(messageId)) this.#remove(messageId);
  }

  #take(message: OutgoingMessage): void {
    const { fifo = false, clock } = this.#options;
    const { group, deduplicationId, delaySeconds = 0 } = message;
    if (fifo !== (group !== undefined && deduplicationId !== undefined)) {
      throw new Error('a FIFO queue, and no other, takes a group and an id to deduplicate by');
    }
    if (delaySeconds > 900 || (fifo && delaySeconds > 0)) throw new Error('no such delay can be had');
    const now = clock.now();
    const name = `${group} ${deduplicationId}`;
    if (fifo && now - (this.#known.get(name) ?? Number.NEGATIVE_INFINITY) < DEDUPLICATION_MS) return;
    this.#known.set(name, now);
    this.sent.push(message);
    this.#lastId += 1;
    const id = `${this.#options.name}-${this.#lastId}`;
    this.#messages.push({ id, message, visibleAt: now + delaySeconds * 1000, receives: 0 });
  }

  #remove(id: string): void {
    const index = this.#messages.findIndex((kept) => kept.id === id);
    if (index >= 0) this.#messages.splice(index, 1);
  }

  #toRecord({ id, message, receives }: Kept): SQSRecord {
    const { body, group } = message;
    return {
      messageId: id,
      receiptHandle: `receipt-${id}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: '0',
        SenderId: 'AROAEXAMPLE',
        ApproximateFirstReceiveTimestamp: '0',
        ...(group === undefined ? {} : { MessageGroupId: group }),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:eu-west-1:999999999999:${this.#options.name}`,
      awsRegion: 'eu-west-1',
    };
  }
}

function groupOf({ message }: Kept): string | undefined {
  return message.group;
}
