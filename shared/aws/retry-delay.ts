import type { Failure } from './classify-error.ts';

/** How long to go on trying, and how fast. */
export interface RetryLimits {
  /** From the first failure on, so that waiting for a turn is not held against a call; past it nothing is tried again. */
  readonly throttledBudgetMs: number;
  readonly unavailableBudgetMs: number;
  /** Attempts when no connection can be made: the endpoint is wrong more often than it is away. */
  readonly unreachableAttempts: number;
  /** The longest wait before the second attempt; it doubles with each. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Throttling is waited out for a minute: the limiter has slowed everybody down by then. What is broken is tried again
 * for twenty seconds, what cannot be reached three times.
 */
export const DEFAULT_RETRY_LIMITS: RetryLimits = {
  throttledBudgetMs: 60_000,
  unavailableBudgetMs: 20_000,
  unreachableAttempts: 3,
  baseDelayMs: 100,
  maxDelayMs: 5_000,
};

export interface FailedAttempt {
  readonly failure: Failure;
  /** Attempts made so far, this one included. */
  readonly attempts: number;
  /** Milliseconds since the first attempt failed. */
  readonly spentMs: number;
  /** What AWS asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  /** Between 0 and 1. */
  readonly random: number;
}

/**
 * Milliseconds to wait before the next attempt, or `undefined` when there is to be none. Full jitter: anything up to
 * the doubling limit, so that callers that failed together do not come back together. Never sooner than AWS asked.
 */
export function retryDelayMs(limits: RetryLimits, attempt: FailedAttempt): number | undefined {
  const { failure, attempts, spentMs, retryAfterMs = 0, random } = attempt;
  if (!failure.retryable) return undefined;
  if (failure.unreachable && attempts >= limits.unreachableAttempts) return undefined;
  const limit = Math.min(limits.maxDelayMs, limits.baseDelayMs * 2 ** (attempts - 1));
  const delayMs = Math.max(retryAfterMs, Math.ceil(limit * random));
  const budgetMs = failure.throttled ? limits.throttledBudgetMs : limits.unavailableBudgetMs;
  return spentMs + delayMs > budgetMs ? undefined : delayMs;
}
