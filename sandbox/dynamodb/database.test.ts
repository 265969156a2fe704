import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, aCloud, aFolder, aRunningCloud, arn, REGION, refusing } from '#test/builders/a-cloud.ts';
import { refusalOf } from '#test/builders/running-sandbox.ts';
import { NOON } from '#test/builders/sandbox-call.ts';
import { findDynamo } from './find-dynoxide.ts';
import type { TableDefinition } from './table-definition.ts';

const OUTBOX: TableDefinition = {
  name: 'outbox',
  hashKey: { name: 'pk', type: 'S' },
  rangeKey: { name: 'sk', type: 'S' },
  globalIndexes: [{ name: 'byRole', hashKey: { name: 'role', type: 'S' }, projection: 'KEYS_ONLY' }],
  ttlAttribute: 'expires',
  streamViewType: 'NEW_AND_OLD_IMAGES',
};
const TABLE = arn('dynamodb', 'table/outbox');

async function aTable(definition: Partial<TableDefinition> = {}, authorize = refusing('nothing').authorize) {
  const running = await aRunningCloud({ authorize });
  const database = running.cloud.database(ACCOUNT, REGION);
  await database.createTable({ ...OUTBOX, ...definition });
  const put = (pk: string, more: Record<string, { S: string } | { N: string }> = {}) =>
    running.dynamodb.send(
      new PutItemCommand({ TableName: 'outbox', Item: { pk: { S: pk }, sk: { S: '1' }, ...more } }),
    );
  return { ...running, database, put };
}

const KEY = { pk: { S: 'a' }, sk: { S: '1' } };

describe('a table', () => {
  it('is there for the SDK, with the ARN of its account and region', async () => {
    const { dynamodb, put } = await aTable();
    await put('a', { role: { S: 'r' } });
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: TABLE }));
    expect(Table).toMatchObject({ TableName: 'outbox', TableArn: TABLE });
    const found = await dynamodb.send(
      new QueryCommand({
        TableName: 'outbox',
        IndexName: 'byRole',
        KeyConditionExpression: '#r = :r',
        ExpressionAttributeNames: { '#r': 'role' },
        ExpressionAttributeValues: { ':r': { S: 'r' } },
      }),
    );
    expect(found.Items).toEqual([{ ...KEY, role: { S: 'r' } }]);
  });

  it('keeps an item that holds an ARN of a table as it is, also when the table is named by ARN', async () => {
    const { dynamodb } = await aTable();
    const Item = { ...KEY, about: { S: TABLE } };
    await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item }));
    const read = await dynamodb.send(new GetItemCommand({ TableName: 'outbox', Key: KEY }));
    expect(read.Item).toEqual(Item);
  });

  it('belongs to one account and region', async () => {
    const { cloud, dynamodb } = await aTable();
    await cloud.database(ACCOUNT, 'us-east-1').createTable({ ...OUTBOX, name: 'elsewhere' });
    expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(['outbox']);
  });

  it('can be made over the wire', async () => {
    const { database, dynamodb } = await aTable();
    await dynamodb.send(
      new CreateTableCommand({
        TableName: 'other',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }),
    );
    await dynamodb.send(
      new PutItemCommand({ TableName: 'other', Item: { id: { S: 'x' }, until: { N: '1' } } }),
    );
    const TimeToLiveSpecification = { AttributeName: 'until', Enabled: true };
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: 'other', TimeToLiveSpecification }));
    expect(await database.sweepTtl()).toBe(1);
  });

  it.each([
    ['UpdateExpression', { UpdateExpression: 'SET ü = :x' }],
    ['ConditionExpression', { UpdateExpression: 'SET a = :x', ConditionExpression: 'é = :x' }],
  ])('never lets a character beyond ASCII in a %s come near the engine', async (name, expressions) => {
    const { dynamodb, put } = await aTable();
    const refused = await refusalOf(
      dynamodb.send(
        new UpdateItemCommand({
          TableName: 'outbox',
          Key: KEY,
          ...expressions,
          ExpressionAttributeValues: { ':x': { S: 'ü is fine here' } },
        }),
      ),
    );
    expect(refused).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(refused.message).toContain(name);
    await put('still there');
  });

  it('says no in the words of the engine where a condition fails', async () => {
    const { dynamodb, put } = await aTable();
    await put('a');
    const input = { TableName: 'outbox', Item: KEY, ConditionExpression: 'attribute_not_exists(pk)' };
    const refused = await refusalOf(dynamodb.send(new PutItemCommand(input)));
    expect(refused.name).toBe('ConditionalCheckFailedException');
  });

  it('refuses loudly what it does not do', async () => {
    const { dynamodb } = await aTable();
    const refused = await refusalOf(
      dynamodb.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM outbox' })),
    );
    expect(refused.name).toBe('UnknownOperationException');
  });
});

