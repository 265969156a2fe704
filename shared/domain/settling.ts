import type { AssociationRecord } from './record.ts';

/** The time at which something is looked at, and how long EKS may take to show a write of ours. */
export interface SettleTimes {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly settleMs: number;
}

/**
 * Whether our own last write is so recent that a read may still tell what was before it (facts §1.5). A write that the
 * clock puts into the future is no more recent than one as far in the past: a clock that was set right must not stop
 * repairs until the wrong time comes round again.
 */
export function isSettling(record: AssociationRecord | undefined, times: SettleTimes): boolean {
  const lastWriteAt = record?.lastWriteAt;
  return lastWriteAt !== undefined && Math.abs(times.now - lastWriteAt) < times.settleMs;
}
