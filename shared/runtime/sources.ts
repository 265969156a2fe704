import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch';
import type {
  Context,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  SQSBatchResponse,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import { AppError } from '#shared/ports/app-error.ts';
import type { MessageVisibility } from '#shared/ports/messages.ts';
import { backOffSeconds } from './back-off.ts';
import { plainRow } from './plain-row.ts';
import { type PutBack, settleRecord } from './settle-record.ts';
import type { QueuedMessage, RecordScope, StreamedRow, Worker } from './worker.ts';

/** What a function is fed from: takes a batch apart, and says which of its records have to come back. */
export interface Source<Event, Entry, Answer> {
  take(event: Event, worker: Worker<Entry>, scopeOf: ScopeOf, context: Context): Promise<Answer>;
}

/** The scope of one record, by its id. */
export type ScopeOf = (id: string) => RecordScope;

export interface QueueOptions {
  readonly visibility: MessageVisibility;
  /** Between 0 and 1, as `Math.random` gives it. */
  readonly random: () => number;
}

/** A standard queue: records are handled side by side. */
export function standardQueue(options: QueueOptions): Source<SQSEvent, QueuedMessage, SQSBatchResponse> {
  return {
    take: (event, worker, scopeOf, context) => {
      const processor = new BatchProcessor(EventType.SQS);
      return processPartialResponse(event, settles(worker, scopeOf, options), processor, {
        context,
        throwOnFullBatchFailure: false,
      });
    },
  };
}

/** A FIFO queue: one after the other; a failure stops what comes behind it in its group, and no other group. */
export function fifoQueue(options: QueueOptions): Source<SQSEvent, QueuedMessage, SQSBatchResponse> {
  return {
    take: (event, worker, scopeOf, context) => {
      const processor = new SqsFifoPartialProcessorAsync();
      return processPartialResponse(event, settles(worker, scopeOf, options), processor, {
        context,
        skipGroupOnError: true,
        throwOnFullBatchFailure: false,
      });
    },
  };
}

/** New rows of a table, one after the other: Lambda begins again at the first that failed, so nothing behind it is tried. */
export function tableStream(): Source<DynamoDBStreamEvent, StreamedRow, DynamoDBBatchResponse> {
  return {
    take: (event, worker, scopeOf, context) => {
      let stopped = false;
      const settle = async (record: DynamoDBRecord): Promise<void> => {
        const entry = toRow(record);
        if (stopped) throw behindFailure();
        try {
          await settleRecord(worker, entry, scopeOf(entry.id));
        } catch (error) {
          stopped = true;
          throw error;
        }
      };
      return processPartialResponse(event, settle, new BatchProcessor(EventType.DynamoDBStreams), {
        context,
        processInParallel: false,
        throwOnFullBatchFailure: false,
      });
    },
  };
}

function settles(worker: Worker<QueuedMessage>, scopeOf: ScopeOf, { visibility, random }: QueueOptions) {
  const putBack: PutBack<QueuedMessage> = async ({ receipt, attempt }, error, { log }) => {
    try {
      await visibility.postpone(receipt, backOffSeconds(error, attempt, random()));
    } catch (failure) {
      // Then it comes back when the queue's own time for it is over.
      log.warn('its visibility could not be set', { reason: String(failure) });
    }
  };
  return (record: SQSRecord): Promise<void> => {
    const message = toMessage(record);
    return settleRecord(worker, message, scopeOf(message.id), putBack);
  };
}

function toMessage({ messageId, body, attributes, receiptHandle }: SQSRecord): QueuedMessage {
  const attempt = Number(attributes.ApproximateReceiveCount);
  return { id: messageId, body, attempt: attempt >= 1 ? attempt : 1, receipt: receiptHandle };
}

function toRow({ dynamodb }: DynamoDBRecord): StreamedRow {
  return { id: dynamodb?.SequenceNumber ?? '', row: plainRow(dynamodb?.NewImage ?? {}) };
}

function behindFailure(): AppError {
  return new AppError('cancelled', 'comes behind a record that failed', { retryable: true });
}
