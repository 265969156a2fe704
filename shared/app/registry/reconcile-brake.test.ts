import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import {
  aRegistryWorld,
  MALLORY,
  RegistryReconcileWorld,
  ROGUE_ROLE,
} from '#test/builders/a-registry-world.ts';
import { A_ROLE } from '#test/builders/an-association.ts';
import { releaseBrake } from './release-brake.ts';

const API: KeyText = 'payments/api';

let world: RegistryReconcileWorld;
beforeEach(async () => {
  world = await aRegistryWorld();
});

describe('the brake', () => {
  const engaged = () => world.registry.told.filter(({ type }) => type === 'BrakeEngaged');
  const noticed = () =>
    world.registry.told.flatMap((entry) => (entry.type === 'CauseNoticed' ? [entry.causeKey] : []));
  const tamper = async (...keys: readonly KeyText[]) => {
    for (const key of keys) world.tamper(key, { roleArn: ROGUE_ROLE });
  };
  const WORLD_KEYS: readonly KeyText[] = ['a/a', 'b/b', 'c/c'];

  beforeEach(async () => {
    for (const key of WORLD_KEYS) await world.converge(key);
    world.settings = {
      ...world.settings,
      verify: 'full',
      brake: { clusterFloor: 1, clusterShare: 0, fleet: 50 },
    };
    world.registry.outbox.length = 0;
  });

  it('is told once, however many keys it holds and however often they are looked at', async () => {
    await tamper(...WORLD_KEYS);
    await world.reconcile();
    for (const key of WORLD_KEYS) {
      world.clock.jump(60_000);
      await world.reconcileKey(key, { cause: { ...MALLORY, eventId: `e ${key}` } });
    }
    await world.reconcile();
    expect(engaged()).toEqual([{ type: 'BrakeEngaged', scope: world.cluster.arn, held: 2, cap: 1 }]);
    // What it holds is its doing: nobody is told of each.
    expect(noticed()).toEqual([`brake/${world.cluster.arn}`]);
    const { items } = await world.registry.findings('open');
    expect(new Set(items.map(({ causeKey }) => causeKey))).toEqual(new Set([`brake/${world.cluster.arn}`]));
  });

  it.each([
    { what: 'could not be read', trouble: () => world.eks.troubles.failNext('list', 'aws.unavailable') },
    { what: 'was read in part', trouble: () => world.eks.troubles.failNext('describe', 'aws.unavailable') },
    {
      what: 'is left alone in part because of a fight',
      trouble: async () => await world.put(API, { backOffUntil: world.clock.now() + 1e9 }),
    },
  ])('is not over by a look at a cluster that $what', async ({ trouble }) => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.settings = { ...world.settings, brake: { clusterFloor: 0, clusterShare: 0, fleet: 50 } };
    await world.reconcile();
    await trouble();
    world.episodeId = 'message-2';
    // Where it holds still, that says so; else it is looked at again.
    const answer = await world.reconcile();
    expect(answer.kind === 'reconciled' && answer.braked === 0).toBe(
      answer.kind === 'reconciled' && answer.brakeUnsure,
    );
    const isOpen = async () =>
      (await world.findings()).some(({ id, status }) => id === 'brakeEngaged' && status === 'open');
    expect(await isOpen()).toBe(true);
    world.tamper(API, { roleArn: A_ROLE });
    world.clock.jump(1e9);
    world.episodeId = 'message-3';
    expect(await world.reconcile()).toMatchObject({ braked: 0, brakeUnsure: false });
    expect(await isOpen()).toBe(false);
  });

  it('is told again when it holds again after somebody let it go, also on the same day', async () => {
    for (let times = 0; times < 2; times += 1) {
      await tamper(...WORLD_KEYS);
      await world.reconcile();
      await releaseBrake(world.deps, world.cluster.arn, { by: 'alice', why: 'looked' });
      world.settings = { ...world.settings, brake: { clusterFloor: 50, clusterShare: 0, fleet: 50 } };
      world.clock.jump(60_000);
      world.episodeId = `released ${times}`;
      await world.reconcile();
      await releaseBrake(world.deps, world.cluster.arn, { by: 'alice', why: 'looked' });
      world.clock.jump(60_000);
      world.settings = { ...world.settings, brake: { clusterFloor: 1, clusterShare: 0, fleet: 50 } };
      world.episodeId = `again ${times}`;
    }
    expect(engaged()).toHaveLength(2);
  });

  it('of the fleet is told once for all clusters that it holds, and again after it was let go', async () => {
    world.settings = { ...world.settings, brake: { clusterFloor: 50, clusterShare: 0, fleet: 1 } };
    const other = new RegistryReconcileWorld(
      world.registry,
      { name: 'prod-2', arn: world.cluster.arn.replace('prod-1', 'prod-2') },
      'two',
    );
    await other.enrol();
    await other.converge('a/a');
    other.settings = world.settings;
    // That somebody let one cluster's own brake go before makes it no other brake.
    await releaseBrake(other.deps, other.cluster.arn, { by: 'alice', why: 'looked' });
    const holdBoth = async () => {
      await tamper(...WORLD_KEYS);
      await world.reconcile();
      other.clock.jump(world.clock.now() - other.clock.now());
      other.tamper('a/a', { roleArn: ROGUE_ROLE });
      await other.reconcile();
    };
    await holdBoth();
    expect(engaged()).toEqual([{ type: 'BrakeEngaged', scope: 'fleet', held: 2, cap: 1 }]);
    expect(noticed()).toEqual(['brake/fleet']);
    for (const scope of ['fleet', world.cluster.arn, other.cluster.arn]) {
      await releaseBrake(world.deps, scope, { by: 'alice', why: 'looked' });
    }
    world.clock.jump(60_000);
    world.episodeId = 'message-2';
    await holdBoth();
    expect(engaged()).toHaveLength(2);
  });
});
