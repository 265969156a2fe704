import { compareText } from '#shared/domain/key.ts';
import type { CallCounter, CallCounts } from '#shared/ports/calls.ts';

/** A counter that can be read. */
export interface ReadableCallCounter extends CallCounter {
  /** What was counted so far; later calls do not change it. */
  snapshot(): CallCounts;
  /** How many answers asked us to slow down so far. */
  throttledAnswers(): number;
}

/** A counter at zero. */
export function createCallCounter(): ReadableCallCounter {
  const counts = new Map<string, number>();
  let throttled = 0;
  return {
    count(operation) {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
    },
    throttled() {
      throttled += 1;
    },
    snapshot: () => toCallCounts(counts),
    throttledAnswers: () => throttled,
  };
}

/** What was counted between two snapshots of one counter; operations that were not called are left out. */
export function diffCallCounts(before: CallCounts, after: CallCounts): CallCounts {
  const difference = new Map<string, number>();
  for (const [operation, count] of Object.entries(after)) {
    const calls = count - (before[operation] ?? 0);
    if (calls !== 0) difference.set(operation, calls);
  }
  return toCallCounts(difference);
}

/** The calls of several counters together. */
export function sumCallCounts(all: readonly CallCounts[]): CallCounts {
  const sum = new Map<string, number>();
  for (const counts of all) {
    for (const [operation, count] of Object.entries(counts)) {
      sum.set(operation, (sum.get(operation) ?? 0) + count);
    }
  }
  return toCallCounts(sum);
}

function toCallCounts(counts: ReadonlyMap<string, number>): CallCounts {
  return Object.fromEntries([...counts].sort(([left], [right]) => compareText(left, right)));
}
