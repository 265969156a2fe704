import { describe, expect, it } from 'vitest';
import { noteCluster } from '#shared/app/registry/cluster-findings.ts';
import { releaseBrake } from '#shared/app/registry/release-brake.ts';
import type { KeyText } from '#shared/domain/key.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { METRIC } from '#shared/runtime/names.ts';
import { Hub } from '#test/builders/a-hub.ts';
import { aRegistryWorld, ROGUE_ROLE } from '#test/builders/a-registry-world.ts';
import { A_ROLE } from '#test/builders/an-association.ts';

/** A hub that describes at most two associations of a cluster in one run, and a cluster that has five of strangers'. */
async function aLargeCluster(): Promise<Hub> {
  const world = await aRegistryWorld({ name: 'c1' });
  world.settings = { ...world.settings, describeAtMost: 2 };
  for (let n = 0; n < 5; n += 1) world.putAssociation(`shop/s${n}`);
  return new Hub(world);
}

/** Somebody wants a whole cluster looked at. */
async function askForAll(hub: Hub): Promise<void> {
  const { partition, account, region, name, createdAt } = hub.world.cluster;
  const cluster = { partition, account, region, name, createdAt };
  const body = JSON.stringify({ version: 1, cluster, keys: 'all', why: 'asked', verify: 'full' });
  await hub.reconcile.send([{ body, group: 'c1', deduplicationId: 'asked' }]);
}

/** In each run, time is up when so many creates were made. */
function timeIsUpAfter(hub: Hub, { creates }: { readonly creates: number }) {
  const { writer } = hub.world.eks;
  const create = writer.create.bind(writer);
  let run = new AbortController();
  let made = 0;
  writer.create = async (...asked) => {
    if (made === creates) {
      run.abort();
      throw new AppError('cancelled', 'time is up', { retryable: true });
    }
    made += 1;
    return await create(...asked);
  };
  const begin = () => {
    run = new AbortController();
    hub.signal = run.signal;
    made = 0;
  };
  return { begin };
}

function keysSent(hub: Hub): readonly KeyText[] {
  return hub.waiting.sent.flatMap(({ body }) => {
    const { keys } = JSON.parse(body) as { keys: { namespace: string; serviceAccount: string }[] };
    return keys.map(({ namespace, serviceAccount }): KeyText => `${namespace}/${serviceAccount}`);
  });
}

describe('a whole cluster that is too large for one run, and not read well', () => {
  const LEFT = ['shop/s2', 'shop/s3', 'shop/s4'];

  /** As often as that a describe is throttled, each time in another delivery of the message. */
  async function lookWhileThrottled(hub: Hub, deliveries: number): Promise<void> {
    for (let delivery = 1; delivery <= deliveries; delivery += 1) {
      hub.world.eks.troubles.failNext('describe', 'aws.throttled');
      await hub.reconcileOnce();
      hub.world.clock.jump(20 * 60_000);
    }
  }

  it.each([
    { deliveries: 1, sent: [] },
    { deliveries: 5, sent: [] },
    { deliveries: 6, sent: LEFT },
    { deliveries: 8, sent: LEFT },
    // Should the sixth have come to nothing.
    { deliveries: 9, sent: [...LEFT, ...LEFT] },
  ])(
    'has sent on what is left $sent after $deliveries deliveries, as long as the message itself comes back',
    async ({ deliveries, sent }) => {
      const hub = await aLargeCluster();
      await askForAll(hub);
      await lookWhileThrottled(hub, deliveries);
      expect(keysSent(hub)).toEqual(sent);
    },
  );

  it('sends on what is left as soon as it is read well', async () => {
    const hub = await aLargeCluster();
    await askForAll(hub);
    await lookWhileThrottled(hub, 2);
    await hub.reconcileOnce();
    expect(keysSent(hub)).toEqual(LEFT);
  });
});

