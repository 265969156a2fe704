import { OUTBOX_TABLE, REGISTRY_TABLE, type TableSchema } from '#shared/aws/registry/table-schema.ts';
import { named } from './names.ts';
import type { Settings } from './settings.ts';

export type Tables = ReturnType<typeof registry>;

/** The registry, and the outbox: it alone has a stream, so that writing a status invokes nothing. */
export function registry({ production }: Settings) {
  return {
    registry: table('Registry', 'registry', REGISTRY_TABLE, production),
    outbox: table('Outbox', 'outbox', OUTBOX_TABLE, production),
  };
}

function table(name: string, physical: string, schema: TableSchema, deletionProtection: boolean) {
  const { partitionKey, sortKey, timeToLive, indexes, stream } = schema;
  const keys = [{ partitionKey, sortKey }, ...Object.values(indexes)];
  const fields = keys.flatMap((key) => [key.partitionKey, key.sortKey]);
  return new sst.aws.Dynamo(name, {
    fields: Object.fromEntries([...new Set(fields)].sort().map((field) => [field, 'string' as const])),
    primaryIndex: { hashKey: partitionKey, rangeKey: sortKey },
    globalIndexes: Object.fromEntries(
      Object.entries(indexes).map(([index, key]) => [
        index,
        { hashKey: key.partitionKey, rangeKey: key.sortKey, projection: 'keys-only' as const },
      ]),
    ),
    ...(stream === 'NEW_IMAGE' && { stream: 'new-image' as const }),
    ttl: timeToLive,
    deletionProtection,
    transform: { table: { name: named(physical) } },
  });
}
