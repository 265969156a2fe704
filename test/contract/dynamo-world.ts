import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { AwsAccess } from '#shared/aws/aws-access.ts';
import type { TableNames } from '#shared/aws/registry/commit-actions.ts';
import { DynamoRegistry } from '#shared/aws/registry/dynamo-registry.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import type { OutboxRow } from '#shared/domain/registry/outbox-entry.ts';
import {
  DYNAMO_CREDENTIALS,
  DYNAMO_REGION,
  type RunningDynamo,
  startDynamo,
} from '#test/builders/running-dynoxide.ts';
import type { RegistryWorld } from './registry.contract.ts';

/** A registry in tables of its own, with what its requests cost. */
export interface DynamoWorld extends RegistryWorld {
  readonly registry: DynamoRegistry;
  readonly tables: TableNames;
  readonly documents: DynamoDBDocumentClient;
  readonly counter: ReturnType<typeof createCallCounter>;
  /** Capacity units by operation, in order. */
  readonly capacity: (readonly [operation: string, units: number])[];
}

export interface DynamoWorlds {
  start(): Promise<DynamoWorld>;
  stop(): Promise<void>;
}

/** One engine for many worlds. */
export async function dynamoWorlds(): Promise<DynamoWorlds> {
  const dynamo = await startDynamo();
  return { start: () => startWorld(dynamo), stop: () => dynamo.stop() };
}

async function startWorld(dynamo: RunningDynamo): Promise<DynamoWorld> {
  const { endpoint } = dynamo;
  const tables = await dynamo.createTables();
  const counter = createCallCounter();
  const connection = { region: DYNAMO_REGION, credentials: DYNAMO_CREDENTIALS, endpoint };
  const access = new AwsAccess({ clock: systemClock, random: () => 0.5, counter, ...connection });
  const capacity: [string, number][] = [];
  const onCapacity = (operation: string, units: number) => capacity.push([operation, units]);
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(connection));
  return {
    registry: new DynamoRegistry({ access, tables, onCapacity }),
    tables,
    documents,
    counter,
    capacity,
    outbox: () => readOutbox(documents, tables.outbox),
    stop: async () => {
      access.close();
      documents.destroy();
    },
  };
}

/** Only a test may scan. */
async function readOutbox(documents: DynamoDBDocumentClient, table: string): Promise<readonly OutboxRow[]> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: table }));
  const rows = Items.map(({ id, at, entries }): OutboxRow => ({ id, at, entries }));
  return rows.sort((left, right) => left.at - right.at);
}
