import { type AdaptiveRate, recover, slowDown, unthrottledRate } from '#shared/domain/adaptive-rate.ts';
import { callsPerSecond, countCall, type RateMeter, rateMeter } from '#shared/domain/rate-meter.ts';
import {
  msUntilToken,
  resizeBucket,
  type TokenBucket,
  takeToken,
  tokenBucket,
} from '#shared/domain/token-bucket.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { Clock } from '#shared/ports/clock.ts';

export interface CallLimits {
  /** Calls under way at once; at least 1. */
  readonly concurrency: number;
  /** Calls a second, never more; none unless given: EKS publishes no limit (facts §1.5). */
  readonly ceilingPerSecond?: number | undefined;
}

interface Waiter {
  readonly begin: () => void;
}

/** Saved-up tokens, as seconds of the rate: a pause of less than this is made up for. */
const BURST_SECONDS = 0.1;

/**
 * Bounds the calls to one service in one account and region: how many are under way, and, once the service has asked
 * us to slow down, how many begin a second. First come, first served. Waiting costs no slot, and stops when its
 * signal aborts.
 */
export class CallLimiter {
  readonly #clock: Clock;
  readonly #concurrency: number;
  /** In order of arrival: a Set forgets one in the middle without moving the others. */
  readonly #waiting = new Set<Waiter>();
  #underWay = 0;
  #rate: AdaptiveRate;
  #bucket: TokenBucket;
  #meter: RateMeter;
  #pause: AbortController | undefined;

  constructor(clock: Clock, limits: CallLimits) {
    const now = clock.now();
    this.#clock = clock;
    this.#concurrency = Math.max(1, limits.concurrency);
    this.#rate = unthrottledRate(limits.ceilingPerSecond ?? Number.POSITIVE_INFINITY, now);
    this.#bucket = tokenBucket(bucketSize(this.#rate), now);
    this.#meter = rateMeter(now);
  }

  /** Calls a second that may begin now; `Infinity` while nothing holds us back. */
  get ratePerSecond(): number {
    return recover(this.#rate, this.#clock.now()).ratePerSecond;
  }

  /**
   * Waits for a slot and a token, and answers when the call began (epoch milliseconds). Each slot must be given back
   * with `release`. Rejects with `AppError` `cancelled`, holding nothing, when the signal aborts first.
   */
  acquire(signal?: AbortSignal): Promise<number> {
    if (signal?.aborted) return Promise.reject(cancelled(signal));
    if (this.#waiting.size === 0 && this.#begin()) return Promise.resolve(this.#clock.now());
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        begin: () => {
          signal?.removeEventListener('abort', abort);
          resolve(this.#clock.now());
        },
      };
      const abort = (): void => {
        this.#waiting.delete(waiter);
        if (this.#waiting.size === 0) this.#pause?.abort();
        reject(cancelled(signal));
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiter);
      this.#admit();
    });
  }

  /** Gives the slot of one call back. */
  release(): void {
    this.#underWay -= 1;
    this.#admit();
  }

  /** Tells that the service refused a call, begun at `startedAt`, because there were too many. */
  throttled(startedAt: number): void {
    const now = this.#clock.now();
    const observedPerSecond = callsPerSecond(this.#meter, now);
    this.#rate = slowDown(this.#rate, { startedAt, observedPerSecond }, now);
    this.#bucket = resizeBucket(this.#bucket, bucketSize(this.#rate), now);
  }

  /** Takes a slot and a token if both are there. */
  #begin(): boolean {
    if (this.#underWay >= this.#concurrency) return false;
    const now = this.#clock.now();
    this.#recover(now);
    const bucket = takeToken(this.#bucket, now);
    if (bucket === undefined) return false;
    this.#bucket = bucket;
    this.#meter = countCall(this.#meter, now);
    this.#underWay += 1;
    return true;
  }

  /** Begins those that wait, as far as slots and tokens go, and comes back when the next token is there. */
  #admit(): void {
    for (const waiter of this.#waiting) {
      if (!this.#begin()) break;
      this.#waiting.delete(waiter);
      waiter.begin();
    }
    if (this.#waiting.size > 0 && this.#underWay < this.#concurrency) this.#admitLater();
  }

  #admitLater(): void {
    if (this.#pause !== undefined) return;
    const pause = new AbortController();
    this.#pause = pause;
    const done = (): void => {
      this.#pause = undefined;
      this.#admit();
    };
    // Either way the queue is looked at again: whoever aborted the pause may have been followed by somebody else.
    this.#clock.sleep(msUntilToken(this.#bucket, this.#clock.now()), pause.signal).then(done, done);
  }

  #recover(now: number): void {
    const rate = recover(this.#rate, now);
    if (rate === this.#rate) return;
    this.#rate = rate;
    this.#bucket = resizeBucket(this.#bucket, bucketSize(rate), now);
  }
}

function bucketSize(rate: AdaptiveRate): { ratePerSecond: number; burst: number } {
  return { ratePerSecond: rate.ratePerSecond, burst: Math.max(1, rate.ratePerSecond * BURST_SECONDS) };
}

function cancelled(signal: AbortSignal | undefined): AppError {
  return new AppError('cancelled', 'cancelled while waiting for a turn to call AWS', {
    retryable: true,
    cause: signal?.reason,
  });
}
