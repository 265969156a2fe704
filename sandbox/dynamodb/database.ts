import { AwsError } from '../aws-error.ts';
import type { AdvanceableClock } from '../clock.ts';
import type { Journal } from '../cloud/journal.ts';
import type { Work } from '../cloud/work.ts';
import { partitionOf } from '../partition.ts';
import { isObject } from '../wire/json-shape.ts';
import { DynamoStream, rawRecords } from './dynamo-stream.ts';
import { Engine, type EngineAnswer } from './engine.ts';
import type { DynamoEngine } from './find-dynoxide.ts';
import { expressionBeyondAscii, isWrite, namedPlainly, tableNameOf, tableUses } from './request-reading.ts';
import { createTableInput, type StreamViewType, type TableDefinition } from './table-definition.ts';
import { expireItems } from './time-to-live.ts';

export interface DatabaseSurroundings {
  readonly clock: AdvanceableClock;
  readonly work: Work;
  readonly journal: Journal;
  readonly engine: DynamoEngine;
}

/** What is known of a table. */
interface KnownTable {
  readonly keyNames: readonly string[];
  readonly ttlAttribute?: string | undefined;
  readonly streamViewType?: StreamViewType | undefined;
  readonly stream?: DynamoStream | undefined;
}

const API = 'DynamoDB_20120810';
const STREAMS_API = 'DynamoDBStreams_20120810';
/** DynamoDB takes up to a few days; a test calls `sweepTtl` and does not wait. */
const SWEEP_EVERY_MS = 10 * 60_000;

/** The tables of one account and region. The engine starts when it is first needed. */
export class Database {
  readonly account: string;
  readonly region: string;
  private readonly around: DatabaseSurroundings;
  private readonly engine: Engine;
  private readonly tables = new Map<string, KnownTable>();
  private cancelSweep: (() => void) | undefined;

  constructor(
    place: { readonly account: string; readonly region: string },
    surroundings: DatabaseSurroundings,
  ) {
    this.account = place.account;
    this.region = place.region;
    this.around = surroundings;
    this.engine = new Engine(surroundings.engine, place, surroundings.journal);
  }

  arnOf(tableName: string): string {
    return `${this.arnPrefix()}table/${tableName}`;
  }

