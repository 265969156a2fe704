/**
 * How fast to call a service that publishes no limit (EKS does not: facts §1.5): as fast as it lets us. There is no
 * limit until it says that we are too fast; then half of what we did, then a little more every second. That is TCP's
 * additive increase and multiplicative decrease, which shares a limit fairly with everybody else who uses it.
 */
export interface AdaptiveRate {
  /** Calls a second now; the ceiling when nothing holds us back. */
  readonly ratePerSecond: number;
  /** Never faster than this; `Infinity` when nobody set one. */
  readonly ceilingPerSecond: number;
  /** What comes back a second. */
  readonly recoveryPerSecond: number;
  /** Past this rate the ceiling comes back: the service has let us do twice what it once refused. */
  readonly liftedAtPerSecond: number;
  /** When the rate was last cut, epoch milliseconds; `undefined` before the first time. */
  readonly cutAt: number | undefined;
  /** Epoch milliseconds up to which recovery has been counted. */
  readonly recoveredAt: number;
}

/** We never stop asking: with less than this a fleet would not be read in a day. */
const FLOOR_PER_SECOND = 1;
const LEAST_RECOVERY_PER_SECOND = 2;
const RECOVERY_SHARE = 0.1;

/** A rate that nothing has slowed yet. */
export function unthrottledRate(ceilingPerSecond: number, now: number): AdaptiveRate {
  return {
    ratePerSecond: ceilingPerSecond,
    ceilingPerSecond,
    recoveryPerSecond: 0,
    liftedAtPerSecond: ceilingPerSecond,
    cutAt: undefined,
    recoveredAt: now,
  };
}

/**
 * The rate after a call was throttled: half of what we did, or of what we allowed ourselves, whichever is less.
 * A call that began before the last cut says nothing new: a burst that is refused as a whole is one message.
 */
export function slowDown(
  rate: AdaptiveRate,
  throttled: { readonly startedAt: number; readonly observedPerSecond: number },
  now: number,
): AdaptiveRate {
  if (rate.cutAt !== undefined && throttled.startedAt < rate.cutAt) return rate;
  const current = recover(rate, now);
  const was = Math.max(FLOOR_PER_SECOND, Math.min(current.ratePerSecond, throttled.observedPerSecond));
  return {
    ratePerSecond: Math.max(FLOOR_PER_SECOND, was / 2),
    ceilingPerSecond: rate.ceilingPerSecond,
    recoveryPerSecond: Math.max(LEAST_RECOVERY_PER_SECOND, was * RECOVERY_SHARE),
    liftedAtPerSecond: Math.min(rate.ceilingPerSecond, was * 2),
    cutAt: now,
    recoveredAt: now,
  };
}

/** The rate at `now`: recovery adds a fixed amount a second and ends at the ceiling. */
export function recover(rate: AdaptiveRate, now: number): AdaptiveRate {
  const elapsedMs = now - rate.recoveredAt;
  if (elapsedMs <= 0 || rate.ratePerSecond >= rate.ceilingPerSecond) return rate;
  const grown = rate.ratePerSecond + (rate.recoveryPerSecond * elapsedMs) / 1000;
  const ratePerSecond = grown >= rate.liftedAtPerSecond ? rate.ceilingPerSecond : grown;
  return { ...rate, ratePerSecond, recoveredAt: now };
}
