import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { CallOptions } from './pod-identity.ts';

/** The add-on that hands credentials to pods. */
export const AGENT_ADDON = 'eks-pod-identity-agent';

export interface Addon {
  readonly addonName: string;
  readonly addonArn: string;
  /** EKS's own word: ACTIVE, DEGRADED, CREATE_FAILED … */
  readonly status: string;
  readonly addonVersion?: string;
  readonly healthIssues: readonly { readonly code: string; readonly message: string }[];
}

/** Reads EKS add-ons. Fails as `PodIdentityReader` does. */
export interface Addons {
  /**
   * `undefined` when EKS knows no such add-on on the cluster. For the agent that is no proof of its absence: it may be
   * part of Auto Mode, installed by Helm or baked into the machine image (facts §3.3).
   */
  describe(cluster: ClusterRef, addonName: string, options?: CallOptions): Promise<Addon | undefined>;
}