  /**
   * Makes a table. Its stream, if it has one, stays off until `enableStream`: records of what the table is first
   * filled with would slow down every write after it.
   */
  async createTable(definition: TableDefinition): Promise<void> {
    await this.mustCall('CreateTable', createTableInput(definition));
    const { name, hashKey, rangeKey, ttlAttribute, streamViewType } = definition;
    if (ttlAttribute !== undefined) {
      const TimeToLiveSpecification = { AttributeName: ttlAttribute, Enabled: true };
      await this.mustCall('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification });
    }
    const keyNames = rangeKey ? [hashKey.name, rangeKey.name] : [hashKey.name];
    this.tables.set(name, { keyNames, ttlAttribute, streamViewType });
    if (ttlAttribute !== undefined) this.armSweep();
  }

  /**
   * Switches a table's stream on and answers it; the same one when it is on already. Rejects for a table without one,
   * and where the engine is not dynoxide: streams of others cannot be read.
   */
  async enableStream(tableName: string): Promise<DynamoStream> {
    const table = this.known(tableName);
    if (table.stream) return table.stream;
    if (table.streamViewType === undefined)
      throw new Error(`the table ${tableName} is defined without a stream`);
    if (this.engine.kind !== 'dynoxide') {
      throw new Error(
        'AWS_ENDPOINT_URL_DYNAMODB is without streams here: set DYNOXIDE_BIN to a dynoxide binary',
      );
    }
    // All images, whatever the table shows: only they tell a change from none.
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
    await this.mustCall('UpdateTable', { TableName: tableName, StreamSpecification });
    const stream = await this.openStream(tableName, table.streamViewType);
    this.tables.set(tableName, { ...table, stream });
    return stream;
  }

  /** The stream of a table, if it is on. */
  stream(tableName: string): DynamoStream | undefined {
    return this.tables.get(tableName)?.stream;
  }

  /** The hash key of an item or key, as text: what the condition key `dynamodb:LeadingKeys` compares. */
  leadingKey(tableName: string, key: Readonly<Record<string, unknown>>): string | undefined {
    const hashKey = this.tables.get(tableName)?.keyNames[0];
    const value = hashKey === undefined ? undefined : key[hashKey];
    return isObject(value) ? String(Object.values(value)[0]) : undefined;
  }

  /**
   * Carries out a call as it came in; streams are told while the answer is on its way. Throws `AwsError` where the
   * request must not reach the engine; what the engine refuses is an answer.
   */
  async call(operation: string, body: string): Promise<EngineAnswer> {
    const input: unknown = JSON.parse(body);
    const expression = expressionBeyondAscii(input);
    if (expression !== undefined) {
      throw new AwsError(
        'ValidationException',
        400,
        `Invalid ${expression}: Syntax error; only ASCII is allowed outside of names and values`,
      );
    }
    if (isObject(input) && input['StreamSpecification'] !== undefined) {
      throw new AwsError(
        'ValidationException',
        400,
        'The sandbox switches streams on only for tables of its graph.',
      );
    }
    const answer = await this.send(
      API,
      operation,
      body.includes(this.arnPrefix()) ? JSON.stringify(namedPlainly(input)) : body,
    );
    if (answer.status === 200 && isWrite(operation) && isObject(input)) this.tellStreams(operation, input);
    if (answer.status === 200 && isObject(input)) this.learn(operation, input);
    return { status: answer.status, body: this.foreignNames(answer.body) };
  }

  /** Deletes what time to live says is over, by the sandbox's clock, in every table. Answers how many items. */
  async sweepTtl(): Promise<number> {
    let deleted = 0;
    for (const [tableName, { ttlAttribute, keyNames, stream }] of this.tables) {
      if (ttlAttribute === undefined) continue;
      deleted += await expireItems({
        tableName,
        ttlAttribute,
        keyNames,
        nowSeconds: Math.floor(this.around.clock.now() / 1000),
        call: (operation, input) => this.send(API, operation, JSON.stringify(input)),
        expect: (key) => stream?.expect(key),
      });
      await stream?.drain();
    }
    return deleted;
  }

  /** Keeps all tables as they are now, under a name. dynoxide only. */
  async snapshot(name: string): Promise<void> {
    await this.engine.tool('create_snapshot', { name });
  }

  /** Puts all tables back to how they were; streams begin again, empty. dynoxide only. */
  async restore(name: string): Promise<void> {
    await this.engine.tool('restore_snapshot', { name });
    for (const { stream } of this.tables.values()) await stream?.begin();
  }

  async stop(): Promise<void> {
    this.cancelSweep?.();
    await this.engine.stop();
  }

  private tellStreams(operation: string, input: Readonly<Record<string, unknown>>): void {
    const written = new Set(tableUses(operation, input).map(({ tableName }) => tableName));
    for (const tableName of written) {
      const stream = this.stream(tableName);
      if (stream) this.inBackground(stream.drain(), `reading the stream of ${tableName}`);
    }
  }

  private async openStream(tableName: string, viewType: StreamViewType): Promise<DynamoStream> {
    const { Streams } = await this.mustCall('ListStreams', { TableName: tableName }, STREAMS_API);
    const newest: unknown = Array.isArray(Streams) ? Streams.at(-1) : undefined;
    const StreamArn = isObject(newest) ? String(newest['StreamArn']) : '';
    const described = await this.mustCall('DescribeStream', { StreamArn }, STREAMS_API);
    const ShardId = shardOf(described);
    const iterator = async (ShardIteratorType: string) => {
      const input = { StreamArn, ShardId, ShardIteratorType };
      return String((await this.mustCall('GetShardIterator', input, STREAMS_API))['ShardIterator']);
    };
    const beginning = await iterator('LATEST');
    return new DynamoStream(
      {
        arn: this.foreignNames(StreamArn),
        region: this.region,
        viewType,
        clock: this.around.clock,
        read: (position) => this.readRecords(position ?? beginning),
        latest: () => iterator('LATEST'),
      },
      beginning,
    );
  }

  /** Once more when the engine has died on the way: reading changes nothing, and it is started again. */
  private async readRecords(iterator: string): Promise<ReturnType<typeof rawRecords>> {
    const read = () => this.mustCall('GetRecords', { ShardIterator: iterator }, STREAMS_API);
    return rawRecords(await read().catch(read));
  }

  /** What fails without anybody waiting for it stands in the journal. */
  private inBackground(task: Promise<unknown>, what: string): void {
    const { work, journal } = this.around;
    void work.track(task).catch((error: unknown) => {
      journal.note('dropped', `dynamodb ${this.account} ${this.region}`, `${what}: ${String(error)}`);
    });
  }

  private known(tableName: string): KnownTable {
    const table = this.tables.get(tableName);
    if (!table) throw new Error(`there is no table ${tableName} in ${this.account} ${this.region}`);
    return table;
  }

  /** Takes note of what becomes of tables over the wire. */
  private learn(operation: string, input: Readonly<Record<string, unknown>>): void {
    const name = tableNameOf(String(input['TableName']));
    if (operation === 'CreateTable') this.tables.set(name, { keyNames: keyNamesOf(input) });
    if (operation === 'DeleteTable') this.tables.delete(name);
    const ttl = input['TimeToLiveSpecification'];
    if (operation !== 'UpdateTimeToLive' || !isObject(ttl)) return;
    const ttlAttribute = ttl['Enabled'] === true ? String(ttl['AttributeName']) : undefined;
    this.tables.set(name, { ...this.known(name), ttlAttribute });
    this.armSweep();
  }

  private armSweep(): void {
    const { clock } = this.around;
    this.cancelSweep?.();
    this.cancelSweep = clock.at(clock.now() + SWEEP_EVERY_MS, () => {
      this.armSweep();
      this.inBackground(this.sweepTtl(), 'time to live');
    });
  }

  /** A call of the sandbox's own, which must work. */
  private async mustCall(
    operation: string,
    input: object,
    api: string = API,
  ): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.send(api, operation, JSON.stringify(input));
    const body: unknown = JSON.parse(answer.body);
    if (answer.status !== 200 || !isObject(body)) throw new Error(`${operation} failed: ${answer.body}`);
    return body;
  }

