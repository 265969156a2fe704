import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrolCluster } from '#shared/app/registry/enrol-cluster.ts';
import { freeze } from '#shared/app/registry/freeze.ts';
import { loadManifests } from '#shared/app/registry/load-manifests.ts';
import { HintReader } from '#shared/app/registry/read-hint.ts';
import type { DynamoRegistry } from '#shared/aws/registry/dynamo-registry.ts';
import { emptyAssociation } from '#shared/domain/registry/association-item.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { aMapping } from '#test/builders/a-mapping.ts';
import { RegistryReconcileWorld, ROGUE_ROLE } from '#test/builders/a-registry-world.ts';
import { aRecord } from '#test/builders/a-situation.ts';
import { itemSize } from '#test/builders/item-size.ts';
import { aDesired, allOf } from '#test/builders/registry-items.ts';
import { findDynamo } from '#test/builders/running-dynoxide.ts';
import { type DynamoWorld, type DynamoWorlds, dynamoWorlds } from './dynamo-world.ts';

const API = 'payments/api';
const CAUSE = {
  principal: 'arn:aws:sts::111122223333:assumed-role/Admin/mallory',
  eventId: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  eventName: 'UpdatePodIdentityAssociation',
  at: 1_795_176_000_000,
};

describe.skipIf(!findDynamo())('what the registry costs in DynamoDB', () => {
  let worlds: DynamoWorlds;
  let dynamo: DynamoWorld;
  let world: RegistryReconcileWorld<DynamoRegistry>;
  beforeAll(async () => {
    worlds = await dynamoWorlds();
  });
  afterAll(() => worlds.stop());
  beforeEach(async () => {
    dynamo = await worlds.start();
    // As long as the ids of real commits: they are in the items.
    const name = dynamo.tables.registry.padEnd(33, '-');
    world = new RegistryReconcileWorld(dynamo.registry, {}, name);
    await world.enrol();
  });
  afterEach(() => dynamo.stop());

  /** The requests of something, each with the capacity units that it consumed. */
  async function costOf(action: () => Promise<unknown>): Promise<readonly string[]> {
    dynamo.capacity.length = 0;
    await action();
    return dynamo.capacity.map(([operation, units]) => `${operation} ${units}`);
  }

  it('from an event to a repaired drift: five requests and two calls to EKS', async () => {
    const { associationId } = await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    const key = { namespace: 'payments', serviceAccount: 'api' };
    const hints = new HintReader(world.deps);
    await hints.read({ cluster: world.cluster, key, eventId: 'earlier' });
    world.eksCalls();
    const cost = await costOf(async () => {
      await hints.read({ cluster: world.cluster, key, associationId, eventId: CAUSE.eventId });
      await world.reconcileKey(API, { associationId, cause: CAUSE, eventId: CAUSE.eventId });
    });
    expect(world.find(API)?.roleArn).not.toBe(ROGUE_ROLE);
    expect(world.eksCalls()).toBe(2);
    expect(cost).toEqual([
      // Cluster, seen event, association.
      'BatchGetItem 3',
      // Switch, cluster, association.
      'BatchGetItem 3',
      // The brake.
      'Query 1',
      // Association with intent, brake slot, brake total, and the switch and the cluster checked.
      'TransactWriteItems 10',
      // Association of more than a KB, finding and audit with an index entry each, seen event, row of the outbox.
      'TransactWriteItems 14',
    ]);
  });

  it('an echo of our own write: one request, and no call to EKS', async () => {
    await world.converge(API);
    const hints = new HintReader(world.deps);
    const key = { namespace: 'payments', serviceAccount: 'api' };
    await hints.read({ cluster: world.cluster, key, eventId: 'earlier' });
    expect(await costOf(() => hints.read({ cluster: world.cluster, key, eventId: 'echo' }))).toEqual([
      'BatchGetItem 3',
    ]);
    expect(world.eksCalls()).toBe(0);
  });

  it('a key that is as it should be: one request, nothing written', async () => {
    await world.converge(API);
    expect(await costOf(() => world.reconcileKey(API))).toEqual(['BatchGetItem 3']);
  });

  it('a release that is carried out: no use of the brake', async () => {
    await world.release(API);
    expect(await costOf(() => world.reconcileKey(API))).toEqual([
      'BatchGetItem 3',
      'TransactWriteItems 6',
      'TransactWriteItems 8',
    ]);
  });

  it('an enrolment: a release for each key, and a row for the reconcile queue', async () => {
    const { clusterSet: _, labels: __, mode: ___, ...facts } = aCluster({ name: 'new-1' });
    await loadManifests(world.deps, [aMapping()], { by: 'alice', why: 'first load' });
    const asked = { by: 'enrol-cluster', why: 'clusterCreated' };
    expect(await costOf(() => enrolCluster(world.deps, { ...facts, tags: {} }, asked))).toEqual([
      // Is it known? Still not. Are there enrolment rules?
      'BatchGetItem 1',
      'BatchGetItem 1',
      'BatchGetItem 1',
      // Cluster and job with an entry of an index each, audit.
      'TransactWriteItems 8',
      'Query 1',
      // The association with entries of two indexes, and the audit with one.
      'BatchGetItem 1',
      'TransactWriteItems 7',
      // The job, which leaves its index, with the row of the outbox; then the cluster with its own.
      'TransactWriteItems 5',
      'BatchGetItem 1',
      'TransactWriteItems 4',
    ]);
  });

  it('freezing: every copy of the switch read and thrown, an entry of the audit, a row of the outbox', async () => {
    expect(await costOf(() => freeze(world.deps, { by: 'alice', why: 'incident' }))).toEqual([
      'BatchGetItem 16',
      'TransactWriteItems 36',
    ]);
  });

  it('a whole cluster of 5,000 keys: a request for each MB, and none to write when nothing changed', async () => {
    const { arn: clusterArn, createdAt: clusterCreatedAt } = world.cluster;
    const items = Array.from({ length: 5_000 }, (_, index) => {
      const serviceAccount = `service-${String(index).padStart(4, '0')}`;
      const of = { clusterArn, clusterCreatedAt, namespace: 'payments', serviceAccount };
      const record = aRecord({ matchedWish: 'd'.repeat(22), observedRevision: '1' });
      return { ...emptyAssociation(of), desired: aDesired(), record, observedAt: 1_795_176_000_000 };
    });
    for (let start = 0; start < items.length; start += 100) {
      const put = items.slice(start, start + 100);
      await dynamo.registry.commit({
        id: `${dynamo.tables.registry.padEnd(32, '-')}${String(start).padStart(4, '0')}`,
        at: 0,
        put,
      });
    }
    let found = 0;
    const cost = await costOf(async () => {
      found = (
        await allOf((paging) => dynamo.registry.associations({ clusterArn, clusterCreatedAt }, paging))
      ).length;
    });
    expect(found).toBe(5_000);
    expect(cost).toEqual(['Query 256', 'Query 256', 'Query 256', 'Query 21']);
  });

  it.each([
    { list: 'mappings', ask: (registry: DynamoRegistry) => registry.mappings(), cost: ['Query 1'] },
    {
      list: 'clusters',
      ask: (registry: DynamoRegistry) => registry.clusters(),
      cost: ['Query 0.5', 'BatchGetItem 1'],
    },
    {
      list: 'associations by id',
      ask: (registry: DynamoRegistry) => registry.associationsById('a-00000000000000001'),
      cost: ['Query 0.5'],
    },
    {
      list: 'users of a role',
      ask: (registry: DynamoRegistry) =>
        registry.usersOfRole({ account: '111122223333', roleName: 'payments-api' }, 'role'),
      cost: ['Query 0.5'],
    },
    {
      list: 'open findings',
      ask: (registry: DynamoRegistry) => registry.findings('open'),
      cost: new Array(8).fill('Query 0.5'),
    },
  ])('the list of $list asks an index, or one partition', async ({ ask, cost }) => {
    await world.converge(API);
    expect(await costOf(() => ask(dynamo.registry))).toEqual(cost);
  });

  it('an association takes at most 1.5 KB, also after a fight', async () => {
    await world.converge(API);
    for (const round of [1, 2, 3]) {
      world.episodeId = `message-${round}`;
      world.tamper(API, { roleArn: ROGUE_ROLE });
      await world.reconcileKey(API, { cause: CAUSE });
      world.clock.jump(60_000);
      if (round === 1) expect(await sizeOfItem()).toBeLessThan(1_100);
    }
    expect(await sizeOfItem()).toBeLessThanOrEqual(1_536);
  });

  async function sizeOfItem(): Promise<number> {
    const { arn, createdAt } = world.cluster;
    const Key = { pk: `C#${arn}#${createdAt}`, sk: API };
    const { Item } = await dynamo.documents.send(new GetCommand({ TableName: dynamo.tables.registry, Key }));
    return itemSize(Item);
  }
});

describe('the adapter', () => {
  it('scans nothing', async () => {
    const folder = resolve(import.meta.dirname, '../../shared/aws/registry');
    const files = (await readdir(folder)).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    const sources = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
    expect(sources.join('\n')).toContain('QueryCommand');
    expect(sources.join('\n')).not.toContain('ScanCommand');
  });
});
