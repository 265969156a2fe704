import type { Cloud } from '../../cloud/cloud.ts';
import type { IndexDefinition, KeyAttribute, TableDefinition } from '../../dynamodb/table-definition.ts';
import type { Graph, Table } from '../graph-schema.ts';
import { PlayError } from '../play-error.ts';

/** Makes the tables, one after the other. Rejects with `NoDynamoError` where this machine has no DynamoDB. */
export async function putTables(cloud: Cloud, { tables, account }: Graph): Promise<void> {
  for (const table of tables) {
    await cloud.database(account, table.region).createTable(definitionOf(table));
  }
}

function definitionOf(table: Table): TableDefinition {
  const key = (name: string): KeyAttribute => {
    const type = table.attributes.find((attribute) => attribute.name === name)?.type;
    if (!type) throw new PlayError('A table cannot be made:', [`${table.name}: ${name} has no type`]);
    return { name, type };
  };
  const index = ({ name, hashKey, rangeKey, projection, attributes }: Table['globalIndexes'][number]) =>
    ({
      name,
      hashKey: key(hashKey),
      rangeKey: rangeKey === undefined ? undefined : key(rangeKey),
      projection: projection === 'INCLUDE' ? attributes : projection,
    }) satisfies IndexDefinition;
  return {
    name: table.tableName,
    hashKey: key(table.hashKey),
    rangeKey: table.rangeKey === undefined ? undefined : key(table.rangeKey),
    globalIndexes: table.globalIndexes.map(index),
    localIndexes: table.localIndexes.map(index),
    ttlAttribute: table.ttlAttribute,
    streamViewType: table.stream?.view,
  };
}
