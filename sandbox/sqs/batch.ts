import { AwsError } from '../aws-error.ts';
import { LARGEST_MESSAGE_BYTES } from './message-rules.ts';

const MOST_ENTRIES = 10;

/** How an entry of a batch failed, as the SDK has it. */
export interface FailedEntry {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

/** The answers to a batch. */
export interface BatchAnswer<Success> {
  readonly Successful: Success[];
  readonly Failed: FailedEntry[];
}

/** An entry of a batch; the SDK allows its members to be undefined. */
interface Entry {
  readonly Id: string | undefined;
}

/** Refuses a batch as a whole. Throws `AwsError`. */
export function checkBatch(entries: readonly Entry[], bytes = 0): void {
  if (entries.length === 0) {
    throw new AwsError(
      'EmptyBatchRequest',
      400,
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    );
  }
  if (entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      400,
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { Id = '' } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) {
      throw new AwsError(
        'InvalidBatchEntryId',
        400,
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (seen.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', 400, `Id ${Id} repeated.`);
    seen.add(Id);
  }
  if (bytes > LARGEST_MESSAGE_BYTES) {
    throw new AwsError(
      'BatchRequestTooLong',
      400,
      `Batch requests cannot be longer than ${LARGEST_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
}

/** Carries out each entry by itself: one that is refused fails alone. */
export function eachEntry<E extends Entry, Success>(
  entries: readonly E[],
  act: (entry: E) => Success,
): BatchAnswer<Success> {
  const answer: BatchAnswer<Success> = { Successful: [], Failed: [] };
  for (const entry of entries) {
    try {
      answer.Successful.push(act(entry));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answer.Failed.push({ Id: entry.Id ?? '', SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return answer;
}
