import type { Decision } from '#shared/domain/decision.ts';
import type { KeyText } from '#shared/domain/key.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { ApplyDeps } from './apply-step.ts';
import type { CheckDeps } from './check-cluster.ts';
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
  readonly call?: CallOptions;
  readonly onOutcome?: (repaired: KeyOutcome) => void;
}

/** The digest of the approved step for each key. */
export type ApprovedPlan = ReadonlyMap<KeyText, string>;

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
