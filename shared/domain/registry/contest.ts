import { whoText } from '../who-text.ts';

/** Three times within an hour somebody undoes what we put right: that is no accident any more. */
const CONTEST_TIMES = 3;
export const CONTEST_WINDOW_MS = 3_600_000;
const FIRST_BACK_OFF_MS = 60_000;
const MAX_KEPT = 12;

/** Somebody undid what we had put right, and we put it right again. */
export interface Disturbance {
  /** When we did, epoch milliseconds. */
  readonly at: number;
  /** Who had undone it: an ARN or words. Absent where no event told. */
  readonly by?: string;
}

/** Those within the last hour, with one more; oldest first. */
export function disturbedAgain(before: readonly Disturbance[], one: Disturbance): readonly Disturbance[] {
  return [...recentDisturbances(before, one.at), one].slice(-MAX_KEPT);
}

export function recentDisturbances(all: readonly Disturbance[], now: number): readonly Disturbance[] {
  return all.filter(({ at }) => now - at < CONTEST_WINDOW_MS);
}

export function isContested(all: readonly Disturbance[], now: number): boolean {
  return recentDisturbances(all, now).length >= CONTEST_TIMES;
}

/** When a fight will be over, epoch milliseconds, if nobody goes on with it; `undefined` where there is none. */
export function contestEnds(all: readonly Disturbance[], now: number): number | undefined {
  const decisive = recentDisturbances(all, now).at(-CONTEST_TIMES);
  return decisive && decisive.at + CONTEST_WINDOW_MS;
}

/** How long to leave a contested key alone after a repair: a minute, doubling with each further time, at most an hour. */
export function backOffMs(all: readonly Disturbance[], now: number): number {
  const beyond = recentDisturbances(all, now).length - CONTEST_TIMES;
  return beyond < 0 ? 0 : Math.min(CONTEST_WINDOW_MS, FIRST_BACK_OFF_MS * 2 ** beyond);
}

/** Who undid it within the hour before the last time, and how often, the most stubborn first; and what follows. */
export function contestText(all: readonly Disturbance[], until: number | undefined): string {
  const last = all.at(-1)?.at ?? 0;
  const times = new Map<string, number>();
  for (const { by } of recentDisturbances(all, last)) {
    const who = by === undefined ? 'somebody unknown' : whoText(by);
    times.set(who, (times.get(who) ?? 0) + 1);
  }
  const rivals = [...times].sort(([, one], [, other]) => other - one);
  const words = rivals.map(([who, count]) => `${timesText(count)} by ${who}`);
  const pause = until === undefined ? '' : `; the next repair waits ${minutesText(until - last)}`;
  return `what Rolecall put right was undone within an hour ${listed(words)}${pause}`;
}

function minutesText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

function timesText(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
