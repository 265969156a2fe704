import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { Page, Paging } from '#shared/ports/registry/registry-lists.ts';
import { groupDigits } from '../text/count-text.ts';
import { itemsOf, pageSize, take } from './pages.ts';

/** What was done about one thing, newest first, as far as it was looked for. */
export interface History {
  readonly entries: readonly WrittenAuditEntry[];
  /** `perhaps`: as many were found as were asked for; `notSought`: the audit goes on where nobody looked. */
  readonly more: 'none' | 'perhaps' | 'notSought';
}

type Audit = (paging: Paging) => Promise<Page<WrittenAuditEntry>>;

export interface HistoryOptions {
  /** How many are asked for. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Entries looked through at most: a cluster's audit has no end, and what is about one key may be rare in it. */
const SOUGHT_IN = 2_000;

/** The newest of an audit that is all about the thing. */
export async function newestOf(audit: Audit, { limit, signal }: HistoryOptions): Promise<History> {
  const { items, more } = await take(itemsOf(audit, { signal, limit: pageSize(limit) }), limit);
  return { entries: items, more: more ? 'perhaps' : 'none' };
}

/** The newest of an audit that are about the thing, found without reading all of it. */
export async function newestAbout(
  isAbout: (entry: WrittenAuditEntry) => boolean,
  audit: Audit,
  { limit, signal }: HistoryOptions,
): Promise<History> {
  const entries: WrittenAuditEntry[] = [];
  let read = 0;
  for await (const entry of itemsOf(audit, { signal, limit: 100 })) {
    if (read === SOUGHT_IN) return { entries, more: 'notSought' };
    read += 1;
    if (isAbout(entry)) entries.push(entry);
    if (entries.length === limit) return { entries, more: 'perhaps' };
  }
  return { entries, more: 'none' };
}

/** What to say below the entries; `undefined` when there is nothing to say. */
export function moreText({ entries, more }: History, clusterName: string | undefined): string | undefined {
  switch (more) {
    case 'none':
      return entries.length === 0 ? 'nothing that is still written down' : undefined;
    case 'perhaps':
      return `there may be more than these ${groupDigits(entries.length)}: raise --limit`;
    case 'notSought':
      return `${entries.length === 0 ? 'nothing' : 'no more'} among the newest ${groupDigits(SOUGHT_IN)} entries of the ${clusterName === undefined ? "fleet's" : "cluster's"} audit; older ones were not looked at: rolecall audit ${clusterName === undefined ? '--fleet' : `--cluster ${clusterName}`} --limit ${10 * SOUGHT_IN}`;
  }
}
