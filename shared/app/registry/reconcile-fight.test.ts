import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import {
  aRegistryWorld,
  ended,
  MALLORY,
  type RegistryReconcileWorld,
  ROGUE_ROLE,
} from '#test/builders/a-registry-world.ts';
import { changeMode } from './change-mode.ts';
import { freeze, unfreeze } from './freeze.ts';

const API: KeyText = 'payments/api';

let world: RegistryReconcileWorld;
beforeEach(async () => {
  world = await aRegistryWorld();
});

describe('a fight', () => {
  it('is raised the third time within an hour, naming who, and then left alone for longer and longer', async () => {
    await world.converge(API);
    const pauses: number[] = [];
    for (const round of [1, 2, 3, 4, 5]) {
      world.episodeId = `message-${round}`;
      world.tamper(API, { roleArn: ROGUE_ROLE });
      expect(ended(await world.reconcileKey(API, { cause: MALLORY }))).toEqual(['applied']);
      const until = (await world.item(API))?.backOffUntil;
      pauses.push(until === undefined ? 0 : until - world.clock.now());
      world.clock.jump(Math.max(60_000, pauses.at(-1) ?? 0));
    }
    expect(pauses).toEqual([0, 0, 60_000, 120_000, 240_000]);
    expect(await world.findings()).toMatchObject([
      { id: 'contested/payments/api', status: 'open', cause: MALLORY },
      { id: 'roleDrift/payments/api', status: 'repaired' },
    ]);
  });

  it('accuses whoever undid it, and not whoever came last', async () => {
    await world.converge(API);
    for (const [round, name] of ['mallory', 'mallory', 'mallory', 'bob'].entries()) {
      const principal = `arn:aws:iam::111122223333:user/${name}`;
      world.episodeId = `message-${round}`;
      world.tamper(API, { roleArn: ROGUE_ROLE });
      await world.reconcileKey(API, { cause: { ...MALLORY, principal, eventId: `e-${round}` } });
      world.clock.jump(60_000);
    }
    const [contested] = (await world.registry.findings('open')).items;
    expect(contested).toMatchObject({
      cause: { eventId: 'e-2' },
      message:
        'what Rolecall put right was undone within an hour 3 times by mallory and once by bob; the next repair waits 2 minutes',
    });
  });

  it('is not what becomes ours because it is as wished: that is no finding, before or after', async () => {
    const met = await aRegistryWorld({ mode: 'observe' });
    await met.release(API);
    met.putAssociation(API, { tags: {} });
    await met.reconcileKey(API);
    expect(await met.findings()).toEqual([]);
    const { arn: clusterArn, createdAt } = met.cluster;
    const change = { clusterArn, createdAt, from: 'observe', to: 'enforce' } as const;
    await changeMode(met.deps, change, { by: 'alice', why: 'looked at' });
    expect(ended(await met.reconcileKey(API))).toEqual(['applied']);
    expect(await met.findings()).toEqual([]);
    expect(met.registry.told.map(({ type }) => type)).toContain('AssociationApplied');
  });

  it('has not begun when what a first look found is put right later', async () => {
    const met = await aRegistryWorld({ mode: 'observe' });
    await met.release(API);
    await met.reconcileKey(API);
    expect(await met.findings()).toMatchObject([{ id: 'missing/payments/api', status: 'open' }]);
    met.registry.outbox.length = 0;
    await changeMode(
      met.deps,
      { clusterArn: met.cluster.arn, createdAt: met.cluster.createdAt, from: 'observe', to: 'enforce' },
      { by: 'alice', why: 'looked at' },
    );
    expect(ended(await met.reconcileKey(API))).toEqual(['applied']);
    expect((await met.item(API))?.disturbances).toBeUndefined();
    expect(met.registry.told.map(({ type }) => type)).toContain('AssociationApplied');
    expect(met.registry.told.map(({ type }) => type)).not.toContain('AssociationRepaired');
  });

  it('is left alone without a call to EKS while the pause lasts, and says until when', async () => {
    await world.converge(API);
    await world.put(API, { backOffUntil: world.clock.now() + 5_000 });
    world.tamper(API, { roleArn: ROGUE_ROLE });
    const answer = await world.reconcileKey(API);
    expect(answer).toMatchObject({ outcomes: [], deferred: [{ until: world.clock.now() + 5_000 }] });
    expect(world.eksCalls()).toBe(0);
  });

  it('is over when nobody changed anything for an hour', async () => {
    await world.converge(API);
    for (const round of [1, 2, 3]) {
      world.episodeId = `message-${round}`;
      world.tamper(API, { roleArn: ROGUE_ROLE });
      await world.reconcileKey(API, { cause: MALLORY });
      world.clock.jump(60_000);
    }
    // A look at all of it knows of the fight, too, also while nothing may be written.
    const fought = { contested: [{ key: { namespace: 'payments', serviceAccount: 'api' } }] };
    expect(await world.reconcile()).toMatchObject(fought);
    await freeze(world.deps, { by: 'alice', why: 'OPS-7' });
    expect(await world.reconcile()).toMatchObject(fought);
    await unfreeze(world.deps, { by: 'alice', why: 'OPS-7' });
    world.clock.jump(3_600_000);
    await world.reconcileKey(API);
    expect(await world.findings()).toContainEqual(
      expect.objectContaining({ id: 'contested/payments/api', status: 'resolved' }),
    );
    expect((await world.item(API))?.disturbances).toBeUndefined();
  });
});

describe('a repair that comes long after the drift', () => {
  it('names who had brought the drift about', async () => {
    await world.converge(API);
    await freeze(world.deps, { by: 'alice', why: 'OPS-7' });
    world.tamper(API, { roleArn: ROGUE_ROLE });
    await world.reconcileKey(API, { cause: MALLORY });
    await unfreeze(world.deps, { by: 'alice', why: 'OPS-7' });
    world.registry.outbox.length = 0;
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect(world.registry.told.find(({ type }) => type === 'AssociationRepaired')).toMatchObject({
      cause: MALLORY,
    });
    const { items } = await world.registry.auditOfCluster(world.cluster.arn);
    expect(items).toContainEqual(
      expect.objectContaining({ action: 'associationWritten', why: expect.any(String), cause: MALLORY }),
    );
  });
});
