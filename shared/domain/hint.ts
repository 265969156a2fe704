import type { ClusterRef } from './cluster.ts';
import type { ServiceAccountKey } from './key.ts';
import type { Principal } from './principal.ts';

/**
 * What an event makes us look at. A hint is never the truth: events come late, twice, in any order or not at all, so
 * whoever gets one reads the world again. It names things as its record did and nothing that the record did not name.
 */
export type Hint = EventFacts & LookAt;

export type LookAt = KeysHint | ClusterHint | RoleHint | NothingHint;

/** What is known of the event itself, whatever it was about. */
export interface EventFacts {
  /**
   * The record's `sharedEventID`, else its `eventID`, else the envelope's id: what to deduplicate on. Copies of one
   * event in several accounts share it. Absent when the event had none; then only the message's own id is left.
   */
  readonly eventId?: string;
  /** `CreateRole`; for an event that is no API call its detail type. Absent when it could not be read. */
  readonly eventName?: string;
  /** When it happened, in epoch milliseconds. Absent when unreadable: such a hint is never stale. */
  readonly eventTime?: number;
  /** The account and region that sent the event. */
  readonly receivedFrom: { readonly account?: string; readonly region?: string };
  readonly principal: Principal;
  /** The idempotency token of the call: by it, an echo of our own write is told from somebody else's. */
  readonly clientRequestToken?: string;
  readonly evidence: Evidence;
}

/** What the record says was set. Records may be cut, and others may have written since: for people, never for decisions. */
export interface Evidence {
  readonly roleArn?: string;
  readonly targetRoleArn?: string;
  readonly disableSessionTags?: boolean;
  /** Tag keys that were set or removed. */
  readonly tagKeys?: readonly string[];
  readonly addonName?: string;
  readonly policyArn?: string;
  readonly policyName?: string;
  readonly permissionsBoundary?: string;
  /** Epoch milliseconds: when the cluster that was created or deleted came into being. */
  readonly clusterCreatedAt?: number;
}

/** An association as an event names it. An id, a key, or both; never neither. */
export type NamedAssociation =
  | (ServiceAccountKey & { readonly associationId?: string })
  | { readonly namespace?: never; readonly serviceAccount?: never; readonly associationId: string };

/** Verify these associations of a cluster. */
export interface KeysHint {
  readonly kind: 'keys';
  readonly cluster: ClusterRef;
  readonly change: 'created' | 'updated' | 'deleted' | 'tagged' | 'untagged';
  /** At least one. */
  readonly keys: readonly NamedAssociation[];
}

/** Verify a cluster: something happened to it, or to associations that the event did not name. */
export interface ClusterHint {
  readonly kind: 'cluster';
  readonly cluster: ClusterRef;
  readonly change: 'created' | 'deleted' | 'configured' | 'addons' | 'tags' | 'associations';
}

/** Check a role and all that use it. */
export interface RoleHint {
  readonly kind: 'role';
  readonly partition: string;
  readonly account: string;
  /** Without its path, which IAM's events do not tell (facts §5.3), and as the caller wrote it: IAM ignores the case of role names. */
  readonly roleName: string;
  readonly change: 'created' | 'deleted' | 'trustPolicy' | 'permissions' | 'boundary' | 'tags';
}

/** Nothing to look at. To be counted, so that what we cannot read is noticed. */
export interface NothingHint {
  readonly kind: 'nothing';
  readonly reason: NothingReason;
  /** One sentence for a person. */
  readonly detail: string;
}

export type NothingReason =
  /** The call had no effect: the record has an `errorCode`. */
  | 'failedCall'
  /** No kind of event that we act on. */
  | 'unknownEvent'
  /** Tags of something that is neither an association nor a cluster. */
  | 'otherResource'
  /** Not an event as AWS sends them, or it does not tell what it is about. */
  | 'unreadable';
