import type { ClusterRef } from '../cluster.ts';
import type { Drift } from '../decision.ts';
import type { MappingKey, ServiceAccountKey } from '../key.ts';
import type { Mode } from '../mode.ts';
import type { Cause } from './cause.ts';
import type { EnrolmentPlace } from './enrolment-request.ts';
import type { FindingKind, Severity } from './finding.ts';
import type { RepairFailure } from './repair-failure.ts';

/** A cluster, as messages name it: its address and its incarnation. */
export interface MessageCluster extends ClusterRef {
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

interface AboutKey extends ServiceAccountKey {
  readonly cluster: MessageCluster;
  readonly mapping?: MappingKey;
  readonly revision?: number;
  readonly associationId?: string;
  readonly cause?: Cause;
}

/**
 * What is to be told to others, written in the transaction of the change that it tells of, and in no other way: so
 * nothing is told that did not happen, and nothing that happened goes untold.
 */
export type OutboxEntry =
  /** For the reconcile queue. */
  | {
      readonly type: 'ReconcileRequested';
      readonly cluster: MessageCluster;
      readonly keys: readonly ServiceAccountKey[] | 'all';
      /** Every key is described, whatever is remembered of it. */
      readonly verify?: 'full';
      readonly why: string;
    }
  /** For the enrol queue. */
  | {
      readonly type: 'EnrolmentRequested';
      readonly requestId: string;
      readonly place: EnrolmentPlace;
    }
  | ({ readonly type: 'AssociationDrifted'; readonly drift: readonly Drift[] } & AboutKey)
  | ({
      readonly type: 'AssociationRepaired';
      readonly step: string;
      readonly drift: readonly Drift[];
    } & AboutKey)
  /** Once for each way in which it fails, not for each try. */
  | ({
      readonly type: 'AssociationRepairFailed';
      readonly step: string;
      readonly drift: readonly Drift[];
      readonly failure: RepairFailure;
      readonly causeKey: string;
    } & AboutKey)
  /** A release was carried out: nobody had changed anything. */
  | ({ readonly type: 'AssociationApplied'; readonly step: string } & AboutKey)
  | FindingTold<'FindingOpened'>
  | (FindingTold<'FindingResolved'> & { readonly status: 'repaired' | 'resolved' | 'waived' })
  | { readonly type: 'ClusterEnrolled'; readonly cluster: MessageCluster; readonly mode: string }
  | {
      readonly type: 'ClusterModeChanged';
      readonly cluster: MessageCluster;
      readonly from: Mode;
      readonly to: Mode;
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly type: 'ClusterRetired';
      readonly cluster: MessageCluster;
      readonly why: 'deleted' | 'recreated';
    }
  | {
      readonly type: 'WritesFrozen' | 'WritesUnfrozen';
      readonly by: string;
      readonly reason: string;
    }
  /** Once for each engagement, however much is held. */
  | ({ readonly type: 'BrakeEngaged' } & Engagement)
  /** Once for each cause, whatever number of findings it leads to. */
  | Omit<FindingTold<'CauseNoticed'>, 'mapping' | 'occurrence' | 'engagement'>
  | {
      readonly type: 'BrakeReleased';
      readonly scope: string;
      readonly by: string;
      readonly reason: string;
    };

/** The brake that began to hold writes. */
export interface Engagement {
  /** A cluster's ARN, or `fleet`. */
  readonly scope: string;
  /** Deletes and overwrites that were held when it began. */
  readonly held: number;
  /** How many it lets pass in 24 hours. */
  readonly cap: number;
}

interface FindingTold<Type> {
  readonly type: Type;
  readonly clusterArn: string;
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly message?: string;
  readonly key?: ServiceAccountKey;
  readonly mapping?: MappingKey;
  readonly roleArn?: string;
  readonly cause?: Cause;
  readonly causeKey: string;
  /** Tells one time from the next where the same cause, which is no event, comes again. */
  readonly occurrence?: number;
  /** With the finding `brakeEngaged`. */
  readonly engagement?: Engagement;
}

/** One row of the outbox: all that one transaction has to tell. */
export interface OutboxRow {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly entries: readonly OutboxEntry[];
}
