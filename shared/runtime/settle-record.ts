import { AppError } from '#shared/ports/app-error.ts';
import type { RecordScope, Worker } from './worker.ts';

/** Puts a record back for later; absent where the source itself decides when it comes back. */
export type PutBack<Entry> = (entry: Entry, error: AppError, scope: RecordScope) => Promise<void>;

/**
 * Handles one record, and translates errors: the only place that does. Resolves when the record is done with; rejects
 * when it has to come back.
 */
export async function settleRecord<Entry>(
  worker: Worker<Entry>,
  entry: Entry,
  scope: RecordScope,
  putBack?: PutBack<Entry>,
): Promise<void> {
  try {
    if (scope.signal.aborted) throw outOfTime();
    await handleOrGiveUp(worker, entry, scope);
  } catch (error) {
    if (!(error instanceof AppError)) {
      scope.log.error('failed with a bug', error);
      throw error;
    }
    scope.log.warn('comes back later', { code: error.code, reason: error.message });
    await putBack?.(entry, error, scope);
    throw error;
  }
}

async function handleOrGiveUp<Entry>(worker: Worker<Entry>, entry: Entry, scope: RecordScope): Promise<void> {
  try {
    await worker.handle(entry, scope);
  } catch (error) {
    const terminal = error instanceof AppError && !error.retryable && error.code !== 'cancelled';
    if (!terminal || !worker.giveUp) throw error;
    scope.log.warn('is given up', { code: error.code, reason: error.message });
    await worker.giveUp(entry, error, scope);
  }
}

function outOfTime(): AppError {
  return new AppError('cancelled', 'there was no time left to begin', { retryable: true });
}
