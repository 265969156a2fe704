import { isObject } from '../wire/json-shape.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** One thing that a request does to one table. */
export interface TableUse {
  /** `PutItem`: what IAM calls it. */
  readonly action: string;
  readonly tableName: string;
  readonly indexName?: string;
  /** Key or item, in DynamoDB's JSON, where there is one. */
  readonly key?: JsonObject;
}

/** Operations that name one table. */
const ON_ONE_TABLE = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'DescribeTable',
  'DescribeTimeToLive',
  'CreateTable',
  'UpdateTable',
  'DeleteTable',
  'UpdateTimeToLive',
]);
const ON_MANY = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'TransactGetItems',
  'TransactWriteItems',
  'ListTables',
]);

/** Every DynamoDB operation that the sandbox lets through. */
export const DYNAMO_OPERATIONS: readonly string[] = [...ON_ONE_TABLE, ...ON_MANY].sort();

/** Those that may change items. */
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

export function isWrite(operation: string): boolean {
  return WRITES.has(operation);
}

/**
 * What IAM is asked about a request. Transactions need the permission of each thing that they do.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function tableUses(operation: string, input: JsonObject): readonly TableUse[] {
  if (ON_ONE_TABLE.has(operation)) return [useOf(operation, input)];
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    const tables = isObject(input['RequestItems']) ? Object.keys(input['RequestItems']) : [];
    return tables.map((name) => ({ action: operation, tableName: tableNameOf(name) }));
  }
  if (operation !== 'TransactGetItems' && operation !== 'TransactWriteItems') return [];
  return listOf(input['TransactItems']).flatMap((item) =>
    Object.entries(isObject(item) ? item : {}).flatMap(([kind, part]) => {
      if (!isObject(part)) return [];
      return [useOf(kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`, part)];
    }),
  );
}

function useOf(action: string, input: JsonObject): TableUse {
  const key = input['Key'] ?? input['Item'];
  return {
    action,
    tableName: tableNameOf(typeof input['TableName'] === 'string' ? input['TableName'] : ''),
    ...(typeof input['IndexName'] === 'string' ? { indexName: input['IndexName'] } : {}),
    ...(isObject(key) ? { key } : {}),
  };
}

/** A table may be named by its ARN. */
export function tableNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split('/')[1] ?? nameOrArn) : nameOrArn;
}

/** A request in which tables that were named by ARN are named by name; items are left alone. */
export function namedPlainly(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(namedPlainly);
  if (!isObject(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (name === 'TableName' && typeof value === 'string') return [name, tableNameOf(value)];
      if (name === 'RequestItems' && isObject(value)) {
        return [
          name,
          Object.fromEntries(Object.entries(value).map(([table, part]) => [tableNameOf(table), part])),
        ];
      }
      const isOne =
        name === 'TransactItems' || ['Get', 'Put', 'Update', 'Delete', 'ConditionCheck'].includes(name);
      return [name, isOne ? namedPlainly(value) : value];
    }),
  );
}

const EXPRESSIONS = new Set([
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
]);

/**
 * The name of an expression with a character outside ASCII, anywhere in a request: dynoxide may die of it, and
 * DynamoDB would refuse it, too.
 */
export function expressionBeyondAscii(input: unknown): string | undefined {
  if (Array.isArray(input)) {
    for (const one of input as unknown[]) {
      const found = expressionBeyondAscii(one);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(input)) return undefined;
  for (const [name, value] of Object.entries(input)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
    if (EXPRESSIONS.has(name) && typeof value === 'string' && /[^\x00-\x7f]/.test(value)) return name;
    // Items and values are nobody's expressions.
    if (name === 'Item' || name === 'Key' || name === 'ExpressionAttributeValues') continue;
    const found = expressionBeyondAscii(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
