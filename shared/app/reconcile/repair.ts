import type { Decision } from '#shared/domain/decision.ts';
import type { KeyText, ServiceAccountKey } from '#shared/domain/key.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { ApplyDeps } from './apply-step.ts';
import type { CheckDeps, ClusterCheck } from './check-cluster.ts';
import type { WriteOutcome } from './write-outcome.ts';

export interface RepairDeps extends CheckDeps, ApplyDeps {
  /** A new name for each episode: it makes the idempotency tokens of this repair its own. */
  readonly newId: () => string;
}

export interface RepairOptions {
  /**
   * The plan that somebody saw and approved: a step that it does not name is held. Without it every step that the
   * brake lets pass is taken.
   */
  readonly approved?: ApprovedPlan;
  /**
   * Whether to wait here for what takes time (a role that EKS does not see yet, a read that is not settled). When false,
   * such a key ends as `later`, and whoever called comes back to it.
   */
  readonly waits?: boolean;
  /** For keys that come back: when each was first refused because of its role, epoch milliseconds. */
  readonly refusedSince?: ReadonlyMap<KeyText, number>;
  readonly call?: CallOptions;
  /**
   * Asked before anything is written at a key where what we remember is not what is there, unless somebody told that it
   * was deleted. May reject: then nothing of the round is written.
   */
  readonly makeSure?: () => Promise<void>;
  readonly onOutcome?: (repaired: KeyOutcome) => void;
  /**
   * Told as soon as a write is known to have been made, or to have perhaps been made: also of one that is given up half
   * way, whose outcome nobody gets to see any more. `done` may follow `perhaps`.
   */
  readonly onWritten?: (key: ServiceAccountKey, how: 'done' | 'perhaps') => void;
}

/** The digest of the approved step for each key. */
export type ApprovedPlan = ReadonlyMap<KeyText, string>;

/** What a repair has to know of a cluster besides the keys to look at. */
export type RepairScope = Pick<ClusterCheck, 'cluster' | 'associations' | 'failures'>;

/** How one key ended. */
export interface KeyOutcome {
  readonly decision: Decision;
  /** Absent where there was nothing to do, or nothing was allowed. */
  readonly outcome?: WriteOutcome;
}

export interface ClusterRepair {
  /** The last decision on every key that needed one, and how it ended; sorted by key. */
  readonly outcomes: readonly KeyOutcome[];
  /** How many deletes and overwrites the brake held. */
  readonly braked: number;
}
