import { runBounded } from '#shared/app/run-bounded.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import { itemsOf } from './pages.ts';

/** Whose audit, and how far back. */
export interface MergedAuditOptions {
  /** Clusters by ARN; `undefined` is what was done for the fleet. */
  readonly lists: readonly (string | undefined)[];
  /** Epoch milliseconds; what is older is not read. */
  readonly from?: number | undefined;
  readonly signal: AbortSignal;
  /** Called when the newest of one more list are known. */
  readonly onRead?: (() => void) | undefined;
}

const LISTS_AT_ONCE = 8;
/**
 * Entries that are read at once of one list: of a large fleet few have much that is new. An entry is about half a KB, so
 * that a page is two read units.
 */
const PAGE = 10;

/**
 * The entries of many audits, newest first. Each list is read a page at a time, and only as far as somebody goes on reading
 * what is newest of all: one request a list, and one for every further ten entries taken of it.
 */
export async function* mergedAudit(
  registry: Pick<Registry, 'auditOfCluster'>,
  { lists, from = 0, signal, onRead }: MergedAuditOptions,
): AsyncGenerator<WrittenAuditEntry, void, undefined> {
  const heads: Head[] = [];
  for await (const read of runBounded(lists, { concurrency: LISTS_AT_ONCE, signal }, async (clusterArn) => {
    const rest = itemsOf((page) => registry.auditOfCluster(clusterArn, page), { signal, limit: PAGE });
    return await advance(rest, from);
  })) {
    if (read.kind === 'failed') throw read.error;
    if (read.result) heads.push(read.result);
    onRead?.();
  }
  for (;;) {
    const newest = newestOf(heads);
    if (newest === undefined) return;
    const head = heads[newest];
    if (head === undefined) return;
    yield head.entry;
    const next = await advance(head.rest, from);
    if (next) heads[newest] = next;
    else heads.splice(newest, 1);
  }
}

/** The newest entry of a list that was not taken yet. */
interface Head {
  readonly entry: WrittenAuditEntry;
  readonly rest: AsyncGenerator<WrittenAuditEntry, void, undefined>;
}

async function advance(rest: Head['rest'], from: number): Promise<Head | undefined> {
  const next = await rest.next();
  if (next.done || next.value.at < from) return undefined;
  return { entry: next.value, rest };
}

/** Of equally new ones the first list's. */
function newestOf(heads: readonly Head[]): number | undefined {
  let newest: number | undefined;
  for (const [index, { entry }] of heads.entries()) {
    if (newest === undefined || entry.at > (heads[newest]?.entry.at ?? 0)) newest = index;
  }
  return newest;
}
