import type { MappingKey, ServiceAccountKey } from '../key.ts';
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
