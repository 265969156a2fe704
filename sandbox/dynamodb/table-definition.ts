export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface IndexDefinition {
  readonly name: string;
  readonly hashKey: KeyAttribute;
  readonly rangeKey?: KeyAttribute | undefined;
  /** Everything, the keys, or the keys and these. */
  readonly projection: 'ALL' | 'KEYS_ONLY' | readonly string[];
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** A table as infrastructure code defines it. */
export interface TableDefinition {
  readonly name: string;
  readonly hashKey: KeyAttribute;
  readonly rangeKey?: KeyAttribute | undefined;
  readonly globalIndexes?: readonly IndexDefinition[] | undefined;
  /** Their hash key is the table's. */
  readonly localIndexes?: readonly IndexDefinition[] | undefined;
  readonly ttlAttribute?: string | undefined;
  readonly streamViewType?: StreamViewType | undefined;
}

/** The input of CreateTable; without the stream, which is switched on when the table has been filled. */
export function createTableInput(table: TableDefinition): object {
  const attributes = new Map<string, string>();
  const keySchema = (hash: KeyAttribute, range: KeyAttribute | undefined) => {
    for (const key of range ? [hash, range] : [hash]) attributes.set(key.name, key.type);
    return [
      { AttributeName: hash.name, KeyType: 'HASH' },
      ...(range ? [{ AttributeName: range.name, KeyType: 'RANGE' }] : []),
    ];
  };
  const indexes = (definitions: readonly IndexDefinition[]) =>
    definitions.map(({ name, hashKey, rangeKey, projection }) => ({
      IndexName: name,
      KeySchema: keySchema(hashKey, rangeKey),
      Projection:
        typeof projection === 'string'
          ? { ProjectionType: projection }
          : { ProjectionType: 'INCLUDE', NonKeyAttributes: projection },
    }));
  const KeySchema = keySchema(table.hashKey, table.rangeKey);
  const global = indexes(table.globalIndexes ?? []);
  const local = indexes(table.localIndexes ?? []);
  return {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema,
    ...(global.length === 0 ? {} : { GlobalSecondaryIndexes: global }),
    ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local }),
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
  };
}