describe('the front door', () => {
  it.each([
    ['an item', new GetItemCommand({ TableName: 'outbox', Key: KEY }), [['dynamodb:GetItem', TABLE, ['a']]]],
    [
      'an index',
      new QueryCommand({
        TableName: 'outbox',
        IndexName: 'byRole',
        KeyConditionExpression: 'pk = :x',
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      }),
      [['dynamodb:Query', `${TABLE}/index/byRole`, undefined]],
    ],
    [
      'a batch',
      new BatchWriteItemCommand({ RequestItems: { outbox: [{ DeleteRequest: { Key: KEY } }] } }),
      [['dynamodb:BatchWriteItem', TABLE, undefined]],
    ],
    [
      'a transaction',
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'outbox', Item: KEY } },
          { ConditionCheck: { TableName: 'other', Key: KEY, ConditionExpression: 'a = b' } },
        ],
      }),
      [
        ['dynamodb:PutItem', TABLE, ['a']],
        ['dynamodb:ConditionCheckItem', arn('dynamodb', 'table/other'), undefined],
      ],
    ],
  ])('is asked about everything that happens to %s', async (_, command, expected) => {
    const door = refusing('nothing');
    const { dynamodb } = await aTable({}, door.authorize);
    door.asked.length = 0;
    await dynamodb.send(command as GetItemCommand).catch(() => undefined);
    const asked = door.asked.map(({ action, resource, context }) => [
      action,
      resource,
      context?.['dynamodb:LeadingKeys'],
    ]);
    expect(asked).toEqual(expected);
  });

  it('stops a transaction of which one part is not allowed', async () => {
    const { dynamodb } = await aTable({}, refusing('dynamodb:DeleteItem').authorize);
    const TransactItems = [
      { Put: { TableName: 'outbox', Item: KEY } },
      { Delete: { TableName: 'outbox', Key: { ...KEY, sk: { S: '2' } } } },
    ];
    const refused = await refusalOf(dynamodb.send(new TransactWriteItemsCommand({ TransactItems })));
    expect(refused).toMatchObject({ name: 'AccessDeniedException', status: 400 });
    const read = await dynamodb.send(new GetItemCommand({ TableName: 'outbox', Key: KEY }));
    expect(read.Item).toBeUndefined();
  });
});

describe('a stream', () => {
  it('tells what was written after it was switched on, as DynamoDB does', async () => {
    const { database, put, cloud } = await aTable();
    await put('seeded');
    const stream = await database.enableStream('outbox');
    cloud.clock.advance(5_000);
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '2' } });
    await cloud.quiet();
    expect(stream.records(0, 10)).toMatchObject([
      {
        eventName: 'INSERT',
        eventSource: 'aws:dynamodb',
        awsRegion: REGION,
        eventSourceARN: stream.arn,
        dynamodb: {
          Keys: KEY,
          NewImage: { ...KEY, n: { N: '1' } },
          ApproximateCreationDateTime: NOON / 1000 + 5,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      },
      { eventName: 'MODIFY', dynamodb: { OldImage: { n: { N: '1' } }, NewImage: { n: { N: '2' } } } },
    ]);
    expect(stream.end()).toBe(2);
    expect(stream.arn).toMatch(/^arn:aws:dynamodb:eu-west-1:111122223333:table\/outbox\/stream\//);
  });

  it.each([
    ['KEYS_ONLY' as const, false, false],
    ['NEW_IMAGE' as const, true, false],
    ['OLD_IMAGE' as const, false, true],
  ])('shows %s and still no write that changes nothing', async (streamViewType, showsNew, showsOld) => {
    const { cloud, database, put } = await aTable({ streamViewType });
    await put('a', { n: { N: '1' } });
    const stream = await database.enableStream('outbox');
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '2' } });
    await cloud.quiet();
    const [record] = stream.records(0, 10);
    expect(stream.end()).toBe(1);
    expect(record?.dynamodb).toMatchObject({ Keys: KEY, StreamViewType: streamViewType });
    expect('NewImage' in (record?.dynamodb ?? {})).toBe(showsNew);
    expect('OldImage' in (record?.dynamodb ?? {})).toBe(showsOld);
  });
});

