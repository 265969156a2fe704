import { AppError } from '#shared/ports/app-error.ts';
import type { CallCounter } from '#shared/ports/calls.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { type Classified, classifyError, type Failure, type Refusal } from './classify-error.ts';
import type { CallLimiter } from './limits/call-limiter.ts';
import { type RetryLimits, retryDelayMs } from './retry-delay.ts';

/** What every call needs, and who is called. */
export interface CallContext {
  readonly clock: Clock;
  /** Between 0 and 1, as `Math.random` gives it. */
  readonly random: () => number;
  readonly counter: CallCounter;
  readonly limiter: CallLimiter;
  readonly retries: RetryLimits;
  /** For a person: `eks in eu-west-1 of 111122223333`, or the endpoint when one was named. */
  readonly address: string;
}

/** One call, for counting and for telling what failed. */
export interface CallName {
  /** IAM's spelling: `eks:DescribePodIdentityAssociation`. */
  readonly operation: string;
  /** What it is about: `a-0123456789abcdefg in c1`. Only asked for when something failed. */
  readonly subject: () => string;
}

/** What AWS answered: what was asked for, or a refusal that the operation may expect. */
export type Answer<Output> =
  | { readonly kind: 'ok'; readonly output: Output }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly error: AppError };

/**
 * Makes a call to AWS: within the limits, counting each attempt, and trying again what may succeed later, until the
 * time for it is used up. `attempt` must be safe to repeat: it reads, is idempotent by nature, or carries the same
 * token each time. A refusal comes with the error to throw when the operation does not expect it. Where some attempt had no
 * answer, and so may have been carried out, throttling of a later one does not hide that.
 *
 * Rejects with `AppError`.
 */
export async function callAws<Output>(
  context: CallContext,
  name: CallName,
  attempt: (signal: AbortSignal | undefined) => Promise<Output>,
  options: CallOptions = {},
): Promise<Answer<Output>> {
  const { signal } = options;
  let failingSince: number | undefined;
  let unanswered: AppError | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const tried = await tryOnce(context, name, attempt, options);
    if (tried.kind === 'ok') return tried;
    if (signal?.aborted) throw cancelled(name, tried.cause);
    const { meaning } = tried.classified;
    const error = appError(context, name, tried.classified, tried.cause);
    if (meaning.kind !== 'failure') return { kind: 'refused', refusal: meaning, error };
    failingSince ??= context.clock.now();
    const delayMs = retryDelayMs(context.retries, {
      failure: meaning,
      attempts,
      spentMs: context.clock.now() - failingSince,
      retryAfterMs: tried.classified.retryAfterMs,
      random: context.random(),
    });
    if (!meaning.throttled && !meaning.unreachable) unanswered = error;
    if (delayMs === undefined) throw meaning.throttled ? (unanswered ?? error) : error;
    await context.clock.sleep(delayMs, signal);
  }
}

/** What an answer holds, for an operation that expects no refusal. */
export function expectOutput<Output>(answer: Answer<Output>): Output {
  if (answer.kind === 'refused') throw answer.error;
  return answer.output;
}

type Tried<Output> =
  | { readonly kind: 'ok'; readonly output: Output }
  | { readonly kind: 'failed'; readonly classified: Classified; readonly cause: unknown };

/** The slot is given back before any wait, so that a call that waits to be tried again blocks nobody. */
async function tryOnce<Output>(
  context: CallContext,
  name: CallName,
  attempt: (signal: AbortSignal | undefined) => Promise<Output>,
  options: CallOptions,
): Promise<Tried<Output>> {
  const { limiter, counter, clock } = context;
  const startedAt = await limiter.acquire(options.signal);
  counter.count(name.operation);
  options.counter?.count(name.operation);
  try {
    return { kind: 'ok', output: await attempt(options.signal) };
  } catch (cause) {
    // From a call made for this one: credentials of another role that could not be had. It was tried again already.
    if (cause instanceof AppError) throw cause;
    const classified = classifyError(cause, clock.now());
    if (classified.meaning.kind === 'failure' && classified.meaning.throttled) {
      limiter.throttled(startedAt);
      counter.throttled?.(name.operation);
    }
    return { kind: 'failed', classified, cause };
  } finally {
    limiter.release();
  }
}

function appError(context: CallContext, name: CallName, classified: Classified, cause: unknown): AppError {
  const { code, retryable, hint } = toFailure(classified);
  const what = `${name.operation} of ${name.subject()} (${context.address}): ${classified.said}`;
  return new AppError(code, hint === undefined ? what : `${what}; ${hint}`, { retryable, cause });
}

/** A refusal as a failure, for operations that do not expect it. */
function toFailure({ meaning }: Classified): Pick<Failure, 'code' | 'retryable' | 'hint'> {
  switch (meaning.kind) {
    case 'failure':
      return meaning;
    case 'clusterNotFound':
      return { code: 'cluster.notFound', retryable: false };
    case 'exists':
      // 409 is a conflict with something else under way, or with what is there; the former passes.
      return { code: 'aws.refused', retryable: true };
    default:
      return { code: 'aws.refused', retryable: false };
  }
}

function cancelled(name: CallName, cause: unknown): AppError {
  return new AppError('cancelled', `${name.operation} of ${name.subject()} was given up`, {
    retryable: true,
    cause,
  });
}
