import { isObject } from '../wire/json-shape.ts';
import type { EngineAnswer } from './engine.ts';

type Item = Readonly<Record<string, unknown>>;

export interface Expiry {
  readonly tableName: string;
  readonly ttlAttribute: string;
  readonly keyNames: readonly string[];
  readonly nowSeconds: number;
  call(operation: string, input: object): Promise<EngineAnswer>;
  /** Told of each key before it is deleted. */
  expect(key: Item): void;
}

/** Deletes the items whose time is over. One that was written anew meanwhile stays. Answers how many went. */
export async function expireItems(expiry: Expiry): Promise<number> {
  const { tableName, ttlAttribute, nowSeconds } = expiry;
  const over = {
    ExpressionAttributeNames: { '#ttl': ttlAttribute },
    ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
  };
  let deleted = 0;
  let ExclusiveStartKey: unknown;
  do {
    const page = await expiry.call('Scan', {
      TableName: tableName,
      FilterExpression: '#ttl <= :now',
      ...over,
      ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
    });
    const body: unknown = JSON.parse(page.body);
    if (page.status !== 200 || !isObject(body) || !Array.isArray(body['Items'])) {
      throw new Error(`time to live could not scan ${tableName}: ${page.body}`);
    }
    for (const item of body['Items'] as Item[]) {
      const Key = Object.fromEntries(expiry.keyNames.map((name) => [name, item[name]]));
      expiry.expect(Key);
      const input = { TableName: tableName, Key, ConditionExpression: '#ttl <= :now', ...over };
      if ((await expiry.call('DeleteItem', input)).status === 200) deleted++;
    }
    ExclusiveStartKey = body['LastEvaluatedKey'];
  } while (ExclusiveStartKey !== undefined);
  return deleted;
}
