import { createHash } from 'node:crypto';
import type { AdvanceableClock } from '../clock.ts';
import { type Arn, arnOf } from '../cloud/arn.ts';
import { newGuid, type RandomSource } from '../random.ts';
import { FifoLine, type Line, StandardLine } from './lines.ts';
import type { NewMessage, StoredMessage } from './message.ts';
import { LARGEST_MESSAGE_BYTES, refusalOf } from './message-rules.ts';
import { ReceiptHandles } from './receipt-handles.ts';
import {
  invalidParameterValue,
  invalidValue,
  messageNotInflight,
  overLimit,
  receiptHandleIsInvalid,
} from './sqs-errors.ts';

/** A queue as infrastructure code defines it; AWS's defaults for what is left out. */
export interface QueueDefinition {
  readonly arn: string;
  readonly fifo?: boolean;
  readonly contentBasedDeduplication?: boolean;
  /** Whether a deduplication id counts for the whole queue, or within its message group. */
  readonly deduplicationScope?: 'queue' | 'messageGroup';
  /** Seconds. */
  readonly visibilityTimeoutSeconds?: number;
  /** Seconds; for FIFO queues the only delay there is. */
  readonly delaySeconds?: number;
  /** Seconds. */
  readonly retentionSeconds?: number;
  readonly maximumMessageBytes?: number;
  /** Seconds that a receive waits when it does not say. */
  readonly receiveWaitSeconds?: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
  /** JSON: who else may use the queue. */
  readonly policy?: string;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
}

/** What a queue needs of its surroundings. */
export interface QueueSurroundings {
  readonly clock: AdvanceableClock;
  readonly random: RandomSource;
  /** Finds a dead-letter queue. */
  queue(arn: string): Queue | undefined;
}

/** A message in the hands of a receiver. */
export interface ReceivedMessage {
  readonly message: StoredMessage;
  readonly receiptHandle: string;
}

export interface ReceiveOptions {
  /** 1 to 10; event source mappings may take more. */
  readonly max?: number;
  readonly visibilityTimeoutSeconds?: number | undefined;
}

/** What is in a queue now. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Seconds, of the oldest message that is not deleted; 0 in an empty queue. */
  readonly ageOfOldestSeconds: number;
}

const DEDUPLICATION_MS = 5 * 60_000;
const LONGEST_VISIBILITY_SECONDS = 12 * 3600;
const MOST_IN_FLIGHT = 120_000;

/** One SQS queue, standard or FIFO. All its times follow the clock, however it moves. */
export class Queue {
  readonly arn: string;
  readonly name: string;
  readonly place: Arn;
  readonly definition: Required<Omit<QueueDefinition, 'redrive' | 'policy'>> &
    Pick<QueueDefinition, 'redrive' | 'policy'>;
  private readonly clock: AdvanceableClock;
  private readonly random: RandomSource;
  private readonly surroundings: QueueSurroundings;
  private readonly line: Line;
  /** By message id, oldest first. */
  private readonly messages = new Map<string, StoredMessage>();
  private readonly handles: ReceiptHandles;
  private readonly recent = new Map<string, { readonly message: StoredMessage; readonly until: number }>();
  private readonly listeners = new Set<() => void>();
  private inFlight = 0;
  private lastSequence = 0;

  constructor(definition: QueueDefinition, surroundings: QueueSurroundings) {
    this.arn = definition.arn;
    this.place = arnOf(definition.arn);
    this.name = this.place.resource;
    const fifo = definition.fifo ?? false;
    if (fifo !== this.name.endsWith('.fifo')) {
      throw new Error(`${this.arn}: the name of a FIFO queue ends in .fifo, and no other's does`);
    }
    this.definition = {
      fifo,
      contentBasedDeduplication: false,
      deduplicationScope: 'queue',
      visibilityTimeoutSeconds: 30,
      delaySeconds: 0,
      retentionSeconds: 4 * 86_400,
      maximumMessageBytes: LARGEST_MESSAGE_BYTES,
      receiveWaitSeconds: 0,
      createdAt: surroundings.clock.now(),
      ...definition,
    };
    this.surroundings = surroundings;
    this.clock = surroundings.clock;
    this.random = surroundings.random;
    this.handles = new ReceiptHandles(this.arn, surroundings.random);
    this.line = fifo ? new FifoLine() : new StandardLine();
  }

  get fifo(): boolean {
    return this.definition.fifo;
  }

