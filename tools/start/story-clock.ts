import { type AdvanceableClock, systemClock } from '#sandbox/clock.ts';
import { DEFAULT_TIMES } from '#shared/app/reconcile/settings.ts';
import { INCIDENTS } from './incident.ts';

/**
 * How far the clock is moved on once the clusters are taken on: a difference so soon after a write of our own would count
 * as EKS's lag, and be looked at again later.
 */
export const SETTLING_MS = DEFAULT_TIMES.settleMs;

/** By how much the story moves the clock in all, milliseconds. */
export function storyJumpsMs(): number {
  const pauses = INCIDENTS.flatMap(({ pausesMs = [] }) => pausesMs);
  return pauses.reduce((sum, pauseMs) => sum + pauseMs, SETTLING_MS);
}

/**
 * The clock of the played world. It begins as much in the past as the story will move it on, so that it never shows a time
 * that is still to come, and is this machine's own once the story is told: commands in another terminal go by that one.
 */
export function storyClock(): AdvanceableClock {
  return systemClock(storyJumpsMs());
}
