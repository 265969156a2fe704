import type { Mode } from './mode.ts';

/** The address of a cluster: enough to call EKS, not to decide anything about it. */
export interface ClusterRef {
  /** `aws`, `aws-us-gov`, `aws-cn` … */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** EKS's own cluster states (facts §3.1), and `UNKNOWN` for one that this version has not met. */
export type ClusterStatus =
  | 'CREATING'
  | 'ACTIVE'
  | 'DELETING'
  | 'FAILED'
  | 'UPDATING'
  | 'PENDING'
  | 'UNKNOWN';

/** What is known of a cluster when something is decided about it. */
export interface Cluster extends ClusterRef {
  readonly arn: string;
  /** Epoch milliseconds. A re-created cluster has the same name and ARN, and another `createdAt`. */
  readonly createdAt: number;
  readonly status: ClusterStatus;
  /** The Kubernetes version, `1.34`. */
  readonly version?: string;
  /** EKS platform version, `eks.4`. */
  readonly platformVersion?: string;
  /** Namespace sameness: within a cluster set, a namespace means the same thing. `default` unless said otherwise. */
  readonly clusterSet: string;
  /** What selectors match on. */
  readonly labels: Readonly<Record<string, string>>;
  readonly mode: Mode;
  /** EKS Auto Mode has the Pod Identity agent built in (facts §3.3). */
  readonly autoMode: boolean;
}

/** The ARN of a cluster. */
export function clusterArn(cluster: ClusterRef): string {
  return `arn:${cluster.partition}:eks:${cluster.region}:${cluster.account}:cluster/${cluster.name}`;
}

/** The tag on an EKS cluster that names its cluster set, for use without a registry. */
export const CLUSTER_SET_TAG = 'rolecall.dev/cluster-set';

/** The cluster set of every cluster and mapping that names none. */
export const DEFAULT_CLUSTER_SET = 'default';
