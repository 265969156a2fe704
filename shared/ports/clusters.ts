import type { ClusterRef, ClusterStatus } from '#shared/domain/cluster.ts';
import type { CallOptions } from './pod-identity.ts';

/** What EKS tells of a cluster, before anything of ours (mode, cluster set, labels) is added. */
export interface DescribedCluster extends ClusterRef {
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly status: ClusterStatus;
  readonly version?: string;
  readonly platformVersion?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly autoMode: boolean;
}

/** An account and region whose clusters are asked for. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** Finds and describes clusters. Fails as `PodIdentityReader` does. */
export interface Clusters {
  /** Pages of names, EKS clusters only (connected external ones have no pod identity). */
  list(place: Place, options?: CallOptions): AsyncIterable<readonly string[]>;
  /** `undefined` when there is no such cluster. */
  describe(cluster: ClusterRef, options?: CallOptions): Promise<DescribedCluster | undefined>;
}
