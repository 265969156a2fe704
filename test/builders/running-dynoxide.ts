import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableNames } from '#shared/aws/registry/commit-actions.ts';
import { OUTBOX_TABLE, REGISTRY_TABLE, type TableSchema } from '#shared/aws/registry/table-schema.ts';

/** An engine that speaks DynamoDB's API, with its address. */
export interface RunningDynamo {
  readonly endpoint: string;
  /** Makes both tables, under names that nobody else has unless others are given. */
  createTables(names?: TableNames): Promise<TableNames>;
  stop(): Promise<void>;
}

export const DYNAMO_CREDENTIALS = { accessKeyId: '111122223333', secretAccessKey: 'test' };
export const DYNAMO_REGION = 'eu-west-1';

/** Where to find an engine: the variable `DYNOXIDE_BIN`, the npm package, or an endpoint that somebody else runs. */
export function findDynamo(): { readonly binary: string } | { readonly endpoint: string } | undefined {
  const { DYNOXIDE_BIN, AWS_ENDPOINT_URL_DYNAMODB } = process.env;
  if (DYNOXIDE_BIN) return { binary: DYNOXIDE_BIN };
  if (process.platform === 'linux' && process.arch === 'x64') {
    return { binary: createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide') };
  }
  return AWS_ENDPOINT_URL_DYNAMODB ? { endpoint: AWS_ENDPOINT_URL_DYNAMODB } : undefined;
}

export const NO_DYNAMO =
  'no DynamoDB to test with: dynoxide installs itself on Linux x64; elsewhere set DYNOXIDE_BIN or AWS_ENDPOINT_URL_DYNAMODB';

/** Starts an engine in memory on a free port, or uses the one that is there. */
export async function startDynamo(): Promise<RunningDynamo> {
  const found = findDynamo();
  if (!found) throw new Error(NO_DYNAMO);
  if ('endpoint' in found) return runningAt(found.endpoint, async () => undefined);
  // Somebody may take the port between finding it free and using it: then another is tried.
  for (let attempts = 1; ; attempts += 1) {
    const port = await freePort();
    const child = spawn(found.binary, ['serve', '--host', '127.0.0.1', '--port', String(port)], {
      stdio: 'ignore',
    });
    const stop = stopper(child);
    if (await listens(child, port)) return runningAt(`http://127.0.0.1:${port}`, stop);
    await stop();
    if (attempts === 5) throw new Error(`dynoxide did not start: ${found.binary}`);
  }
}

let tables = 0;

function runningAt(endpoint: string, stop: () => Promise<void>): RunningDynamo {
  const client = new DynamoDBClient({
    endpoint,
    region: DYNAMO_REGION,
    credentials: DYNAMO_CREDENTIALS,
    maxAttempts: 1,
  });
  return {
    endpoint,
    createTables: async (given) => {
      tables += 1;
      const suffix = `${process.pid}-${tables}`;
      const names = given ?? { registry: `registry-${suffix}`, outbox: `outbox-${suffix}` };
      await client.send(new CreateTableCommand(tableInput(names.registry, REGISTRY_TABLE)));
      await client.send(new CreateTableCommand(tableInput(names.outbox, OUTBOX_TABLE)));
      return names;
    },
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
}

/** A table's schema as CreateTable takes it. */
function tableInput(name: string, schema: TableSchema): CreateTableCommandInput {
  const indexes = Object.entries(schema.indexes);
  const attributes = new Set([
    schema.partitionKey,
    schema.sortKey,
    ...indexes.flatMap(([, index]) => [index.partitionKey, index.sortKey]),
  ]);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keySchema(schema),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
            IndexName,
            KeySchema: keySchema(index),
            Projection: { ProjectionType: 'KEYS_ONLY' as const },
          })),
        }),
    ...(schema.stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: schema.stream } } : {}),
  };
}

function keySchema(keys: { readonly partitionKey: string; readonly sortKey: string }) {
  return [
    { AttributeName: keys.partitionKey, KeyType: 'HASH' as const },
    { AttributeName: keys.sortKey, KeyType: 'RANGE' as const },
  ];
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('a port has no number');
  return address.port;
}

/** Whether it accepts connections before it gives up. */
async function listens(child: ChildProcess, port: number): Promise<boolean> {
  while (child.exitCode === null) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (accepted && child.exitCode === null) return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}

/** Stops it for certain, also when the test process ends without having been asked to. */
function stopper(child: ChildProcess): () => Promise<void> {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = child.exitCode === null ? once(child, 'exit') : Promise.resolve();
  return async () => {
    process.removeListener('exit', kill);
    kill();
    await exited;
  };
}
