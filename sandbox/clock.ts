/** Where the sandbox takes its time from. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** A clock that also moves when told to: the admin endpoint's `POST /_sandbox/clock`. */
export interface AdvanceableClock extends Clock {
  /** Moves the clock forward; it never goes back. */
  advance(ms: number): void;
}

/** Real time plus whatever it was advanced by. */
export function systemClock(): AdvanceableClock {
  return advanceable({ now: () => Date.now() });
}

/** A clock that stands still until it is advanced. */
export function manualClock(startMs: number): AdvanceableClock {
  return advanceable({ now: () => startMs });
}

/** Makes any clock one that can be advanced. */
export function advanceable(clock: Clock): AdvanceableClock {
  let offset = 0;
  return {
    now: () => clock.now() + offset,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock goes forward only, not by ${ms} ms`);
      offset += ms;
    },
  };
}