describe('time to live', () => {
  it('deletes by the moved clock what is over, and says in the stream who did', async () => {
    const { cloud, database, put, dynamodb } = await aTable();
    const stream = await database.enableStream('outbox');
    await put('soon', { expires: { N: String(NOON / 1000 + 60) } });
    await put('late', { expires: { N: String(NOON / 1000 + 7200) } });
    await put('never');
    await cloud.advance(59 * 60_000);
    const left = stream.records(3, 10);
    expect(left).toMatchObject([
      {
        eventName: 'REMOVE',
        dynamodb: { Keys: { pk: { S: 'soon' } } },
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      },
    ]);
    const late = { TableName: 'outbox', Key: { pk: { S: 'late' }, sk: { S: '1' } } };
    expect((await dynamodb.send(new GetItemCommand(late))).Item).toBeDefined();
    await cloud.advance(3_600_000 + 11 * 60_000);
    expect((await dynamodb.send(new GetItemCommand(late))).Item).toBeUndefined();
    expect(await database.sweepTtl()).toBe(0);
  });
});

describe('a snapshot', () => {
  it('puts everything back, and streams begin again', async () => {
    const { cloud, database, put, dynamodb } = await aTable();
    const stream = await database.enableStream('outbox');
    await put('a');
    await database.snapshot('clean');
    await put('b');
    await database.restore('clean');
    const b = { TableName: 'outbox', Key: { pk: { S: 'b' }, sk: { S: '1' } } };
    expect((await dynamodb.send(new GetItemCommand(b))).Item).toBeUndefined();
    expect(stream.end()).toBe(0);
    await put('c');
    await cloud.quiet();
    expect(stream.records(0, 10)).toMatchObject([{ dynamodb: { Keys: { pk: { S: 'c' } } } }]);
  });
});

describe('the engine', () => {
  it('is found by its variables and named in the error when there is none', () => {
    expect(findDynamo({ DYNOXIDE_BIN: process.execPath })).toEqual({
      kind: 'dynoxide',
      path: process.execPath,
    });
    expect(() => findDynamo({ DYNOXIDE_BIN: '/nowhere/dynoxide' })).toThrow(/DYNOXIDE_BIN.*Linux x64/);
  });

  it('has no streams and says which variable to set where it is somebody else’s', async () => {
    const cloud = aCloud();
    const { Database } = await import('./database.ts');
    const { clock, work, journal } = cloud;
    const calls: string[] = [];
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => {
      calls.push(`${request.headers['x-amz-target']} ${request.headers.authorization?.slice(0, 56)}`);
      request.resume().on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const engine = { kind: 'endpoint' as const, url: `http://127.0.0.1:${port}` };
    const database = new Database({ account: ACCOUNT, region: REGION }, { clock, work, journal, engine });
    await database.createTable({ ...OUTBOX, ttlAttribute: undefined });
    await expect(database.enableStream('outbox')).rejects.toThrow('DYNOXIDE_BIN');
    await expect(database.snapshot('s')).rejects.toThrow('DYNOXIDE_BIN');
    server.close();
    server.closeAllConnections();
    expect(calls).toEqual([
      'DynamoDB_20120810.CreateTable AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-wes',
    ]);
  });

  it('is started again with its data when it dies', async () => {
    const { cloud, dynamodb, put } = await aTable();
    await put('a');
    const pids = childrenOf(process.pid, 'dynoxide');
    expect(pids).toHaveLength(1);
    process.kill(pids[0] ?? 0, 'SIGKILL');
    while (cloud.journal.entries('repaired').length === 0) await new Promise((r) => setTimeout(r, 5));
    const read = await dynamodb.send(new GetItemCommand({ TableName: 'outbox', Key: KEY }));
    expect(read.Item).toEqual(KEY);
  });

  it('does not outlive a process that is killed', async () => {
    const program = `
      const { DynoxideProcess } = await import(${JSON.stringify(join(import.meta.dirname, 'dynoxide-process.ts'))});
      const engine = new DynoxideProcess(${JSON.stringify((findDynamo(process.env) as { path: string }).path)}, () => {});
      const { url } = await engine.address();
      console.log(url);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // What it leaves behind goes with the test.
      env: { ...process.env, TMPDIR: aFolder() },
    });
    const url = await new Promise<string>((resolve) => {
      parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    });
    expect((await fetch(url)).status).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    const isGone = () =>
      fetch(url).then(
        () => false,
        () => true,
      );
    while (!(await isGone())) await new Promise((r) => setTimeout(r, 5));
  });
});

/** The processes of a name below another process. */
function childrenOf(root: number, name: string): number[] {
  const processes = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [, comm = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
        return [{ pid: Number(pid), comm, parent: Number(rest.split(' ')[1]) }];
      } catch {
        return [];
      }
    });
  const below = new Set([root]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  return processes.filter(({ pid, comm }) => comm === name && below.has(pid)).map(({ pid }) => pid);
}
