import { formatKey, formatMappingKey } from '#shared/domain/key.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { FindingItem } from '#shared/domain/registry/finding.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { durationText, timeText } from '../text/age-text.ts';
import { printable } from '../text/printable.ts';
import type { Style } from '../text/style.ts';
import { wrapText } from '../text/wrap-text.ts';
import { shortened, whatText } from './audit-text.ts';
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
  /** The same for programs. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** Who does what nobody brought about, which goes without saying. */
const OURSELVES = 'reconcile';

/** What was done, found or decided. Where somebody caused it, it is told who did, and how long ago that was. */
export function lineOfAudit(entry: WrittenAuditEntry): EventLine {
  const { id, at, by, cause, clusterArn, key, mapping } = entry;
  const took = cause && durationText(at - cause.at);
  return {
    id,
    at,
    cluster: clusterArn === undefined ? 'fleet' : clusterNameOf(clusterArn),
    subject: key ? formatKey(key) : mapping ? formatMappingKey(mapping) : '-',
    what: whatText(entry, { wide: false }),
    who: cause
      ? `changed by ${whoText(cause.principal)}, ${took} before`
      : by === OURSELVES
        ? ''
        : `by ${whoText(by)}`,
    document: { event: 'audit', ...plainDocument(entry) },
  };
}

/** What was found, or has gone, on a cluster that nobody enrolled: it has no audit that is read with the others. */
export function lineOfFinding(finding: FindingItem): EventLine {
  const { clusterArn, key, status, kind, severity, message, firstSeenAt, endedAt, cause } = finding;
  const at = endedAt ?? firstSeenAt;
  const found = `found: ${kind} (${severity}): ${shortened(message, finding, { wide: false })}`;
  return {
    id: `${clusterArn} ${finding.id} ${status} ${at}`,
    at,
    cluster: clusterNameOf(clusterArn),
    subject: key ? formatKey(key) : '-',
    what: endedAt === undefined ? found : `over: ${kind}`,
    who: cause ? `changed by ${whoText(cause.principal)}` : '',
    document: { event: 'finding', name: findingName(finding), ...plainDocument(finding) },
  };
}

/** From this width on a line still has room for what happened beside columns of a fixed width. */
const COLUMNS_FROM = 150;

/**
 * A line, or several on a terminal that is too narrow for it, each below the other to the right of the time. Columns are of a
 * fixed width, since nobody knows what comes next.
 */
export function eventText({ at, cluster, subject, what, who }: EventLine, style: Style): string {
  const time = timeText(at);
  const { columns } = style;
  if (columns === undefined || columns >= COLUMNS_FROM) {
    const where = `${cluster.padEnd(16)}  ${subject.padEnd(28)}  `;
    return linesOf(`${time}  ${where}`, [what, who].filter(Boolean).join('; '), style);
  }
  const where = subject === '-' ? cluster : `${cluster} ${subject}`;
  return linesOf(`${time}  `, `${where}: ${[what, who].filter(Boolean).join('; ')}`, style);
}

function linesOf(head: string, text: string, { columns }: Style): string {
  if (columns === undefined) return `${printable(head + text)}\n`;
  const lines = wrapText(printable(text), columns - head.length);
  return lines
    .map((line, index) => `${index === 0 ? printable(head) : ' '.repeat(head.length)}${line}\n`)
    .join('');
}
