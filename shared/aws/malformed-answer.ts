import { AppError } from '#shared/ports/app-error.ts';
import type { CallName } from './call-aws.ts';

/**
 * An answer that cannot be what AWS sends. What is missing is never guessed: an association without a role would look
 * like drift, a list without associations like an empty cluster.
 */
export function malformedAnswer(name: CallName, problem: string): AppError {
  return new AppError('aws.malformedAnswer', `${name.operation} of ${name.subject()}: ${problem}`, {
    retryable: false,
  });
}
