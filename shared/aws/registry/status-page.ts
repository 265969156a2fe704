import type { FindingStatus } from '#shared/domain/registry/finding.ts';
import type { Page, Paging } from '#shared/ports/registry/registry-lists.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { statusPartition, type TableKey } from './item-keys.ts';
import { type Question, queryInput } from './question.ts';
import type { TableCalls } from './table-calls.ts';
import { STATUS_SHARDS } from './table-schema.ts';

const DEFAULT_LIMIT = 100;

interface Found extends TableKey {
  readonly at: string;
}

/**
 * One page of the findings of a status, newest first: each shard is asked for a whole page, and the newest of all are
 * the page. The cursor is the place in time, the same for every shard.
 */
export async function statusPage(
  calls: TableCalls,
  table: string,
  status: FindingStatus,
  paging: Paging = {},
): Promise<Page<TableKey>> {
  const { limit = DEFAULT_LIMIT, cursor, signal, counter } = paging;
  const before = cursor === undefined ? undefined : parseCursor(cursor, ['before'])['before'];
  const shards = await Promise.all(
    Array.from({ length: STATUS_SHARDS }, async (_, shard) => {
      const question: Question = {
        index: 'byStatus',
        partition: statusPartition(status, shard),
        newestFirst: true,
        ...(before === undefined ? {} : { sortBefore: before }),
      };
      return await calls.query(queryInput(table, question, { limit }), { signal, counter });
    }),
  );
  const found = shards.flatMap(({ rows }): Found[] =>
    rows.map((row) => ({ pk: row.pk, sk: row.sk, at: String(row['i_statusAt']) })),
  );
  found.sort((left, right) => (left.at < right.at ? 1 : -1));
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > limit || shards.some(({ next }) => next !== undefined);
  return { items, ...(more && last ? { cursor: formatCursor({ before: last.at }) } : {}) };
}
