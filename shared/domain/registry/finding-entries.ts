import type { MappingKey, ServiceAccountKey } from '../key.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { Cause } from './cause.ts';
import { findingCauseKey } from './cause-key.ts';
import { FINDING_SEVERITIES, type FindingEnd, type FindingItem } from './finding.ts';
import type { OutboxEntry } from './outbox-entry.ts';

export type FindingOpenedEntry = Extract<OutboxEntry, { readonly type: 'FindingOpened' }>;
export type FindingResolvedEntry = Extract<OutboxEntry, { readonly type: 'FindingResolved' }>;

/** What a finding that ended was about, and what ended it. */
export interface EndedAbout {
  readonly key?: ServiceAccountKey | undefined;
  readonly mapping?: MappingKey | undefined;
  readonly cause?: Cause | undefined;
}

/** What is told of a finding that opened. */
export function openedEntry(finding: FindingItem): FindingOpenedEntry {
  const { clusterArn, id, kind, severity, message, key, mapping, roleArn, cause } = finding;
  return {
    type: 'FindingOpened',
    clusterArn,
    id,
    kind,
    severity,
    message,
    causeKey: finding.causeKey ?? findingCauseKey(finding),
    ...(key ? { key } : {}),
    ...(mapping ? { mapping } : {}),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(cause ? { cause } : {}),
  };
}

/** What is told of a finding that ended: by the cause by which its opening was told. */
export function resolvedEntry(
  end: Pick<FindingEnd, 'clusterArn' | 'id' | 'kind' | 'causeKey'> & {
    readonly status: FindingResolvedEntry['status'];
  },
  { key, mapping, cause }: EndedAbout = {},
): FindingResolvedEntry {
  const { clusterArn, id, kind, status } = end;
  return {
    type: 'FindingResolved',
    clusterArn,
    id,
    kind,
    severity: FINDING_SEVERITIES[kind],
    status,
    causeKey: end.causeKey ?? findingCauseKey({ clusterArn, kind, cause }),
    ...(key ? { key } : {}),
    ...(mapping ? { mapping } : {}),
    ...(cause ? { cause } : {}),
  };
}

/**
 * What is written down of findings that opened, and of those that ended without us: who broke a trust policy is to be
 * found when it is long mended. What we put right is written down as the write that it was, and a waiver as a waiver.
 */
export function findingAudit(told: readonly OutboxEntry[], at: number, by: string): readonly AuditEntry[] {
  return told.flatMap((entry): readonly AuditEntry[] => {
    if (entry.type === 'FindingOpened') {
      const detail = entry.message === undefined ? entry.kind : `${entry.kind}: ${entry.message}`;
      return [{ action: 'findingOpened', at, by, detail, ...aboutOf(entry) }];
    }
    if (entry.type !== 'FindingResolved' || entry.status !== 'resolved') return [];
    return [{ action: 'findingEnded', at, by, detail: entry.kind, ...aboutOf(entry) }];
  });
}

function aboutOf({ clusterArn, key, mapping, cause }: FindingOpenedEntry | FindingResolvedEntry) {
  return {
    clusterArn,
    ...(key ? { key } : {}),
    ...(mapping ? { mapping } : {}),
    ...(cause ? { cause } : {}),
  };
}
