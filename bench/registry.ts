import { BatchGetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { HintReader } from '#shared/app/registry/read-hint.ts';
import type { DynamoRegistry } from '#shared/aws/registry/dynamo-registry.ts';
import { encodeItem } from '#shared/aws/registry/item-codec.ts';
import { emptyAssociation } from '#shared/domain/registry/association-item.ts';
import { RegistryReconcileWorld, ROGUE_ROLE } from '#test/builders/a-registry-world.ts';
import { aRecord } from '#test/builders/a-situation.ts';
import { aDesired, allOf, anAssociationItem } from '#test/builders/registry-items.ts';
import { type DynamoWorld, dynamoWorlds } from '#test/contract/dynamo-world.ts';
import { type Comparison, figures } from './measure.ts';

const API = 'payments/api';
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const N = 5_000;
const RUNS = 5;
const REPAIRS = 100;

/** From an event to a repaired drift, and a whole cluster read, over DynamoDB's API with the real SDK. */
export async function benchRegistry(): Promise<Comparison[]> {
  const worlds = await dynamoWorlds();
  try {
    const dynamo = await worlds.start();
    const world = new RegistryReconcileWorld(dynamo.registry, {}, dynamo.tables.registry.padEnd(28, '-'));
    // No brake in the way of a hundred repairs, and no pause for what looks like a fight.
    world.settings = { ...world.settings, brake: { clusterFloor: 1e9, clusterShare: 1, fleet: 1e9 } };
    await world.enrol();
    const counted = await requests(dynamo, world);
    return [...counted, await repairCpu(dynamo, world), await readCpu(dynamo, world)];
  } finally {
    await worlds.stop();
  }
}

type World = RegistryReconcileWorld<DynamoRegistry>;

async function requests(dynamo: DynamoWorld, world: World): Promise<Comparison[]> {
  await world.converge(API);
  const hints = new HintReader(world.deps);
  await hints.read({ cluster: world.cluster, key: KEY, eventId: 'warm' });
  const count = async (action: () => Promise<unknown>) => {
    dynamo.capacity.length = 0;
    world.eksCalls();
    await action();
    return { registry: dynamo.capacity.map(([operation]) => operation), eks: world.eksCalls() };
  };
  world.tamper(API, { roleArn: ROGUE_ROLE });
  const repair = await count(() => repairOnce(world, hints, 'event'));
  const echo = await count(() => hints.read({ cluster: world.cluster, key: KEY, eventId: 'echo' }));
  return [
    bounded(
      'requests to the registry, event to repair',
      repair.registry.length,
      5,
      repair.registry.join(' '),
    ),
    bounded('calls to EKS, event to repair', repair.eks, 2, `${repair.eks}`),
    bounded(
      'requests to the registry, echo of our own write',
      echo.registry.length,
      1,
      echo.registry.join(' '),
    ),
    bounded('calls to EKS, echo of our own write', echo.eks, 0, `${echo.eks}`),
  ];
}

/** None against none is as it should be. */
function bounded(what: string, made: number, allowed: number, detail: string): Comparison {
  const ratio = allowed === 0 ? (made === 0 ? 1 : Number.POSITIVE_INFINITY) : made / allowed;
  return { what, measured: 'made', against: `${allowed} allowed`, ratios: [ratio], budget: 1, detail };
}

async function repairOnce(world: World, hints: HintReader, eventId: string): Promise<void> {
  await hints.read({ cluster: world.cluster, key: KEY, eventId });
  await world.reconcileKey(API, { eventId });
}

/** What Rolecall does in a repair, against a bare client that makes the same five requests. */
async function repairCpu(dynamo: DynamoWorld, world: World): Promise<Comparison> {
  const hints = new HintReader(world.deps);
  await hints.read({ cluster: world.cluster, key: KEY, eventId: 'warm' });
  const ours: number[] = [];
  const bare: number[] = [];
  let events = 0;
  for (let run = 0; run <= RUNS; run += 1) {
    const used = await cpuMs(async () => {
      for (let count = 0; count < REPAIRS; count += 1) {
        events += 1;
        world.episodeId = `message-${events}`;
        world.clock.jump(3_600_000);
        world.tamper(API, { roleArn: ROGUE_ROLE });
        await repairOnce(world, hints, `event-${events}`);
      }
    });
    const same = await cpuMs(async () => {
      for (let count = 0; count < REPAIRS; count += 1) await bareRepair(dynamo, `${run}-${count}`);
    });
    // The first run warms up.
    if (run === 0) continue;
    ours.push(used / REPAIRS);
    bare.push(same / REPAIRS);
  }
  return {
    what: 'CPU of event to repair, EKS in memory',
    measured: 'Rolecall',
    against: 'a bare client with the same five requests',
    ratios: ours.map((used, run) => used / (bare[run] ?? Number.NaN)),
    budget: 2,
    detail: `${figures(ours, 'ms')} against ${figures(bare, 'ms')}`,
  };
}

async function bareRepair({ documents, tables }: DynamoWorld, name: string): Promise<void> {
  const Keys = ['a', 'b', 'c'].map((sk) => ({ pk: 'bare', sk }));
  const get = new BatchGetCommand({ RequestItems: { [tables.registry]: { Keys, ConsistentRead: true } } });
  await documents.send(get);
  await documents.send(get);
  await documents.send(
    new QueryCommand({
      TableName: tables.registry,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'bare' },
      ConsistentRead: true,
    }),
  );
  const item = encodeItem(anAssociationItem({ record: aRecord() }));
  for (const [step, size] of [4, 5].entries()) {
    const TransactItems = Array.from({ length: size }, (_, index) => ({
      Put: { TableName: tables.registry, Item: { ...item, pk: 'bare', sk: String(index) } },
    }));
    await documents.send(
      new TransactWriteCommand({ TransactItems, ClientRequestToken: `bare-${process.pid}-${name}-${step}` }),
    );
  }
}

