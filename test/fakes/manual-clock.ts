import { AppError } from '#shared/ports/app-error.ts';
import type { Clock } from '#shared/ports/clock.ts';

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

export interface ManualClockOptions {
  /** Epoch milliseconds. */
  readonly now?: number;
  /** Time jumps to the next sleeper whenever nothing else is left to do, so that no test has to move it. */
  readonly autoAdvance?: boolean;
}

/** A date that tests may write by hand: 2026-11-20T12:00:00Z. */
export const NOON = 1_795_176_000_000;

/** Time that moves only when a test says so. */
export class ManualClock implements Clock {
  /** The length of every sleep begun, in order. */
  readonly sleeps: number[] = [];
  readonly #autoAdvance: boolean;
  readonly #sleepers = new Set<Sleeper>();
  #now: number;
  #jumpPending = false;

  constructor(options: ManualClockOptions = {}) {
    this.#now = options.now ?? NOON;
    this.#autoAdvance = options.autoAdvance ?? false;
  }

  now(): number {
    return this.#now;
  }

  /** How many sleeps have not ended. */
  get asleep(): number {
    return this.#sleepers.size;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(
          new AppError('cancelled', 'cancelled while asleep', { retryable: true, cause: signal?.reason }),
        );
      };
      const sleeper: Sleeper = {
        wakesAt: this.#now + Math.max(0, milliseconds),
        wake: () => {
          signal?.removeEventListener('abort', abort);
          this.#sleepers.delete(sleeper);
          resolve();
        },
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
      if (this.#autoAdvance) this.#jumpWhenIdle();
    });
  }

  /** Moves time, waking every sleeper at its own moment; what the sleepers do next happens at that moment, too. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await settle();
    for (let next = this.#next(); next !== undefined && next.wakesAt <= until; next = this.#next()) {
      this.#now = Math.max(this.#now, next.wakesAt);
      next.wake();
      await settle();
    }
    this.#now = until;
  }

  /** Moves time at once and wakes nobody: for those who only look at the clock. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }

  #next(): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (next === undefined || sleeper.wakesAt < next.wakesAt) next = sleeper;
    }
    return next;
  }

  #jumpWhenIdle(): void {
    if (this.#jumpPending) return;
    this.#jumpPending = true;
    setImmediate(() => {
      this.#jumpPending = false;
      const next = this.#next();
      if (next === undefined) return;
      this.#now = Math.max(this.#now, next.wakesAt);
      next.wake();
      this.#jumpWhenIdle();
    });
  }
}

/** Lets everything go on that waits for nothing but promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
