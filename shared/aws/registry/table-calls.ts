import { type ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { AppError } from '#shared/ports/app-error.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { AwsAccess } from '../aws-access.ts';
import { expectOutput } from '../call-aws.ts';
import { type SendOptions, ServiceCalls } from '../service-calls.ts';
import type { CommitAction } from './commit-actions.ts';
import type { Row } from './item-codec.ts';
import type { TableKey } from './item-keys.ts';

/** Told of the capacity that each request consumed. */
export type OnCapacity = (operation: string, units: number) => void;

export interface TableCallsOptions {
  readonly access: AwsAccess;
  readonly onCapacity?: OnCapacity | undefined;
}

/** How a conditional write went: each action's condition that did not hold, by its place. */
export type WriteAnswer =
  | { readonly kind: 'written' }
  | { readonly kind: 'conditionsFailed'; readonly failed: readonly number[]; readonly commit?: string };

/** Asked for at once by BatchGetItem, at most. */
const BATCH = 100;
/** Transactions that want the same item at the same moment are refused; one of them a moment later is not. */
const CONTENTION_ATTEMPTS = 10;
const CONTENTION_BASE_MS = 10;
const CONTENTION_MAX_MS = 500;
const WHY_REFUSED = {
  'registry.contended': 'too many want the same item',
  'aws.throttled': 'it is asked for more than it lets through now',
} as const;

/** The requests that the registry makes to DynamoDB. There is no Scan. */
export class TableCalls {
  readonly #calls: ServiceCalls<DynamoDBDocumentClient>;
  readonly #onCapacity: OnCapacity | undefined;

  constructor({ access, onCapacity }: TableCallsOptions) {
    this.#onCapacity = onCapacity;
    this.#calls = new ServiceCalls(access, {
      service: 'DYNAMODB',
      createClient: (config) =>
        DynamoDBDocumentClient.from(new DynamoDBClient(config), {
          marshallOptions: { removeUndefinedValues: true },
        }),
    });
  }

  /** The rows by key; a key without an entry has none. Consistent. Asks again for what DynamoDB left out. */
  async batchGet(
    table: string,
    keys: readonly TableKey[],
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, Row>> {
    const rows = new Map<string, Row>();
    const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
    for (let start = 0; start < distinct.length; start += BATCH) {
      let left: readonly TableKey[] = distinct.slice(start, start + BATCH);
      for (let attempts = 1; left.length > 0; attempts += 1) {
        const answer = await this.#batchGetOnce(table, left, options);
        for (const row of answer.rows) rows.set(keyText(row), row);
        left = answer.left;
        if (left.length === 0) break;
        this.#throttled('BatchGetItem');
        await this.#backOff(attempts, 'aws.throttled', options);
      }
    }
    return rows;
  }

  /** One page of a query. */
  async query(
    input: QueryCommandInput,
    options?: CallOptions,
  ): Promise<{ readonly rows: readonly Row[]; readonly next: Readonly<Record<string, string>> | undefined }> {
    const output = await this.#read(
      'Query',
      () => `${input.IndexName ?? input.TableName}`,
      (client, send) => client.send(new QueryCommand({ ...input, ...this.#measured() }), send),
      options,
    );
    this.#note('Query', [output.ConsumedCapacity]);
    return { rows: (output.Items ?? []) as Row[], next: output.LastEvaluatedKey };
  }

  /** One conditional write, at half the price of a transaction. Tells by whose commit the item is, when not by ours. */
  async write(action: CommitAction, options?: CallOptions): Promise<WriteAnswer> {
    const { Put, Delete } = action;
    if (Put) {
      const input = { ...Put, ...this.#measured(), ...RETURN_OLD };
      return await this.#conditional('PutItem', options, async (client, send) => {
        const output = await client.send(new PutCommand(input), send);
        this.#note('PutItem', [output.ConsumedCapacity]);
      });
    }
    if (!Delete) throw new Error('neither a put nor a delete');
    const input = { ...Delete, ...this.#measured(), ...RETURN_OLD };
    return await this.#conditional('DeleteItem', options, async (client, send) => {
      const output = await client.send(new DeleteCommand(input), send);
      this.#note('DeleteItem', [output.ConsumedCapacity]);
    });
  }

  /** All or nothing; with the same token, once. */
  async transact(
    token: string,
    actions: readonly CommitAction[],
    options?: CallOptions,
  ): Promise<WriteAnswer> {
    const input = { TransactItems: [...actions], ClientRequestToken: token, ...this.#measured() };
    return await this.#conditional('TransactWriteItems', options, async (client, send) => {
      const output = await client.send(new TransactWriteCommand(input), send);
      this.#note('TransactWriteItems', output.ConsumedCapacity ?? []);
    });
  }

  async #batchGetOnce(table: string, keys: readonly TableKey[], options: CallOptions | undefined) {
    const RequestItems = { [table]: { Keys: keys.map(({ pk, sk }) => ({ pk, sk })), ConsistentRead: true } };
    const output = await this.#read(
      'BatchGetItem',
      () => `${keys.length} items of ${table}`,
      (client, send) => client.send(new BatchGetCommand({ RequestItems, ...this.#measured() }), send),
      options,
    );
    this.#note('BatchGetItem', output.ConsumedCapacity ?? []);
    return {
      rows: (output.Responses?.[table] ?? []) as Row[],
      left: (output.UnprocessedKeys?.[table]?.Keys ?? []) as TableKey[],
    };
  }

  async #read<Output>(
    operation: string,
    subject: () => string,
    send: (client: DynamoDBDocumentClient, options: SendOptions) => Promise<Output>,
    options?: CallOptions,
  ): Promise<Output> {
    const name = { operation: `dynamodb:${operation}`, subject };
    return expectOutput(await this.#calls.call({}, name, send, options));
  }

  async #conditional(
    operation: string,
    options: CallOptions | undefined,
    send: (client: DynamoDBDocumentClient, options: SendOptions) => Promise<void>,
  ): Promise<WriteAnswer> {
    for (let attempts = 1; ; attempts += 1) {
      const answer = await this.#read<WriteAnswer | 'contended' | 'throttled'>(
        operation,
        () => 'the registry',
        (client, sendOptions) =>
          send(client, sendOptions).then((): WriteAnswer => ({ kind: 'written' }), readRefusal),
        options,
      );
      if (answer !== 'contended' && answer !== 'throttled') return answer;
      if (answer === 'throttled') this.#throttled(operation);
      await this.#backOff(attempts, answer === 'throttled' ? 'aws.throttled' : 'registry.contended', options);
    }
  }

  /** An answer that was no error, and asked us to slow down all the same. */
  #throttled(operation: string): void {
    this.#calls.access.options.counter.throttled?.(`dynamodb:${operation}`);
  }

  async #backOff(
    attempts: number,
    code: 'registry.contended' | 'aws.throttled',
    options: CallOptions | undefined,
  ): Promise<void> {
    if (attempts >= CONTENTION_ATTEMPTS) {
      throw new AppError(code, `the registry refused ${attempts} times: ${WHY_REFUSED[code]}`, {
        retryable: true,
      });
    }
    const { clock, random } = this.#calls.access.options;
    const limit = Math.min(CONTENTION_MAX_MS, CONTENTION_BASE_MS * 2 ** attempts);
    await clock.sleep(Math.ceil(limit * random()), options?.signal);
  }

  #measured(): { readonly ReturnConsumedCapacity?: 'TOTAL' } {
    return this.#onCapacity ? { ReturnConsumedCapacity: 'TOTAL' } : {};
  }

  #note(operation: string, consumed: readonly (ConsumedCapacity | undefined)[]): void {
    const units = consumed.reduce((sum, one) => sum + (one?.CapacityUnits ?? 0), 0);
    this.#onCapacity?.(operation, units);
  }
}

const RETURN_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

function keyText({ pk, sk }: TableKey): string {
  return `${pk}\n${sk}`;
}

/** What a write that was understood and not carried out says; everything else is thrown on. */
function readRefusal(error: unknown): WriteAnswer | 'contended' | 'throttled' {
  const name = error instanceof Error ? error.name : '';
  if (name === 'ConditionalCheckFailedException') {
    const commit = (error as { Item?: { commit?: { S?: string } } }).Item?.commit?.S;
    return { kind: 'conditionsFailed', failed: [0], ...(commit === undefined ? {} : { commit }) };
  }
  if (name === 'TransactionConflictException') return 'contended';
  if (name !== 'TransactionCanceledException') throw error;
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  const failed = reasons.flatMap(({ Code }, index) => (Code === 'ConditionalCheckFailed' ? [index] : []));
  if (failed.length > 0) return { kind: 'conditionsFailed', failed };
  const codes = reasons.map(({ Code = '' }) => Code);
  if (codes.some((code) => code === 'ThrottlingError' || code === 'ProvisionedThroughputExceeded')) {
    return 'throttled';
  }
  if (codes.includes('TransactionConflict')) return 'contended';
  throw error;
}
