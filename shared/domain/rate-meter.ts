/** How many calls a second were made lately, from two counters: the second before the current one, and the current one. */
export interface RateMeter {
  /** Epoch milliseconds at which the current second began. */
  readonly secondStartedAt: number;
  readonly inThisSecond: number;
  readonly inLastSecond: number;
}

const SECOND_MS = 1000;

/** A meter that has seen nothing. */
export function rateMeter(now: number): RateMeter {
  return { secondStartedAt: now, inThisSecond: 0, inLastSecond: 0 };
}

/** The meter after one more call. */
export function countCall(meter: RateMeter, now: number): RateMeter {
  const turned = turn(meter, now);
  return { ...turned, inThisSecond: turned.inThisSecond + 1 };
}

/**
 * Calls within the second that ends at `now`, taking the calls of the second before as evenly spread.
 * In the very first second it tells what was counted so far, which is too little rather than too much.
 */
export function callsPerSecond(meter: RateMeter, now: number): number {
  const turned = turn(meter, now);
  const intoSecond = Math.min(1, Math.max(0, (now - turned.secondStartedAt) / SECOND_MS));
  return turned.inLastSecond * (1 - intoSecond) + turned.inThisSecond;
}

function turn(meter: RateMeter, now: number): RateMeter {
  const seconds = Math.floor((now - meter.secondStartedAt) / SECOND_MS);
  if (seconds <= 0) return meter;
  return {
    secondStartedAt: meter.secondStartedAt + seconds * SECOND_MS,
    inThisSecond: 0,
    inLastSecond: seconds === 1 ? meter.inThisSecond : 0,
  };
}
