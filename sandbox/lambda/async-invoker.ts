import { AwsError } from '../aws-error.ts';
import type { AdvanceableClock } from '../clock.ts';
import type { Deliver, Delivery } from '../cloud/delivery.ts';
import type { Journal } from '../cloud/journal.ts';
import type { Work } from '../cloud/work.ts';
import { newGuid, type RandomSource } from '../random.ts';
import type { Invocation, LambdaFunction } from './function.ts';

export interface AsyncSurroundings {
  readonly clock: AdvanceableClock;
  readonly random: RandomSource;
  readonly work: Work;
  readonly journal: Journal;
  readonly deliver: Deliver;
}

/** An event that waits to be handled. */
interface Pending {
  readonly fn: LambdaFunction;
  readonly requestId: string;
  readonly payload: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** How often the function has failed with it. */
  readonly failures: number;
  /** How often there was no room for it. */
  readonly throttles: number;
}

/** Largest event that a function can be invoked with without waiting (facts §11). */
export const LARGEST_ASYNC_EVENT = 1_048_576;
const RETRY_PAUSES_MS = [60_000, 120_000] as const;
const LONGEST_THROTTLE_PAUSE_MS = 300_000;

/**
 * Invokes functions for those who do not wait: two more attempts after one and two minutes, and for up to six hours
 * when the function is at its limit; then dead-letter queue and destination.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncInvoker {
  private readonly around: AsyncSurroundings;

  constructor(surroundings: AsyncSurroundings) {
    this.around = surroundings;
  }

  /** Takes an event and answers at once, with the id of the request. */
  invoke(fn: LambdaFunction, payload: string): string {
    const { clock, random } = this.around;
    const requestId = newGuid(random);
    this.begin({ fn, requestId, payload, since: clock.now(), failures: 0, throttles: 0 });
    return requestId;
  }

  private begin(pending: Pending): void {
    void this.around.work.track(this.attempt(pending));
  }

  private async attempt(pending: Pending): Promise<void> {
    const { fn, requestId, payload } = pending;
    let invocation: Invocation;
    try {
      invocation = await fn.invoke(payload, requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const pause = Math.min(LONGEST_THROTTLE_PAUSE_MS, 1000 * 2 ** pending.throttles);
      return this.again({ ...pending, throttles: pending.throttles + 1 }, pause, undefined);
    }
    if (invocation.functionError === undefined) return this.succeeded(pending, invocation);
    const failures = pending.failures + 1;
    const { maximumRetryAttempts = 2 } = fn.definition.asyncInvocation ?? {};
    if (failures > maximumRetryAttempts)
      return this.giveUp({ ...pending, failures }, 'RetriesExhausted', invocation);
    this.again({ ...pending, failures }, RETRY_PAUSES_MS[failures - 1] ?? 120_000, invocation);
  }

  private again(pending: Pending, pauseMs: number, last: Invocation | undefined): void {
    const { clock } = this.around;
    const { maximumEventAgeSeconds = 21_600 } = pending.fn.definition.asyncInvocation ?? {};
    const at = clock.now() + pauseMs;
    if (at - pending.since > maximumEventAgeSeconds * 1000) {
      void this.around.work.track(this.giveUp(pending, 'EventAgeExceeded', last));
      return;
    }
    clock.at(at, () => this.begin(pending));
  }

  private async succeeded(pending: Pending, invocation: Invocation): Promise<void> {
    const target = pending.fn.definition.asyncInvocation?.onSuccessArn;
    if (target !== undefined) await this.send(pending, target, this.recordOf(pending, 'Success', invocation));
  }

  private async giveUp(pending: Pending, condition: string, last: Invocation | undefined): Promise<void> {
    const { fn, requestId, payload } = pending;
    const { deadLetterArn, onFailureArn } = fn.definition.asyncInvocation ?? {};
    const why = `event of request ${requestId}: ${condition} after ${pending.failures} failure(s)`;
    this.around.journal.note((deadLetterArn ?? onFailureArn) ? 'deadLettered' : 'dropped', fn.arn, why);
    if (deadLetterArn !== undefined) {
      await this.send(pending, deadLetterArn, payload, {
        RequestID: requestId,
        ErrorCode: last?.functionError === undefined ? '429' : '200',
        ErrorMessage: errorMessageOf(last) ?? 'Rate Exceeded.',
      });
    }
    if (onFailureArn !== undefined)
      await this.send(pending, onFailureArn, this.recordOf(pending, condition, last));
  }

  private async send(
    { fn }: Pending,
    targetArn: string,
    payload: string,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<void> {
    const delivery: Delivery = {
      principal: { kind: 'role', roleArn: fn.definition.roleArn, service: 'lambda.amazonaws.com' },
      targetArn,
      payload,
      ...(attributes ? { attributes } : {}),
    };
    const outcome = await this.around.deliver(delivery);
    if (outcome.kind === 'failed')
      this.around.journal.note('dropped', fn.arn, `for ${targetArn}: ${outcome.message}`);
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  private recordOf(pending: Pending, condition: string, invocation: Invocation | undefined): string {
    return JSON.stringify({
      version: '1.0',
      timestamp: new Date(this.around.clock.now()).toISOString(),
      requestContext: {
        requestId: pending.requestId,
        functionArn: `${pending.fn.arn}:$LATEST`,
        condition,
        approximateInvokeCount: condition === 'Success' ? pending.failures + 1 : pending.failures,
      },
      requestPayload: JSON.parse(pending.payload),
      ...(invocation
        ? {
            responseContext: {
              statusCode: 200,
              executedVersion: '$LATEST',
              ...(invocation.functionError === undefined ? {} : { functionError: invocation.functionError }),
            },
            responsePayload: JSON.parse(invocation.payload),
          }
        : {}),
    });
  }
}

function errorMessageOf(invocation: Invocation | undefined): string | undefined {
  if (!invocation) return undefined;
  const report = JSON.parse(invocation.payload) as { readonly errorMessage?: unknown };
  return typeof report.errorMessage === 'string' ? report.errorMessage : undefined;
}
