import type { Drift } from '../decision.ts';
import type { MappingKey, ServiceAccountKey } from '../key.ts';
import type { Cause } from './cause.ts';

/** Everything that is written down about what was done, as a closed list. */
export const AUDIT_ACTIONS = [
  'mappingLoaded',
  'revisionReleased',
  'clusterEnrolled',
  'clusterRetired',
  'enrolmentRequested',
  'clusterModeChanged',
  'reconcileRequested',
  'enrolmentRuleLoaded',
  'enrolmentRuleRemoved',
  'associationWritten',
  'associationWriteFailed',
  'findingOpened',
  'findingEnded',
  'findingWaived',
  'writesFrozen',
  'writesUnfrozen',
  'brakeReleased',
  'eventIgnored',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** One decision, or one write to AWS. Never changed. */
export interface AuditEntry {
  readonly action: AuditAction;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Who: a person, a machine, or the part of Rolecall that did it. */
  readonly by: string;
  /** Why, in words. */
  readonly why?: string;
  /** Absent for what is about the whole fleet. */
  readonly clusterArn?: string;
  readonly key?: ServiceAccountKey;
  readonly mapping?: MappingKey;
  readonly revision?: number;
  /** The step that was taken. */
  readonly step?: string;
  readonly drift?: readonly Drift[];
  readonly cause?: Cause;
  readonly associationId?: string;
  readonly detail?: string;
}

/** An audit entry with the name under which it was written. */
export interface WrittenAuditEntry extends AuditEntry {
  readonly id: string;
}
