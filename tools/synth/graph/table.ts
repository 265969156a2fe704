import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { arnOf, readInputs, Unplayed } from './recorded-input.ts';

const Index = z.strictObject({
  name: z.string(),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  projection: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  /** With `INCLUDE`: the attributes that are copied beside the keys. */
  attributes: z.array(z.string()),
});

/** A DynamoDB table. */
export const Table = z.strictObject({
  name: z.string(),
  region: z.string(),
  tableName: z.string(),
  arn: z.string(),
  billingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']),
  attributes: z.array(z.strictObject({ name: z.string(), type: z.enum(['S', 'N', 'B']) })),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  globalIndexes: z.array(Index),
  localIndexes: z.array(Index),
  stream: z
    .strictObject({
      arn: z.string(),
      view: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
    })
    .optional(),
  /** The attribute that holds an item's end, in epoch seconds. */
  ttlAttribute: z.string().optional(),
  pointInTimeRecovery: z.boolean(),
  deletionProtection: z.boolean(),
  /** Kept when the stage is removed. */
  retained: z.boolean(),
});
export type Table = z.infer<typeof Table>;

const IndexInput = z.strictObject({
  name: z.string(),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  projectionType: Index.shape.projection,
  nonKeyAttributes: z.array(z.string()).optional(),
});

const TableInput = z.strictObject({
  name: z.string(),
  billingMode: Table.shape.billingMode,
  attributes: Table.shape.attributes,
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  globalSecondaryIndexes: z.array(IndexInput).default([]),
  localSecondaryIndexes: z.array(IndexInput.extend({ hashKey: z.string().default('') })).default([]),
  streamEnabled: z.boolean().default(false),
  streamViewType: z.string().optional(),
  ttl: z.strictObject({ attributeName: z.string(), enabled: z.boolean().default(true) }).optional(),
  pointInTimeRecovery: z.strictObject({ enabled: z.boolean() }).default({ enabled: false }),
  deletionProtectionEnabled: z.boolean().default(false),
  serverSideEncryption: Unplayed,
  tags: Unplayed,
});

const TableOutput = z.looseObject({ streamArn: z.string() });

export function tableOf(resource: RecordedResource): Table {
  const input = readInputs(resource, TableInput);
  const { streamArn } = TableOutput.parse(resource.outputs);
  const view = Table.shape.stream
    .unwrap()
    .shape.view.optional()
    .parse(input.streamViewType || undefined);
  return {
    name: resource.name,
    region: resource.region,
    tableName: input.name,
    arn: arnOf(resource),
    billingMode: input.billingMode,
    attributes: [...input.attributes].sort((a, b) => (a.name < b.name ? -1 : 1)),
    hashKey: input.hashKey,
    ...(input.rangeKey !== undefined && { rangeKey: input.rangeKey }),
    globalIndexes: input.globalSecondaryIndexes.map(indexOf),
    localIndexes: input.localSecondaryIndexes.map((index) => indexOf({ ...index, hashKey: input.hashKey })),
    ...(input.streamEnabled && { stream: { arn: streamArn, view: view ?? 'NEW_AND_OLD_IMAGES' } }),
    ...(input.ttl?.enabled === true && { ttlAttribute: input.ttl.attributeName }),
    pointInTimeRecovery: input.pointInTimeRecovery.enabled,
    deletionProtection: input.deletionProtectionEnabled,
    retained: resource.retainOnDelete,
  };
}

function indexOf(index: z.infer<typeof IndexInput>): z.infer<typeof Index> {
  return {
    name: index.name,
    hashKey: index.hashKey,
    ...(index.rangeKey !== undefined && { rangeKey: index.rangeKey }),
    projection: index.projectionType,
    attributes: index.nonKeyAttributes ?? [],
  };
}
