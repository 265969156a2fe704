import type { Drift } from '../decision.ts';
import { formatKey, type MappingKey, type ServiceAccountKey } from '../key.ts';
import type { Cause } from './cause.ts';

/** How bad: `critical` wakes somebody, `high` is looked at today, `info` only explains. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Everything that a finding may be about, and how bad it is. A closed list: alarms and exports match on it. */
export const FINDING_SEVERITIES = {
  missing: 'high',
  replaced: 'high',
  roleDrift: 'high',
  targetRoleDrift: 'high',
  sessionTagsDrift: 'high',
  sessionPolicyDrift: 'high',
  tagDrift: 'low',
  notDeleted: 'medium',
  unmanaged: 'low',
  foreign: 'low',
  addonOwned: 'info',
  roleMissing: 'critical',
  trustPolicyInvalid: 'critical',
  trustUnknown: 'medium',
  roleInOtherAccount: 'high',
  quotaReached: 'high',
  quotaNear: 'medium',
  sessionPolicyKept: 'high',
  refused: 'high',
  repairFailed: 'high',
  unresolvable: 'high',
  agentMissing: 'high',
  agentDegraded: 'high',
  contested: 'critical',
  settling: 'info',
  labelDrift: 'low',
  unknownCluster: 'medium',
  clusterUnread: 'high',
  overPrivileged: 'medium',
  mappingExpired: 'medium',
  brakeEngaged: 'critical',
} as const satisfies Readonly<Record<Drift | (string & {}), Severity>>;
export type FindingKind = keyof typeof FINDING_SEVERITIES;
export const FINDING_KINDS = Object.keys(FINDING_SEVERITIES) as readonly FindingKind[];

/**
 * `open`: it is so, and nobody has accepted it; `waived`: somebody has, until a date; `repaired`: Rolecall put it
 * right; `resolved`: it went away.
 */
export const FINDING_STATUSES = ['open', 'waived', 'repaired', 'resolved'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** A finding accepted for a reason until a date. */
export interface Waiver {
  readonly reason: string;
  readonly by: string;
  /** Epoch milliseconds; from then on the finding is open again. */
  readonly until: number;
}

/** A durable fact for a person. Its id follows from what it is about, so that the same fact is the same finding. */
export interface FindingItem {
  readonly type: 'finding';
  readonly clusterArn: string;
  /** `roleDrift/payments/api`, or the kind alone when it is about the cluster. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly status: FindingStatus;
  readonly key?: ServiceAccountKey;
  readonly mapping?: MappingKey;
  /** One sentence: what is wrong. */
  readonly message: string;
  readonly cause?: Cause;
  /** The same for all findings that have one cause (`cause-key.ts`). */
  readonly causeKey?: string;
  /** The role that it is about. */
  readonly roleArn?: string;
  /** Of this occurrence, epoch milliseconds. */
  readonly firstSeenAt: number;
  /** Written once a day while nothing else changes. */
  readonly lastSeenAt: number;
  readonly endedAt?: number;
  readonly waiver?: Waiver;
}

/** What ends a finding, written without reading it first. */
export interface FindingEnd {
  readonly clusterArn: string;
  readonly id: string;
  readonly kind: FindingKind;
  readonly status: 'repaired' | 'resolved';
  readonly endedAt: number;
  /** As it was when it opened. */
  readonly causeKey?: string | undefined;
}

/** The id of a finding about a key, or about a cluster. */
export function findingId(kind: FindingKind, key: ServiceAccountKey | undefined): string {
  return key === undefined ? kind : `${kind}/${formatKey(key)}`;
}

/** Reads a finding's id; `undefined` when it cannot be one. */
export function parseFindingId(
  id: string,
): { readonly kind: FindingKind; readonly key?: ServiceAccountKey } | undefined {
  const [kind, namespace, serviceAccount, ...more] = id.split('/');
  const known = FINDING_KINDS.find((one) => one === kind);
  if (known === undefined || more.length > 0) return undefined;
  if (namespace === undefined) return { kind: known };
  return namespace && serviceAccount ? { kind: known, key: { namespace, serviceAccount } } : undefined;
}