  /**
   * Takes a message in. A FIFO queue answers the first message again when it has had one with the same
   * deduplication id within five minutes, deleted or not. Throws `AwsError`.
   */
  send(given: NewMessage): StoredMessage {
    const refusal = refusalOf(given, this.definition);
    if (refusal) throw refusal;
    const now = this.clock.now();
    const deduplicationId = this.fifo ? (given.deduplicationId ?? sha256(given.body)) : undefined;
    const known = this.findDuplicate(given, deduplicationId, now);
    if (known) return known;
    const message: StoredMessage = {
      id: newGuid(this.random),
      body: given.body,
      attributes: given.attributes ?? {},
      traceHeader: given.traceHeader,
      senderId: given.senderId,
      sentAt: now,
      enqueuedAt: now,
      groupId: given.groupId,
      deduplicationId,
      sequence: ++this.lastSequence,
      state: 'visible',
      receiveCount: 0,
    };
    if (deduplicationId !== undefined) {
      this.recent.set(this.duplicateKey(given, deduplicationId), { message, until: now + DEDUPLICATION_MS });
    }
    const delaySeconds = this.fifo ? undefined : given.delaySeconds;
    this.enter(message, (delaySeconds ?? this.definition.delaySeconds) * 1000);
    return message;
  }

  /**
   * Hands out messages and hides them for the visibility time-out. A message that has been received as often as the
   * redrive policy allows goes to the dead-letter queue instead. Throws `AwsError`.
   */
  receive(options: ReceiveOptions = {}): ReceivedMessage[] {
    const seconds = options.visibilityTimeoutSeconds ?? this.definition.visibilityTimeoutSeconds;
    checkVisibility(seconds);
    this.expire();
    const wanted = options.max ?? 1;
    const received: ReceivedMessage[] = [];
    while (received.length < wanted && this.line.hasAny()) {
      if (this.inFlight >= MOST_IN_FLIGHT) {
        if (received.length === 0) throw overLimit();
        break;
      }
      const taken = this.line.take(wanted - received.length);
      for (const message of taken) {
        if (!this.isRedriven(message)) received.push(this.handOut(message, seconds));
      }
    }
    return received;
  }

  /** Deletes a message. Deleting it again, or with the handle of an earlier receive, changes nothing. Throws `AwsError`. */
  delete(receiptHandle: string): void {
    const found = this.find(receiptHandle);
    if (!found) return;
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
    if (this.fifo && found.state !== 'inFlight') {
      throw invalidValue(receiptHandle, 'ReceiptHandle', 'The receipt handle has expired.');
    }
    this.remove(found);
  }

  /** Hides a received message for so many seconds from now; 0 shows it again at once. Throws `AwsError`. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    checkVisibility(seconds);
    const message = this.find(receiptHandle);
    if (message?.state !== 'inFlight') {
      if (message || !this.fifo) throw messageNotInflight();
      throw invalidValue(receiptHandle, 'ReceiptHandle', 'The receipt handle has expired.');
    }
    const until = this.clock.now() + seconds * 1000;
    if (until > (message.lastReceivedAt ?? 0) + LONGEST_VISIBILITY_SECONDS * 1000) {
      throw invalidValue(
        seconds,
        'VisibilityTimeout',
        'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
      );
    }
    this.hideUntil(message, until);
  }

  /** Removes every message; those in flight, too. */
  purge(): void {
    for (const message of [...this.messages.values()]) this.remove(message);
  }

