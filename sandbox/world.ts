import type { AdvanceableClock } from './clock.ts';
import type { Trail } from './cloudtrail/trail.ts';
import type { EksState } from './eks/eks-state.ts';
import type { IamState } from './iam/iam-state.ts';
import type { RandomSource } from './random.ts';
import type { SessionStore } from './sts/session-store.ts';
import type { SwitchBoard } from './switches.ts';

/** Everything that exists: per account its IAM, per account and region its EKS. */
export interface World {
  readonly clock: AdvanceableClock;
  /** Where new ids come from; seeded. */
  readonly random: RandomSource;
  /** The CloudTrail records of every mutating call. */
  readonly trail: Trail;
  readonly switches: SwitchBoard;
  /** IAM of an account; made empty when first asked for. */
  iam(account: string): IamState;
  /** EKS of an account and region; made empty when first asked for. */
  eks(account: string, region: string): EksState;
  /** Temporary credentials handed out by STS. */
  readonly sessions: SessionStore;
}
