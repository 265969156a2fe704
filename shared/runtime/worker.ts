import type { AppError } from '#shared/ports/app-error.ts';
import type { METRIC } from './names.ts';

/** Names what happened, for whoever reads the logs. Fields stay with all that is logged of the record afterwards. */
export interface Log {
  scope(fields: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, error: unknown, fields?: Readonly<Record<string, unknown>>): void;
}

export type MetricName = (typeof METRIC)[keyof typeof METRIC];

export interface MetricSink {
  add(name: MetricName, value: number): void;
}

/** Where and when a record is handled. */
export interface RecordScope {
  /** Aborts a second before the function's time is over, so that what is not done goes back cleanly. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly metrics: MetricSink;
}

/**
 * Handles one record of a batch. Rejecting with a retryable `AppError` puts the record back for later; with a terminal
 * one, `giveUp` has the last word: when it resolves, the record is done with. Anything else is a bug and is not caught:
 * the record comes back until its queue gives it up.
 */
export interface Worker<Entry> {
  handle(entry: Entry, scope: RecordScope): Promise<void>;
  giveUp?(entry: Entry, error: AppError, scope: RecordScope): Promise<void>;
}

/** A message of a queue. */
export interface QueuedMessage {
  /** The same whenever the message is delivered again. */
  readonly id: string;
  readonly body: string;
  /** How often it was received, 1 for the first time. */
  readonly attempt: number;
  /** By which its visibility is set. */
  readonly receipt: string;
}

/** A row that was put into a table. */
export interface StreamedRow {
  /** Its place in the stream. */
  readonly id: string;
  /** Plain data. */
  readonly row: Readonly<Record<string, unknown>>;
}
