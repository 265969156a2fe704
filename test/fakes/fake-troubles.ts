import { AppError, type AppErrorCode } from '#shared/ports/app-error.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';

export interface FailureScript {
  /** How many calls fail; one unless said otherwise. */
  readonly times?: number;
  /** How many calls go well first: with 1, the second page of a list fails. */
  readonly after?: number;
}

interface PlannedFailure {
  readonly operation: string;
  readonly error: () => AppError;
  /** The call is carried out all the same: only its answer is lost. */
  readonly answerLost: boolean;
  skip: number;
  times: number;
}

const RETRYABLE: readonly AppErrorCode[] = ['aws.throttled', 'aws.unavailable', 'aws.timeout', 'cancelled'];

/** What a test wants to go wrong, by operation, in the order in which it was said. */
export class FakeTroubles<Operation extends string> {
  readonly #failures: PlannedFailure[] = [];
  readonly #denied = new Set<string>();
  readonly #before: { readonly operation: string; readonly effect: () => void }[] = [];

  /** The next call fails, or so many, after so many that go well. */
  failNext(operation: Operation, failure: AppErrorCode | AppError, script: FailureScript = {}): void {
    this.#plan(operation, failure, script, false);
  }

  /** The next call is carried out, and then nobody hears of it: `aws.timeout`. */
  loseNextAnswer(operation: Operation, script: FailureScript = {}): void {
    this.#plan(operation, 'aws.timeout', script, true);
  }

  /** What was planned for an operation does not happen any more. */
  forget(operation: Operation): void {
    for (const planned of this.#failures) if (planned.operation === operation) planned.times = 0;
  }

  /** Every call fails with `aws.accessDenied`, until it is allowed. */
  deny(operation: Operation): void {
    this.#denied.add(operation);
  }

  allow(operation: Operation): void {
    this.#denied.delete(operation);
  }

  /** Happens just before the next call is carried out: somebody else was faster. */
  beforeNext(operation: Operation, effect: () => void): void {
    this.#before.push({ operation, effect });
  }

  /** Carries out a call with whatever is to go wrong with it; `count` hears of every call that AWS would see. */
  async meet<Answer>(
    operation: Operation,
    options: CallOptions | undefined,
    call: () => Answer,
    count: () => void = () => undefined,
  ): Promise<Answer> {
    if (options?.signal?.aborted) throw cancelled(operation);
    count();
    // A call to AWS never answers before its caller goes on.
    await Promise.resolve();
    if (this.#denied.has(operation)) {
      throw new AppError('aws.accessDenied', `User: nobody is not authorized to perform: ${operation}`, {
        retryable: false,
      });
    }
    const planned = this.#takePlanned(operation);
    if (planned !== undefined && !planned.answerLost) throw planned.error();
    const before = this.#before.findIndex((hook) => hook.operation === operation);
    if (before >= 0) for (const hook of this.#before.splice(before, 1)) hook.effect();
    const answer = call();
    if (planned !== undefined) throw planned.error();
    if (options?.signal?.aborted) throw cancelled(operation);
    return answer;
  }

  #plan(
    operation: Operation,
    failure: AppErrorCode | AppError,
    script: FailureScript,
    answerLost: boolean,
  ): void {
    const error = (): AppError => (failure instanceof AppError ? failure : plannedError(operation, failure));
    this.#failures.push({ operation, error, answerLost, skip: script.after ?? 0, times: script.times ?? 1 });
  }

  #takePlanned(operation: Operation): PlannedFailure | undefined {
    const planned = this.#failures.find((failure) => failure.operation === operation && failure.times > 0);
    if (planned === undefined) return undefined;
    if (planned.skip > 0) {
      planned.skip -= 1;
      return undefined;
    }
    planned.times -= 1;
    return planned;
  }
}

function plannedError(operation: string, code: AppErrorCode): AppError {
  return new AppError(code, `${operation}: ${code}, as the test wants it`, {
    retryable: RETRYABLE.includes(code),
  });
}

function cancelled(operation: string): AppError {
  return new AppError('cancelled', `${operation} was given up`, { retryable: true });
}