/** Reading 5,000 keys as items, against a bare client that reads the same pages. */
async function readCpu(dynamo: DynamoWorld, world: World): Promise<Comparison> {
  const cluster = { clusterArn: `${world.cluster.arn}-large`, clusterCreatedAt: world.cluster.createdAt };
  await seed(dynamo, cluster);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const used = await cpuMs(() => allOf((paging) => dynamo.registry.associations(cluster, paging)));
    const same = await cpuMs(() => bareRead(dynamo, `C#${cluster.clusterArn}#${cluster.clusterCreatedAt}`));
    if (run === 0) continue;
    ours.push(used);
    bare.push(same);
  }
  return {
    what: `CPU of reading a cluster, N = ${N}`,
    measured: 'Rolecall',
    against: 'a bare client with the same pages',
    ratios: ours.map((used, run) => used / (bare[run] ?? Number.NaN)),
    budget: 1.5,
    detail: `${figures(ours, 'ms')} against ${figures(bare, 'ms')}`,
  };
}

async function seed(
  dynamo: DynamoWorld,
  cluster: { readonly clusterArn: string; readonly clusterCreatedAt: number },
): Promise<void> {
  for (let start = 0; start < N; start += 100) {
    const put = Array.from({ length: 100 }, (_, index) => ({
      ...emptyAssociation({ ...cluster, namespace: 'payments', serviceAccount: `service-${start + index}` }),
      desired: aDesired(),
      record: aRecord({ matchedWish: 'd'.repeat(22), observedRevision: '1' }),
    }));
    const id = `${dynamo.tables.registry}-seed-${start}`;
    await dynamo.registry.commit({ id, at: 0, put });
  }
}

async function bareRead({ documents, tables }: DynamoWorld, partition: string): Promise<void> {
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: tables.registry,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition },
        ConsistentRead: true,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}

async function cpuMs(action: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
