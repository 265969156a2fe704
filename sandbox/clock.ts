import { Timers } from './timers.ts';

/** Where the sandbox takes its time from. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** A clock that also moves when told to: the admin endpoint's `POST /_sandbox/clock`. */
export interface AdvanceableClock extends Clock {
  /** Whether time passes by itself; a clock that stands still moves only by `advance`. */
  readonly runs: boolean;
  /**
   * Moves the clock forward; it never goes back. Every timer that falls due runs before this returns, in order, each
   * while the clock shows its own time.
   */
  advance(ms: number): void;
  /**
   * Calls `act` once, when the clock has reached a time (epoch milliseconds), by itself or moved. A time that has
   * been reached already is served in the next turn of the event loop. Keeps no process alive. Answers how to cancel.
   */
  at(time: number, act: () => void): () => void;
  /** When the next timer is due, epoch milliseconds; undefined when there is none. */
  nextTimer(): number | undefined;
  /** Calls `listener` after every `advance`. Answers how to stop. */
  onAdvance(listener: () => void): () => void;
}

/** The longest that `setTimeout` waits. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Real time plus whatever it was advanced by; it begins so many milliseconds in the past. */
export function systemClock(behindMs = 0): AdvanceableClock {
  return advanceable({ now: () => Date.now() - behindMs });
}

/** A clock that stands still until it is advanced. */
export function manualClock(startMs: number): AdvanceableClock {
  return new MovableClock({ now: () => startMs }, false);
}

/** Makes any clock one that can be advanced; time is taken to pass by itself. A clock that can be is answered as it is. */
export function advanceable(clock: Clock): AdvanceableClock {
  return isAdvanceable(clock) ? clock : new MovableClock(clock, true);
}

function isAdvanceable(clock: Clock): clock is AdvanceableClock {
  return 'advance' in clock && 'at' in clock;
}

class MovableClock implements AdvanceableClock {
  readonly runs: boolean;
  private readonly base: Clock;
  private readonly timers = new Timers();
  private readonly listeners = new Set<() => void>();
  private offset = 0;
  private alarm: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private advancing = false;

  constructor(base: Clock, runs: boolean) {
    this.base = base;
    this.runs = runs;
  }

  now(): number {
    return this.base.now() + this.offset;
  }

  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`a clock goes forward only, not by ${ms} ms`);
    const offset = this.offset + ms;
    this.advancing = true;
    try {
      for (;;) {
        const due = this.timers.next();
        if (due === undefined || due > this.base.now() + offset) break;
        this.offset = Math.min(offset, Math.max(this.offset, due - this.base.now()));
        this.timers.takeDue(this.base.now() + offset)?.();
      }
    } finally {
      this.offset = offset;
      this.advancing = false;
      this.arm();
    }
    for (const listener of this.listeners) listener();
  }

  at(time: number, act: () => void): () => void {
    const cancel = this.timers.add(time, act);
    if (!this.advancing) this.arm();
    return cancel;
  }

  nextTimer(): number | undefined {
    return this.timers.next();
  }

  onAdvance(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Sees to it that the next timer is served in time. */
  private arm(): void {
    clearTimeout(this.alarm);
    const due = this.timers.next();
    if (due === undefined) return;
    const wait = due - this.now();
    if (wait <= 0) {
      this.soon ??= setImmediate(() => {
        this.soon = undefined;
        this.serve();
      });
    } else if (this.runs) {
      this.alarm = setTimeout(() => this.serve(), Math.min(wait, LONGEST_WAIT_MS));
      this.alarm.unref();
    }
  }

  private serve(): void {
    try {
      for (let act = this.takeDue(); act; act = this.takeDue()) act();
    } finally {
      this.arm();
    }
  }

  private takeDue(): (() => void) | undefined {
    return this.timers.takeDue(this.now());
  }
}