it('a brake that was let go for the fleet is over when all that it held is put right, in however many runs', async () => {
  const world = await aRegistryWorld({ name: 'c1' });
  const held = Array.from({ length: 7 }, (_, n): KeyText => `payments/sa-${n}`);
  for (const key of held) await world.converge(key);
  for (const key of held) world.tamper(key, { roleArn: ROGUE_ROLE });
  world.settings = {
    ...world.settings,
    writeAtMost: 3,
    brake: { clusterFloor: 50, clusterShare: 0, fleet: 0 },
  };
  const hub = new Hub(world);
  await askForAll(hub);
  await hub.settle();
  const isOpen = async () =>
    (await world.findings()).some(({ id, status }) => id === 'brakeEngaged' && status === 'open');
  expect(await isOpen()).toBe(true);
  Object.assign(world.settings.brake, { fleet: 50 });
  await releaseBrake(world.deps, 'fleet', { by: 'alice', why: 'looked' });
  await hub.pass(40 * 60_000, 60_000);
  expect(held.filter((key) => world.find(key)?.roleArn !== A_ROLE)).toEqual([]);
  expect(await isOpen()).toBe(false);
  expect([hub.waiting.depth, hub.reconcile.depth]).toEqual([0, 0]);
});

describe('a whole cluster with more to write than fits into one run', () => {
  const SEVEN = Array.from({ length: 7 }, (_, n): KeyText => `payments/sa-${n}`);

  /** A hub that writes at most three keys of a cluster in one run; none of seven that are released is there. */
  async function anEmptyCluster(): Promise<Hub> {
    const world = await aRegistryWorld({ name: 'c1' });
    world.settings = { ...world.settings, writeAtMost: 3 };
    for (const key of SEVEN) await world.release(key);
    const hub = new Hub(world);
    await askForAll(hub);
    return hub;
  }

  function made(hub: Hub): readonly KeyText[] {
    return SEVEN.filter((key) => hub.world.find(key));
  }

  it('sends on what it left, and counts it as found and open by nobody', async () => {
    const hub = await anEmptyCluster();
    await hub.reconcileOnce();
    expect(made(hub)).toEqual(SEVEN.slice(0, 3));
    expect(keysSent(hub)).toEqual(SEVEN.slice(3));
    expect(hub.sum(METRIC.driftOpen)).toBe(0);
    await hub.pass(20_000);
    expect(made(hub)).toEqual(SEVEN);
    expect(hub.waiting.depth + hub.reconcile.depth).toBe(0);
  });

  it('sends nothing on from a run that did not come to its end: the message goes on where it was', async () => {
    const hub = await anEmptyCluster();
    hub.world.eks.troubles.failNext('create', 'aws.throttled');
    await hub.reconcileOnce();
    expect(made(hub)).toHaveLength(2);
    expect(keysSent(hub)).toEqual([]);
    await hub.pass(15_000, 15_000);
    expect(made(hub).length).toBeGreaterThanOrEqual(5);
    await hub.pass(60_000);
    expect(made(hub)).toEqual(SEVEN);
  });

  it('is done however little fits into one run', async () => {
    const world = await aRegistryWorld({ name: 'c1' });
    world.settings = { ...world.settings, writeAtMost: 16 };
    const keys = Array.from({ length: 24 }, (_, n): KeyText => `payments/sa-${n}`);
    for (const key of keys) await world.release(key);
    const hub = new Hub(world);
    const runs = timeIsUpAfter(hub, { creates: 2 });
    await askForAll(hub);
    for (let seconds = 0; seconds < 3_600 && hub.reconcile.depth + hub.waiting.depth > 0; seconds += 5) {
      runs.begin();
      await hub.resume();
      await hub.reconcileOnce();
      world.clock.jump(5_000);
    }
    expect(hub.reconcile.dead).toEqual([]);
    expect(keys.filter((key) => !world.find(key))).toEqual([]);
  });

  it('does not call the brake over while something is left', async () => {
    const hub = await anEmptyCluster();
    const { world } = hub;
    const { arn: clusterArn } = world.cluster;
    await noteCluster(world.deps, clusterArn, {
      wanted: [{ kind: 'brakeEngaged', message: 'held' }],
      judged: ['brakeEngaged'],
    });
    await hub.reconcileOnce();
    expect(await world.findings()).toMatchObject([{ id: 'brakeEngaged', status: 'open' }]);
  });
});