  counts(): QueueCounts {
    this.expire(true);
    let visible = 0;
    let delayed = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const message of this.messages.values()) {
      if (message.state === 'visible') visible++;
      if (message.state === 'delayed') delayed++;
      oldest = Math.min(oldest, message.enqueuedAt);
    }
    const ageOfOldestSeconds = this.messages.size === 0 ? 0 : (this.clock.now() - oldest) / 1000;
    return { visible, inFlight: this.inFlight, delayed, ageOfOldestSeconds };
  }

  /** Whether a receive would answer something (or send it to the dead-letter queue). */
  hasVisible(): boolean {
    return this.line.hasAny();
  }

  /** What is in the queue, oldest first, whatever its state; changes nothing. For tests and summaries. */
  peek(): readonly StoredMessage[] {
    this.expire(true);
    return [...this.messages.values()];
  }

  /** Calls `listener` whenever a message may have become receivable. Answers how to stop. */
  onVisible(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /**
   * Takes the oldest visible messages out for good, to move them elsewhere: StartMessageMoveTask. What is delayed or
   * in flight stays.
   */
  takeForMove(count: number): StoredMessage[] {
    const taken = this.line.take(count);
    for (const message of taken) this.remove(message);
    return taken;
  }

  /** Takes in a message from another queue: a redriven one is new, with an id and a time of its own. */
  acceptMoved(message: StoredMessage): void {
    const now = this.clock.now();
    this.enter(
      {
        ...freshState(message),
        id: newGuid(this.random),
        sentAt: now,
        enqueuedAt: now,
        sourceArn: undefined,
        sequence: ++this.lastSequence,
      },
      0,
    );
  }

  /** Takes back a message that could not be moved, as it was. */
  takeBack(message: StoredMessage): void {
    this.enter(freshState(message), 0);
  }

  /**
   * Takes in a message that another queue gave up. Retention goes on counting from when it was first sent, but in a
   * FIFO queue.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   */
  private acceptDead(message: StoredMessage, sourceArn: string): void {
    const enqueuedAt = this.fifo ? this.clock.now() : message.enqueuedAt;
    this.enter({ ...freshState(message), enqueuedAt, sourceArn, sequence: ++this.lastSequence }, 0);
  }

  private findDuplicate(
    given: NewMessage,
    deduplicationId: string | undefined,
    now: number,
  ): StoredMessage | undefined {
    if (deduplicationId === undefined) return undefined;
    for (const [key, { until }] of this.recent) {
      if (until > now) break;
      this.recent.delete(key);
    }
    return this.recent.get(this.duplicateKey(given, deduplicationId))?.message;
  }

  private duplicateKey(given: NewMessage, deduplicationId: string): string {
    return this.definition.deduplicationScope === 'messageGroup'
      ? `${given.groupId ?? ''} ${deduplicationId}`
      : deduplicationId;
  }

  private enter(message: StoredMessage, delayMs: number): void {
    this.messages.set(message.id, message);
    if (delayMs === 0) {
      this.line.add(message);
      this.announce();
      return;
    }
    message.state = 'delayed';
    message.cancelTimer = this.clock.at(this.clock.now() + delayMs, () => {
      message.state = 'visible';
      this.line.add(message);
      this.announce();
    });
  }

  private handOut(message: StoredMessage, seconds: number): ReceivedMessage {
    const now = this.clock.now();
    message.state = 'inFlight';
    message.receiveCount++;
    message.firstReceivedAt ??= now;
    message.lastReceivedAt = now;
    this.inFlight++;
    const receiptHandle = this.handles.issue(message);
    this.hideUntil(message, now + seconds * 1000);
    return { message, receiptHandle };
  }

  private hideUntil(message: StoredMessage, until: number): void {
    message.cancelTimer?.();
    if (until <= this.clock.now()) this.show(message);
    else message.cancelTimer = this.clock.at(until, () => this.show(message));
  }

  private show(message: StoredMessage): void {
    message.state = 'visible';
    this.inFlight--;
    this.line.putBack(message);
    this.announce();
  }

  /** Moves a message that was received too often, when there is somewhere to move it to. */
  private isRedriven(message: StoredMessage): boolean {
    const { redrive } = this.definition;
    if (!redrive || message.receiveCount < redrive.maxReceiveCount) return false;
    const target = this.surroundings.queue(redrive.deadLetterTargetArn);
    if (!target) return false;
    this.remove(message);
    target.acceptDead(message, this.arn);
    return true;
  }

  private remove(message: StoredMessage): void {
    message.cancelTimer?.();
    if (message.state === 'inFlight') this.inFlight--;
    message.state = 'gone';
    this.messages.delete(message.id);
    this.line.drop(message);
    // A message group may have become free.
    if (this.fifo) this.announce();
  }

  /** Drops what is older than retention: the head of the queue, or all of it. */
  private expire(all = false): void {
    const horizon = this.clock.now() - this.definition.retentionSeconds * 1000;
    for (const message of this.messages.values()) {
      if (message.enqueuedAt <= horizon) this.remove(message);
      else if (!all) return;
    }
  }

  /** The message that a handle is the newest for; undefined for an older handle or a deleted message. */
  private find(receiptHandle: string): StoredMessage | undefined {
    const reading = this.handles.read(receiptHandle);
    if (!reading) throw receiptHandleIsInvalid(receiptHandle);
    const message = this.messages.get(reading.messageId);
    return message?.receiveCount === reading.receiveCount ? message : undefined;
  }

  private announce(): void {
    if (!this.line.hasAny()) return;
    for (const listener of [...this.listeners]) listener();
  }
}

function freshState(message: StoredMessage): StoredMessage {
  const { firstReceivedAt: _first, lastReceivedAt: _last, cancelTimer: _timer, ...rest } = message;
  return { ...rest, state: 'visible', receiveCount: 0 };
}

function checkVisibility(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_VISIBILITY_SECONDS) return;
  throw invalidParameterValue(
    `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= ${LONGEST_VISIBILITY_SECONDS}, if provided.`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
