import type { BrakeLimits } from '#shared/domain/brake.ts';
import type { Verification } from './observe-cluster.ts';

/** What a person or an installation settled about reconciling. */
export interface ReconcileSettings {
  /** The name that our associations bear in the tag `rolecall.dev/installation`. */
  readonly installation: string;
  /** What makes an association ours: see `OwnershipRules`. */
  readonly authority: 'record' | 'recordOrTag';
  /** What may be deleted: see `PlanningRules`. */
  readonly prune: 'off' | 'tombstones' | 'unwished';
  readonly verify: Verification;
  /** Of a whole cluster, at most so many are described in one run; the others stay unknown. No limit when left out. */
  readonly describeAtMost?: number;
  /** Of a whole cluster, at most so many keys are written in one run; the others are left. No limit when left out. */
  readonly writeAtMost?: number;
  /** Calls under way at once for one cluster. */
  readonly concurrency: number;
  /** How long after our own write a difference is put down to eventual consistency. */
  readonly settleMs: number;
  /** How long a new role or trust policy may take until EKS sees it. */
  readonly propagationMs: number;
  readonly brake: BrakeLimits;
}

/** EKS says "several seconds" (facts §1.5); IAM changes take seconds (facts §9.2). */
export const DEFAULT_TIMES = { settleMs: 15_000, propagationMs: 30_000 } as const;