  private send(api: string, operation: string, body: string): Promise<EngineAnswer> {
    return this.around.work.track(this.engine.call(`${api}.${operation}`, body));
  }

  private arnPrefix(): string {
    return `arn:${partitionOf(this.region)}:dynamodb:${this.region}:${this.account}:`;
  }

  private foreignNames(text: string): string {
    return text.replaceAll(/arn:aws:dynamodb:(?:dynoxide|ddblocal):000000000000:/g, this.arnPrefix());
  }
}

function keyNamesOf(input: Readonly<Record<string, unknown>>): readonly string[] {
  const schema = Array.isArray(input['KeySchema']) ? (input['KeySchema'] as unknown[]) : [];
  return ['HASH', 'RANGE'].flatMap((type) =>
    schema.flatMap((key) => (isObject(key) && key['KeyType'] === type ? [String(key['AttributeName'])] : [])),
  );
}

function shardOf(described: Readonly<Record<string, unknown>>): string {
  const description = described['StreamDescription'];
  const shards = isObject(description) ? description['Shards'] : undefined;
  const first: unknown = Array.isArray(shards) ? shards[0] : undefined;
  if (!isObject(first)) throw new Error(`dynoxide's stream has no shard: ${JSON.stringify(described)}`);
  return String(first['ShardId']);
}
