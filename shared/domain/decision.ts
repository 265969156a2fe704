import type { AssociationFields, FieldChanges, ObservedAssociation, TagChanges } from './association.ts';
import type { ServiceAccountKey } from './key.ts';

/** A named difference between desired and observed. */
export const DRIFTS = [
  'missing',
  'replaced',
  'roleDrift',
  'targetRoleDrift',
  'sessionTagsDrift',
  'sessionPolicyDrift',
  'tagDrift',
  'notDeleted',
] as const;
export type Drift = (typeof DRIFTS)[number];

/** Why an association is reported and not touched. */
export type ReportedFinding = 'unmanaged' | 'foreign' | 'addonOwned';

/** Why a step that would be right is not taken. */
export type HoldReason =
  | 'observeMode'
  | 'ignoreMode'
  | 'pruneOff'
  | 'brake'
  | 'frozen'
  | 'clusterPartlyRead'
  | 'clusterNotActive'
  | 'notInPlan';

/** Why something could not be known. */
export type UnknownReason = 'notVerified' | 'clusterUnread' | 'describeFailed' | 'desiredUnreadable';

/** The one step that moves a key from observed to desired. */
export type Step =
  | { readonly kind: 'create'; readonly fields: AssociationFields }
  | {
      readonly kind: 'update';
      readonly observed: ObservedAssociation;
      readonly changes: FieldChanges;
      readonly tagChanges: TagChanges;
      /** The fields the association should have afterwards. */
      readonly fields: AssociationFields;
    }
  | {
      readonly kind: 'adopt';
      readonly observed: ObservedAssociation;
      /** Empty unless the mapping says `takeover: true`. */
      readonly changes: FieldChanges;
      readonly tagChanges: TagChanges;
      readonly fields: AssociationFields;
      /** Only `takeover: true` allows it: another tool claims it, or it says something else than the wish. */
      readonly takenOver?: true;
    }
  | { readonly kind: 'delete'; readonly observed: ObservedAssociation };

/** What is decided about one key. Decisions are values: carrying one out is somebody else's work. */
export type Verdict =
  | {
      readonly kind: 'converged';
      /** The association that is there, when it was described. */
      readonly observed?: ObservedAssociation;
      /** Nothing is there, as it should be. */
      readonly absent?: true;
    }
  /** Differs, but so soon after our own write that EKS may not have settled yet; look again later. */
  | { readonly kind: 'settling' }
  | Step
  | {
      readonly kind: 'report';
      readonly finding: ReportedFinding;
      /** The association that is there, when it was described. */
      readonly observed?: ObservedAssociation;
      /** Who seems to own it: an add-on's ARN, another tool's or installation's name. */
      readonly owner?: string;
      /** It bears our tag, which by itself proves nothing. */
      readonly unproven?: true;
    }
  /** A step that is right but may not be taken now. */
  | { readonly kind: 'hold'; readonly reason: HoldReason; readonly step?: Step }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason };

/** A verdict on one key with what it was decided from. */
export interface Decision extends ServiceAccountKey {
  readonly verdict: Verdict;
  /** In the order of `DRIFTS`; empty when nothing differs. */
  readonly drift: readonly Drift[];
  /** One sentence for a person: what differs, or why nothing is done. */
  readonly reason: string;
}
