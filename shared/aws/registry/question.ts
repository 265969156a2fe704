import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Paging } from '#shared/ports/registry/registry-lists.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { INDEXES } from './table-schema.ts';

/** What a query asks: a part of one partition of the table or of an index, in order. */
export interface Question {
  readonly index?: keyof typeof INDEXES;
  readonly partition: string;
  readonly sortPrefix?: string;
  /** From here on. */
  readonly sortFrom?: string;
  /** Only what sorts before. */
  readonly sortBefore?: string;
  readonly newestFirst?: boolean;
}

const TABLE_KEYS = { partitionKey: 'pk', sortKey: 'sk' };

/** A question as a request. Consistent, except of an index. */
export function queryInput(table: string, question: Question, paging: Paging): QueryCommandInput {
  const { index } = question;
  const keys = index ? INDEXES[index] : TABLE_KEYS;
  const sort = sortCondition(question);
  return {
    TableName: table,
    ...(index ? { IndexName: index } : { ConsistentRead: true }),
    KeyConditionExpression: ['#partition = :partition', ...(sort ? [sort.expression] : [])].join(' AND '),
    ExpressionAttributeNames: {
      '#partition': keys.partitionKey,
      ...(sort ? { '#sort': keys.sortKey } : {}),
    },
    ExpressionAttributeValues: {
      ':partition': question.partition,
      ...(sort ? { ':sort': sort.value } : {}),
    },
    ...(question.newestFirst ? { ScanIndexForward: false } : {}),
    ...(paging.limit === undefined ? {} : { Limit: paging.limit }),
    ...(paging.cursor === undefined
      ? {}
      : { ExclusiveStartKey: parseCursor(paging.cursor, placeNames(keys)) }),
  };
}

function sortCondition({ sortPrefix, sortFrom, sortBefore }: Question) {
  if (sortPrefix !== undefined) return { expression: 'begins_with(#sort, :sort)', value: sortPrefix };
  if (sortFrom !== undefined) return { expression: '#sort >= :sort', value: sortFrom };
  return sortBefore === undefined ? undefined : { expression: '#sort < :sort', value: sortBefore };
}

function placeNames(keys: { readonly partitionKey: string; readonly sortKey: string }): readonly string[] {
  return [...new Set(['pk', 'sk', keys.partitionKey, keys.sortKey])];
}

/** Where to go on, as a page tells it. */
export function readPlace(next: Readonly<Record<string, string>> | undefined): { readonly cursor?: string } {
  return next === undefined ? {} : { cursor: formatCursor(next) };
}
