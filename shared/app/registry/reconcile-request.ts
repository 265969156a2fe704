import type { Cluster, ClusterRef } from '#shared/domain/cluster.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import type { Enrolment } from '#shared/domain/registry/cluster-item.ts';
import type { Clusters } from '#shared/ports/clusters.ts';
import type { PodIdentityReader, PodIdentityWriter } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import type { ClusterCheck } from '../reconcile/check-cluster.ts';
import type { KeyHint } from '../reconcile/observe-keys.ts';
import type { ApprovedPlan, KeyOutcome } from '../reconcile/repair.ts';
import type { RegistryDeps } from './registry-deps.ts';

export interface ReconcileDeps extends RegistryDeps {
  readonly reader: PodIdentityReader;
  readonly writer: PodIdentityWriter;
  readonly roles: Roles;
  /** Asked whether it is still the cluster that was enrolled, where what was ours is not there any more. */
  readonly clusters: Pick<Clusters, 'describe'>;
  /** Names the episode: the same for a message that is delivered again, so that its writes bear the same tokens. */
  readonly episodeId: string;
  /** How often this has been tried, 1 for the first time. */
  readonly attempt?: number;
}

/** A key to reconcile, and what an event told of it. */
export interface KeyToReconcile extends KeyHint {
  readonly cause?: Cause;
  /** Written down as dealt with, together with what follows from it. */
  readonly eventId?: string;
  /** When the key was first refused because of its role, epoch milliseconds, if it comes back for that. */
  readonly refusedSince?: number;
  /**
   * When the answer to its write was first lost, or the key first turned out to be other than just seen, epoch
   * milliseconds, if it comes back for that.
   */
  readonly failingSince?: number;
}

export interface ReconcileRequest {
  readonly cluster: ClusterRef;
  /** The life of the cluster that is meant, epoch milliseconds; saves a request when it is right. */
  readonly createdAt?: number;
  readonly keys: readonly KeyToReconcile[] | 'all';
  readonly approved?: ApprovedPlan;
}

export type ReconcileAnswer =
  /** Nobody enrolled the cluster, or it is gone: nothing was looked at. */
  | { readonly kind: 'notEnrolled'; readonly state?: Enrolment['state'] }
  /**
   * The cluster that was meant is not the one that has the name now: nothing was written. `createdAt` is of the one that
   * the registry has, or that EKS has; absent when EKS has none.
   */
  | { readonly kind: 'otherCluster'; readonly createdAt?: number }
  | {
      readonly kind: 'reconciled';
      readonly cluster: Cluster;
      readonly frozen: boolean;
      /** How the keys ended that needed anything; those that wait end as `later` and are to be brought back. */
      readonly outcomes: readonly KeyOutcome[];
      /** Keys that are left alone because somebody fights over them, each until when (epoch milliseconds). */
      readonly deferred: readonly { readonly key: KeyToReconcile; readonly until: number }[];
      /** Keys that were looked at and that somebody fights over, each until when that is over if nobody goes on with it. */
      readonly contested: readonly { readonly key: KeyToReconcile; readonly until: number }[];
      /** Keys that need a write and were left alone because there was enough to do: to be brought back at once. */
      readonly left: readonly KeyToReconcile[];
      /** Whether `brakeEngaged` stands, and this look at the whole cluster could not tell if it still does. */
      readonly brakeUnsure: boolean;
      /** How many deletes and overwrites the brake held. */
      readonly braked: number;
      /** How many repairs have not gone well for a while, and are tried again. */
      readonly failing: number;
      /** Only when all keys were asked for. */
      readonly check?: ClusterCheck;
    };
