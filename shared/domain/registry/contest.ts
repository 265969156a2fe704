/** Three times within an hour somebody undoes what we put right: that is no accident any more. */
const CONTEST_TIMES = 3;
export const CONTEST_WINDOW_MS = 3_600_000;
const FIRST_BACK_OFF_MS = 60_000;
const MAX_KEPT = 12;

/** The times within the last hour, with one more. */
export function disturbedAgain(times: readonly number[], now: number): readonly number[] {
  return [...recentDisturbances(times, now), now].slice(-MAX_KEPT);
}

export function recentDisturbances(times: readonly number[], now: number): readonly number[] {
  return times.filter((at) => now - at < CONTEST_WINDOW_MS);
}

export function isContested(times: readonly number[], now: number): boolean {
  return recentDisturbances(times, now).length >= CONTEST_TIMES;
}

/** How long to leave a contested key alone after a repair: a minute, doubling with each further time, at most an hour. */
export function backOffMs(times: readonly number[], now: number): number {
  const beyond = recentDisturbances(times, now).length - CONTEST_TIMES;
  return beyond < 0 ? 0 : Math.min(CONTEST_WINDOW_MS, FIRST_BACK_OFF_MS * 2 ** beyond);
}
