/**
 * The two tables as data: the stacks, the sandbox and the tests create them from this. What each item's keys are is in
 * `item-keys.ts`; which question costs which request is in docs/registry.md.
 */
export interface TableSchema {
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Epoch seconds after which an item may be deleted. */
  readonly timeToLive: string;
  readonly indexes: Readonly<Record<string, IndexSchema>>;
  readonly stream: 'NEW_IMAGE' | undefined;
}

/** All indexes are sparse and hold keys only: a write that leaves the keys alone does not touch them. */
export interface IndexSchema {
  readonly partitionKey: string;
  readonly sortKey: string;
}

export const INDEXES = {
  byRole: { partitionKey: 'i_role', sortKey: 'pk' },
  byTargetRole: { partitionKey: 'i_targetRole', sortKey: 'pk' },
  byAssociationId: { partitionKey: 'i_associationId', sortKey: 'pk' },
  /** Associations and audit of a mapping. */
  byMapping: { partitionKey: 'i_mapping', sortKey: 'i_mappingAt' },
  /** Findings, newest first. */
  byStatus: { partitionKey: 'i_status', sortKey: 'i_statusAt' },
  /** All clusters; all running jobs. */
  byKind: { partitionKey: 'i_kind', sortKey: 'i_kindAt' },
} as const satisfies Readonly<Record<string, IndexSchema>>;

export const REGISTRY_TABLE: TableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  indexes: INDEXES,
  stream: undefined,
};

/** The only table with a stream, so that writing a status invokes nothing. */
export const OUTBOX_TABLE: TableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  indexes: {},
  stream: 'NEW_IMAGE',
};

/** One partition would take every finding of the fleet; as many are asked, and merged, for one page. */
export const STATUS_SHARDS = 8;
