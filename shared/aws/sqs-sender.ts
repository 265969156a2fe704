import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { AppError } from '#shared/ports/app-error.ts';
import type { MessageSender, OutgoingMessage } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { expectOutput } from './call-aws.ts';
import { inChunks } from './chunks.ts';
import type { SqsCalls } from './sqs-calls.ts';

/** What one SendMessageBatch takes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const BATCH = { count: 10, bytes: 262_144 } as const;

/** Sends to one queue. */
export class SqsSender implements MessageSender {
  readonly #calls: SqsCalls;
  readonly #queueUrl: string;

  constructor(calls: SqsCalls, queueUrl: string) {
    this.#calls = calls;
    this.#queueUrl = queueUrl;
  }

  async send(messages: readonly OutgoingMessage[], options?: CallOptions): Promise<void> {
    const batches = inChunks(messages, BATCH, ({ body }) => Buffer.byteLength(body));
    for (const batch of batches) await this.#sendBatch(batch, options);
  }

  async #sendBatch(batch: readonly OutgoingMessage[], options: CallOptions | undefined): Promise<void> {
    const Entries = batch.map(toEntry);
    const name = { operation: 'sqs:SendMessage', subject: () => this.#queueUrl };
    const answer = await this.#calls.call(
      {},
      name,
      (client, send) => client.send(new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries }), send),
      options,
    );
    const failed = expectOutput(answer).Failed ?? [];
    if (failed[0]) throw notTaken(this.#queueUrl, failed, failed[0]);
  }
}

function toEntry(message: OutgoingMessage, index: number): SendMessageBatchRequestEntry {
  const { body, delaySeconds, group, deduplicationId } = message;
  return {
    Id: String(index),
    MessageBody: body,
    ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
    ...(group === undefined ? {} : { MessageGroupId: group }),
    ...(deduplicationId === undefined ? {} : { MessageDeduplicationId: deduplicationId }),
  };
}

/** Sent again as a whole: a FIFO queue drops what it has, and elsewhere a duplicate does no harm. */
function notTaken(queueUrl: string, failed: readonly unknown[], first: BatchResultErrorEntry): AppError {
  const said = [first.Code, first.Message].filter(Boolean).join(': ');
  const message = `${queueUrl} did not take ${failed.length} messages: ${said}`;
  return first.SenderFault
    ? new AppError('aws.refused', message, { retryable: false })
    : new AppError('aws.unavailable', message, { retryable: true });
}
