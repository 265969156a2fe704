import { formatKey, formatMappingKey } from '#shared/domain/key.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import type { FindingItem } from '#shared/domain/registry/finding.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { durationText, timeText } from '../text/age-text.ts';
import { printable } from '../text/printable.ts';
import { whatText } from './audit-view.ts';
import { clusterNameOf } from './cluster-names.ts';
import { findingName } from './finding-view.ts';
import { plainDocument } from './plain-document.ts';

/** One thing that happened. */
export interface EventLine {
  /** The same thing has the same id. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly cluster: string;
  readonly subject: string;
  readonly what: string;
  readonly who: string;
  /** Milliseconds from its cause, or its beginning, to now. */
  readonly took?: number;
  /** The same for programs. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** What was done. Where somebody caused it, it is told who did, and how long ago that was. */
export function lineOfAudit(entry: WrittenAuditEntry): EventLine {
  const { id, at, by, cause, clusterArn, key, mapping, step, why } = entry;
  // Of a step, the drift says why; a decision is somebody's.
  const reason = step === undefined && why !== undefined ? `: ${why}` : '';
  return {
    id,
    at,
    cluster: clusterArn === undefined ? 'fleet' : clusterNameOf(clusterArn),
    subject: key ? formatKey(key) : mapping ? formatMappingKey(mapping) : '-',
    what: whatText(entry) + reason,
    who: cause ? changedBy(cause) : `by ${whoText(by)}`,
    ...(cause ? { took: at - cause.at } : {}),
    document: { event: 'audit', ...plainDocument(entry) },
  };
}

/** What was found, or has gone. */
export function lineOfFinding(finding: FindingItem): EventLine {
  const { clusterArn, key, status, firstSeenAt, endedAt, cause } = finding;
  const at = endedAt ?? firstSeenAt;
  const gone = endedAt !== undefined;
  return {
    id: `${clusterArn} ${finding.id} ${status} ${at}`,
    at,
    cluster: clusterNameOf(clusterArn),
    subject: key ? formatKey(key) : '-',
    what: whatOf(finding),
    who: cause ? changedBy(cause) : '',
    ...(gone ? { took: at - firstSeenAt } : {}),
    document: { event: 'finding', name: findingName(finding), ...plainDocument(finding) },
  };
}

/** A brake stands out as a freeze does: repairs wait for a person. */
function whatOf({ kind, severity, message, endedAt }: FindingItem): string {
  if (kind === 'brakeEngaged')
    return endedAt === undefined ? `BRAKE ENGAGED: ${message}` : 'the brake holds no more';
  return endedAt === undefined ? `found: ${kind} (${severity}): ${message}` : `resolved: ${kind}`;
}

/** Who brought it about, which is not who put it right. */
function changedBy({ principal }: Cause): string {
  return `changed by ${whoText(principal)}`;
}

/** A line; columns are of a fixed width, since nobody knows what comes next. */
export function eventText({ at, cluster, subject, what, who, took }: EventLine): string {
  const columns = [timeText(at), cluster.padEnd(16), subject.padEnd(28), what, who];
  const text = columns.filter(Boolean).join('  ');
  return `${printable(took === undefined ? text : `${text}, after ${durationText(took)}`)}\n`;
}
