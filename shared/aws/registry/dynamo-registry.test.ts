import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCallCounter } from '#shared/app/call-counter.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import { aClusterItem, aFinding, anAssociationItem } from '#test/builders/registry-items.ts';
import { ManualClock, NOON } from '#test/fakes/manual-clock.ts';
import { type ScriptedAnswer, ScriptedEndpoint } from '#test/fakes/scripted-endpoint.ts';
import { AwsAccess } from '../aws-access.ts';
import { DynamoRegistry } from './dynamo-registry.ts';
import { decodeItem, encodeItem, type Row } from './item-codec.ts';

const TABLES = { registry: 'registry', outbox: 'outbox' };
const refused = (name: string, more: object = {}): ScriptedAnswer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'm', ...more },
});
const cancelled = (...codes: string[]): ScriptedAnswer =>
  refused('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });
const DONE: ScriptedAnswer = { body: {} };

/** Breaks the connection. */
const LOST = undefined;

describe('DynamoRegistry', () => {
  let endpoint: ScriptedEndpoint;
  let access: AwsAccess;
  let registry: DynamoRegistry;
  let counter: ReturnType<typeof createCallCounter>;
  let answers: (ScriptedAnswer | undefined)[];
  beforeEach(async () => {
    answers = [];
    endpoint = await ScriptedEndpoint.start(() => answers.shift());
    counter = createCallCounter();
    access = new AwsAccess({
      clock: new ManualClock({ autoAdvance: true }),
      random: () => 0.5,
      counter,
      region: 'eu-west-1',
      credentials: { accessKeyId: '111122223333', secretAccessKey: 's' },
      endpoint: endpoint.url,
    });
    registry = new DynamoRegistry({ access, tables: TABLES });
  });
  afterEach(async () => {
    access.close();
    await endpoint.stop();
  });

  const one: RegistryCommit = { id: 'mine', at: NOON, put: [anAssociationItem()] };
  const two: RegistryCommit = { ...one, seen: [{ type: 'seenEvent', id: 'e', at: NOON }] };
  const told = () => endpoint.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

  describe('a commit of one item', () => {
    it('whose answer was lost, and that is there, is done', async () => {
      const Item = { commit: { S: 'mine' } };
      answers = [LOST, refused('ConditionalCheckFailedException', { Item })];
      expect(await registry.commit(one)).toBe('done');
    });

    it('that somebody else was faster with is a conflict', async () => {
      const Item = { commit: { S: 'theirs' } };
      answers = [LOST, refused('ConditionalCheckFailedException', { Item })];
      expect(await registry.commit(one)).toBe('conflict');
    });

    it('meets a transaction, and comes again', async () => {
      answers = [refused('TransactionConflictException'), DONE];
      expect(await registry.commit(one)).toBe('done');
    });
  });

  describe('a commit of several', () => {
    it('whose answer was lost is asked again under the same name', async () => {
      answers = [LOST, DONE];
      expect(await registry.commit(two)).toBe('done');
      expect(told().map(({ ClientRequestToken }) => ClientRequestToken)).toEqual(['mine', 'mine']);
    });

    it.each([
      { what: 'another transaction', codes: ['TransactionConflict', 'None'], throttled: 0 },
      { what: 'a partition that is too busy', codes: ['None', 'ThrottlingError'], throttled: 2 },
    ])('meets $what, and comes again', async ({ codes, throttled }) => {
      answers = [cancelled(...codes), cancelled(...codes), DONE];
      expect(await registry.commit(two)).toBe('done');
      expect(counter.throttledAnswers()).toBe(throttled);
    });

    it.each([
      { what: 'others', codes: ['TransactionConflict'], code: 'registry.contended' },
      { what: 'a partition that is too busy', codes: ['ThrottlingError'], code: 'aws.throttled' },
      {
        what: 'others where it is too busy as well',
        codes: ['TransactionConflict', 'ThrottlingError'],
        code: 'aws.throttled',
      },
    ])('meets $what again and again, and says so', async ({ codes, code }) => {
      answers = new Array(10).fill(cancelled(...codes));
      await expect(registry.commit(two)).rejects.toMatchObject({ code, retryable: true });
    });

    it('is asked again while the same is being carried out', async () => {
      answers = [refused('TransactionInProgressException'), DONE];
      expect(await registry.commit(two)).toBe('done');
    });

    it.each([
      { codes: ['ConditionalCheckFailed', 'None', 'None'], answer: 'conflict' },
      { codes: ['None', 'None', 'ConditionalCheckFailed'], answer: 'frozen' },
      { codes: ['ConditionalCheckFailed', 'None', 'ConditionalCheckFailed'], answer: 'frozen' },
      // A conflict is one, whatever else would have had to wait.
      { codes: ['ConditionalCheckFailed', 'TransactionConflict', 'None'], answer: 'conflict' },
    ])('refused for $codes is answered with $answer', async ({ codes, answer }) => {
      answers = [cancelled(...codes)];
      expect(await registry.commit({ ...two, unlessFrozen: { clusterArn: 'arn' } })).toBe(answer);
    });

    it('of nothing costs nothing', async () => {
      expect(await registry.commit({ id: 'nothing', at: NOON })).toBe('done');
      expect(endpoint.received).toEqual([]);
    });

    it('of more than a transaction holds is a bug', async () => {
      const findings = new Array(101).fill(aFinding());
      await expect(registry.commit({ id: 'x', at: NOON, findings })).rejects.toThrow('101 actions');
    });
  });

  describe('a read', () => {
    const key = { pk: { S: 'C#arn#1' }, sk: { S: 'a/b' } };
    const ref = {
      type: 'association',
      clusterArn: 'arn',
      clusterCreatedAt: 1,
      namespace: 'a',
      serviceAccount: 'b',
    } as const;
    const left = { body: { Responses: {}, UnprocessedKeys: { registry: { Keys: [key] } } } };
    const found = {
      body: {
        Responses: { registry: [{ ...key, f: { N: '1' }, type: { S: 'association' }, version: { N: '1' } }] },
      },
    };

    it('asks again for what DynamoDB left out, and never takes it for missing', async () => {
      answers = [left, left, found];
      expect(await registry.get([ref])).toMatchObject([{ version: 1 }]);
      expect(counter.throttledAnswers()).toBe(2);
      answers = new Array(10).fill(left);
      await expect(registry.get([ref])).rejects.toMatchObject({ code: 'aws.throttled', retryable: true });
    });

    it.each([
      { error: 'ResourceNotFoundException', code: 'aws.refused' },
      { error: 'AccessDeniedException', code: 'aws.accessDenied' },
    ])('that fails with $error is no empty answer', async ({ error, code }) => {
      answers = [refused(error)];
      await expect(registry.get([ref])).rejects.toMatchObject({ code });
    });

    it('waits when the table is too busy', async () => {
      answers = [refused('ProvisionedThroughputExceededException'), found];
      expect(await registry.get([ref])).toMatchObject([{ version: 1 }]);
    });
  });
});

describe('an item as a row', () => {
  const row = (given: Record<string, unknown>): Row => ({ ...encodeItem(anAssociationItem()), ...given });

  it.each([
    { what: 'of a newer format', given: { f: 2 } },
    { what: 'without a format', given: { f: undefined } },
    { what: 'of an unknown type', given: { type: 'wormhole' } },
    { what: 'of no type that an object inherits', given: { type: 'constructor' } },
    { what: 'without a version', given: { version: 'one' } },
    {
      what: 'whose wish is of a kind that nobody knows',
      given: { desired: { kind: 'maybe', revision: 1, clusterSet: 's' } },
    },
    {
      what: 'whose wish names no role',
      given: { desired: { kind: 'fields', revision: 1, clusterSet: 's', fields: {} } },
    },
    { what: 'whose wish has no revision', given: { desired: { kind: 'absent', clusterSet: 's' } } },
    { what: 'whose wish is nothing', given: { desired: null } },
    { what: 'whose key names no association', given: { pk: 'C#arn', sk: 'cluster' } },
  ])('$what is refused, loudly', ({ given }) => {
    expect(() => decodeItem(row(given))).toThrow(expect.objectContaining({ code: 'registry.unreadable' }));
  });

  it.each([{ frozen: 'perhaps' }, { f: 2 }, { shard: undefined }])(
    'that is the switch and cannot be read counts as thrown: %o',
    (given) => {
      const thrown = {
        type: 'freeze',
        version: 3,
        shard: 5,
        frozen: false,
        reason: 'r',
        by: 'b',
        at: 1,
      } as const;
      const read = decodeItem({ ...encodeItem(thrown), ...given });
      expect(read).toMatchObject({ type: 'freeze', version: 3, shard: 5, frozen: true });
    },
  );

  it('keeps what a newer version added, when it is changed', () => {
    const added = { ...anAssociationItem(), mood: 'good' };
    const read = decodeItem(encodeItem(added));
    expect(encodeItem({ ...read, version: 2 } as typeof added)).toMatchObject({ mood: 'good', version: 2 });
  });

  it('does not say twice what its key says', () => {
    const encoded = encodeItem(anAssociationItem());
    expect(Object.keys(encoded)).not.toContain('namespace');
    expect(Object.keys(encoded)).not.toContain('clusterArn');
    expect(decodeItem(encoded)).toEqual(anAssociationItem());
  });

  it('is found by no index that it has nothing for', () => {
    const { desired: _, ...bare } = anAssociationItem();
    expect(Object.keys(encodeItem(bare)).filter((name) => name.startsWith('i_'))).toEqual([]);
    expect(Object.keys(encodeItem(aClusterItem())).filter((name) => name.startsWith('i_'))).toEqual([
      'i_kind',
      'i_kindAt',
    ]);
  });
});
