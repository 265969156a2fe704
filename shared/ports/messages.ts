import type { CallOptions } from './pod-identity.ts';

/** A message for a queue. */
export interface OutgoingMessage {
  readonly body: string;
  /** Not seen before so many seconds have passed; at most 900, and none on a FIFO queue. */
  readonly delaySeconds?: number;
  /** On a FIFO queue: messages of one group are handled one after the other. */
  readonly group?: string;
  /** On a FIFO queue: within five minutes and one group, the same id is the same message. */
  readonly deduplicationId?: string;
}

/** One queue to send to. Fails with `AppError`; then each message may have been sent, and sending all again is right. */
export interface MessageSender {
  send(messages: readonly OutgoingMessage[], options?: CallOptions): Promise<void>;
}

/** The longest that SQS holds a message back. */
export const MAX_DELAY_SECONDS = 900;

/** Puts messages that were received back on their queue. */
export interface MessageVisibility {
  /** The message of that receipt is seen again after so many seconds. Fails with `AppError`. */
  postpone(receipt: string, seconds: number, options?: CallOptions): Promise<void>;
}
