import type { EksState } from './eks/eks-state.ts';
import type { IamState } from './iam/iam-state.ts';
import type { SessionStore } from './sts/session-store.ts';

/** Everything that exists: per account its IAM, per account and region its EKS. */
export interface World {
  /** IAM of an account; made empty when first asked for. */
  iam(account: string): IamState;
  /** EKS of an account and region; made empty when first asked for. */
  eks(account: string, region: string): EksState;
  /** Temporary credentials handed out by STS. */
  readonly sessions: SessionStore;
}
