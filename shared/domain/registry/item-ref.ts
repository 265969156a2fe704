import type { MappingKey, ServiceAccountKey } from '../key.ts';
import type { AssociationItem } from './association-item.ts';
import type { BrakeRelease } from './brake-ledger.ts';
import type { ClusterItem } from './cluster-item.ts';
import type { EnrolmentOutcome, EnrolmentRequest } from './enrolment-request.ts';
import type { EnrolmentRules } from './enrolment-rules.ts';
import type { FindingItem } from './finding.ts';
import type { FreezeSwitch } from './freeze.ts';
import type { Incarnation } from './incarnation.ts';
import type { Job } from './job.ts';
import type { MappingItem, Revision } from './mapping-item.ts';
import type { SeenEvent } from './seen-event.ts';
import type { ToldCause } from './told-cause.ts';

/** The name of one item of the registry, by which it is read without looking for it. */
export type ItemRef =
  | { readonly type: 'mapping'; readonly key: MappingKey }
  | { readonly type: 'revision'; readonly key: MappingKey; readonly number: number }
  | { readonly type: 'cluster'; readonly clusterArn: string }
  | ({ readonly type: 'association' } & Incarnation & ServiceAccountKey)
  | { readonly type: 'finding'; readonly clusterArn: string; readonly id: string }
  | { readonly type: 'freeze'; readonly shard: number }
  | { readonly type: 'brakeRelease'; readonly scope: string }
  | { readonly type: 'job'; readonly id: string }
  | { readonly type: 'enrolmentRequest'; readonly id: string }
  | { readonly type: 'enrolmentOutcome'; readonly requestId: string; readonly clusterArn: string }
  | { readonly type: 'enrolmentRules' }
  | { readonly type: 'seenEvent'; readonly id: string }
  | { readonly type: 'toldCause'; readonly causeKey: string };

/** Any item that has a name of its own. */
export type RegistryItem =
  | MappingItem
  | Revision
  | ClusterItem
  | AssociationItem
  | FindingItem
  | FreezeSwitch
  | BrakeRelease
  | Job
  | EnrolmentRequest
  | EnrolmentOutcome
  | EnrolmentRules
  | SeenEvent
  | ToldCause;

/** The item that a reference names. */
export type ItemOf<Ref extends ItemRef> = Extract<RegistryItem, { readonly type: Ref['type'] }>;

/** Items that more than one worker changes: each write says which version it was decided from. */
export type VersionedItem =
  | MappingItem
  | ClusterItem
  | AssociationItem
  | FreezeSwitch
  | BrakeRelease
  | Job
  | EnrolmentRequest
  | EnrolmentOutcome
  | EnrolmentRules
  | ToldCause;
