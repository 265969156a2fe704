import type { Ending } from '#shared/domain/registry/wanted-findings.ts';
import type { WriteOutcome } from '../reconcile/write-outcome.ts';

/** By then a message that backs off has waited for eight minutes (`shared/runtime/back-off.ts`). */
export const KEEPS_FAILING_ATTEMPTS = 6;
const KEEPS_FAILING_MS = 8 * 60_000;

function failureWorthAnotherTry(
  outcome: WriteOutcome,
): { readonly code: string; readonly message: string } | undefined {
  if (outcome.kind === 'failed' && outcome.error.retryable) return outcome.error;
  if (outcome.kind !== 'later') return undefined;
  const { why, message } = outcome;
  if (why === 'throttled') return { code: 'aws.throttled', message };
  if (why === 'changedMeanwhile') return { code: why, message };
  return why === 'answerLost' ? { code: 'aws.unavailable', message } : undefined;
}

/** A key that comes back does so in a message of its own: how often this one came says nothing of it. */
function comesBackAlone(outcome: WriteOutcome): boolean {
  return outcome.kind === 'later' && outcome.why !== 'throttled';
}

/** How often a write was tried, and since when (epoch milliseconds) it has not gone well. */
export interface Tries {
  readonly attempt: number;
  readonly since: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What may still go well is no failure, unless it has not for a while: then somebody should know. */
export function endingOf(outcome: WriteOutcome, { attempt, since, now }: Tries): Ending {
  const error = failureWorthAnotherTry(outcome);
  if (error === undefined) return outcome;
  const attempts = comesBackAlone(outcome) ? 1 : attempt;
  const keepsFailing = attempts >= KEEPS_FAILING_ATTEMPTS || now - since >= KEEPS_FAILING_MS;
  const sent = outcome.kind === 'later' ? { mayHaveWritten: outcome.mayHaveWritten } : {};
  return keepsFailing ? { kind: 'failing', error, ...sent } : { kind: 'later', ...sent };
}
