import type { Cluster } from '../cluster.ts';
import { BUCKETS } from '../verification-bucket.ts';
import type { FindingStates } from './finding-states.ts';

/** How far a cluster is ours to look after. */
export interface Enrolment {
  /** `enrolling`: not every completed revision is released yet; `retired`: the cluster is gone, or was made anew. */
  readonly state: 'enrolling' | 'enrolled' | 'retired';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string;
  /** The enrolment rule that chose the mode. */
  readonly rule?: string;
}

/** Whether the Pod Identity agent is there, as it was last seen. */
export interface AgentStatus {
  readonly kind: 'ready' | 'builtIn' | 'degraded' | 'noAddon' | 'unknown';
  readonly detail?: string;
}

/** Whether the cluster could be read, when it was last tried. */
export interface AccessStatus {
  readonly kind: 'ok' | 'failed';
  /** The error's code. */
  readonly code?: string;
  readonly message?: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One cluster. Labels, cluster set and mode are the registry's; what EKS says of it is copied when it changes. */
export interface ClusterItem {
  readonly type: 'cluster';
  readonly version: number;
  readonly cluster: Cluster;
  readonly enrolment: Enrolment;
  readonly agent?: AgentStatus;
  readonly access?: AccessStatus;
  /** Epoch milliseconds by bucket; 0 for never. */
  readonly bucketsVerifiedAt?: readonly number[];
  /** Associations at the last listing: the brake's share is of these. */
  readonly associations?: number;
  readonly findings?: FindingStates;
}

/** A cluster that is seen for the first time. */
export function newCluster(cluster: Cluster, enrolment: Enrolment): ClusterItem {
  return { type: 'cluster', version: 0, cluster, enrolment };
}

/** The times of all buckets. */
export function bucketTimes(item: ClusterItem): readonly number[] {
  return Array.from({ length: BUCKETS }, (_, bucket) => item.bucketsVerifiedAt?.[bucket] ?? 0);
}

/** The item with buckets verified; a time never goes back. The same item when nothing is newer. */
export function verified(item: ClusterItem, times: Readonly<Record<number, number>>): ClusterItem {
  const before = bucketTimes(item);
  const after = before.map((at, bucket) => Math.max(at, times[bucket] ?? 0));
  return after.every((at, bucket) => at === before[bucket]) ? item : { ...item, bucketsVerifiedAt: after };
}

/** What EKS says of a cluster and may change while it lives. */
export type ClusterFacts = Pick<Cluster, 'status' | 'version' | 'platformVersion' | 'autoMode'>;

/** The item with what EKS says now; the same item when it says the same. */
export function described(item: ClusterItem, facts: ClusterFacts): ClusterItem {
  const { cluster } = item;
  const same =
    cluster.status === facts.status &&
    cluster.version === facts.version &&
    cluster.platformVersion === facts.platformVersion &&
    cluster.autoMode === facts.autoMode;
  if (same) return item;
  const { version: _, platformVersion: __, ...rest } = cluster;
  const { status, autoMode, version, platformVersion } = facts;
  return {
    ...item,
    cluster: {
      ...rest,
      status,
      autoMode,
      ...(version === undefined ? {} : { version }),
      ...(platformVersion === undefined ? {} : { platformVersion }),
    },
  };
}
