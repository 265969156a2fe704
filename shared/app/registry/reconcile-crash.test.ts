import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import { AppError } from '#shared/ports/app-error.ts';
import {
  aRegistryWorld,
  ended,
  MALLORY,
  type RegistryReconcileWorld,
  ROGUE_ROLE,
  typesTold,
} from '#test/builders/a-registry-world.ts';
import { A_ROLE } from '#test/builders/an-association.ts';

const API: KeyText = 'payments/api';

let world: RegistryReconcileWorld;
beforeEach(async () => {
  world = await aRegistryWorld();
});

describe('a crash', () => {
  it('between the write and its record is found again, and nothing is done twice', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.beforeNext('update', () => {
      world.registry.failNext(new AppError('aws.unavailable', 'crash', { retryable: true }));
    });
    await expect(world.reconcileKey(API)).rejects.toThrow('crash');
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
    expect((await world.item(API))?.intent).toMatchObject({ kind: 'update' });
    await redelivered();
    expect((await world.item(API))?.record).toMatchObject({ observedRevision: '1' });
    expect(world.counter.snapshot()['eks:UpdatePodIdentityAssociation']).toBe(1);
  });

  it.each([
    { write: 'update', make: () => world.tamper(API, { roleArn: ROGUE_ROLE }), drift: ['roleDrift'] },
    { write: 'create', make: () => world.remove(API), drift: ['missing'] },
  ] as const)(
    'between an $write and its record is told as the repair that it was, once',
    async ({ write, make, drift }) => {
      await world.converge(API);
      make();
      world.registry.outbox.length = 0;
      await unrecorded(write);
      expect(typesTold(world)).toEqual([]);
      await redelivered(MALLORY);
      await redelivered();
      expect(world.registry.told.filter(({ type }) => type.startsWith('Association'))).toEqual([
        expect.objectContaining({ type: 'AssociationDrifted', drift, cause: MALLORY }),
        expect.objectContaining({ type: 'AssociationRepaired', step: write, drift, cause: MALLORY }),
      ]);
      const { items } = await world.registry.auditOfCluster(world.cluster.arn);
      expect(items.filter(({ action, cause }) => action === 'associationWritten' && cause)).toEqual([
        expect.objectContaining({ step: write, drift, cause: MALLORY }),
      ]);
      const item = await world.item(API);
      expect(item?.intent?.ended).toBe(true);
      expect(item?.disturbances).toHaveLength(1);
    },
  );

  it('between a delete and its record is told as that', async () => {
    await world.converge(API);
    await world.releaseTombstone(API);
    world.registry.outbox.length = 0;
    await unrecorded('delete');
    await redelivered();
    await redelivered();
    expect(world.registry.told).toEqual([
      expect.objectContaining({ type: 'AssociationApplied', step: 'delete' }),
    ]);
  });

  it('between a release and its record is told as that', async () => {
    await world.release(API);
    await unrecorded('create');
    await redelivered();
    expect(world.registry.told.filter(({ type }) => type.startsWith('Association'))).toEqual([
      expect.objectContaining({ type: 'AssociationApplied', step: 'create' }),
    ]);
    expect((await world.item(API))?.disturbances).toBeUndefined();
  });

  it('is told by whoever comes first, where two come to the same conclusion', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.registry.outbox.length = 0;
    const keys = [{ namespace: 'payments', serviceAccount: 'api' }];
    world.eks.troubles.beforeNext('update', () =>
      world.registry.interleave(async () => {
        world.clock.jump(60_000);
        await world.reconcileWith(world.registry, 'other', { keys });
      }),
    );
    await world.reconcileKey(API);
    expect(typesTold(world).filter((type) => type === 'AssociationRepaired')).toHaveLength(1);
  });

  it('before the write is repaired by the next, and counted once by the brake', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.failNext('update', 'aws.unavailable');
    expect(ended(await world.reconcileKey(API))).toEqual(['later']);
    await redelivered();
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
    const use = await world.registry.readBrake(world.cluster.arn, world.clock.now());
    expect(use.cluster).toBe(1);
  });

  it('before the write is repaired by the next also where that was the last that the brake let pass', async () => {
    world.settings = { ...world.settings, brake: { clusterFloor: 1, clusterShare: 0, fleet: 1 } };
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.failNext('update', 'aws.timeout');
    await world.reconcileKey(API);
    await redelivered();
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
    expect((await world.findings()).map(({ id }) => id)).not.toContain('brakeEngaged');
    world.clock.jump(60_000);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    expect(ended(await world.reconcileKey(API))).toEqual(['hold brake']);
  });

  /** EKS does it, and the registry is out of reach when that is to be written down. */
  async function unrecorded(write: 'create' | 'update' | 'delete'): Promise<void> {
    world.eks.troubles.beforeNext(write, () => {
      world.registry.failNext(new AppError('aws.unavailable', 'crash', { retryable: true }));
    });
    await expect(world.reconcileKey(API)).rejects.toThrow('crash');
  }

  async function redelivered(cause?: Cause): Promise<void> {
    world.clock.jump(60_000);
    await world.reconcileKey(API, cause ? { cause } : {});
  }
});

describe('a repair that takes a second try', () => {
  beforeEach(async () => {
    await world.converge(API);
    world.registry.outbox.length = 0;
  });

  const swap = () => world.tamper(API, { roleArn: ROGUE_ROLE });
  it.each([
    { write: 'update', code: 'aws.timeout', change: swap, drift: 'roleDrift' },
    { write: 'update', code: 'aws.throttled', change: swap, drift: 'roleDrift' },
    { write: 'create', code: 'aws.timeout', change: () => world.remove(API), drift: 'missing' },
    { write: 'create', code: 'aws.throttled', change: () => world.remove(API), drift: 'missing' },
  ] as const)(
    'after $code at the $write is told as the repair that it is',
    async ({ write, code, change, drift }) => {
      change();
      world.eks.troubles.failNext(write, code);
      await world.reconcileKey(API);
      world.clock.jump(20_000);
      await world.reconcileKey(API);
      expect(world.registry.told.filter(({ type }) => type.startsWith('Association'))).toEqual([
        expect.objectContaining({ type: 'AssociationDrifted', drift: [drift] }),
        expect.objectContaining({ type: 'AssociationRepaired', drift: [drift] }),
      ]);
      expect((await world.item(API))?.disturbances).toHaveLength(1);
    },
  );

  it('is not ours where EKS refused it, and somebody else did the same', async () => {
    swap();
    world.eks.troubles.failNext('update', 'aws.throttled');
    await world.reconcileKey(API);
    world.tamper(API, { roleArn: A_ROLE });
    world.clock.jump(20_000);
    await world.reconcileKey(API);
    expect(typesTold(world)).toEqual([]);
    const item = await world.item(API);
    expect([item?.intent?.ended, item?.disturbances]).toEqual([true, undefined]);
  });

  it('is not ours either where EKS refused a delete, and somebody else made it', async () => {
    await world.releaseTombstone(API);
    world.eks.troubles.failNext('delete', 'aws.throttled');
    await world.reconcileKey(API);
    world.remove(API);
    world.clock.jump(20_000);
    await world.reconcileKey(API);
    expect(typesTold(world)).toEqual([]);
  });

  it('is none where a revision was released meanwhile that wants what is there', async () => {
    swap();
    world.eks.troubles.failNext('update', 'aws.timeout');
    await world.reconcileKey(API);
    const fields = { roleArn: ROGUE_ROLE, disableSessionTags: false, tags: {} };
    await world.release(API, { revision: 2, fields });
    world.clock.jump(20_000);
    await world.reconcileKey(API);
    expect(typesTold(world).filter((type) => type.startsWith('Association'))).not.toContain(
      'AssociationRepaired',
    );
    expect((await world.item(API))?.record).toMatchObject({ observedRevision: '2' });
  });

  it('is ours where an earlier try may have been carried out, whatever a later one was answered', async () => {
    swap();
    world.eks.troubles.failNext('update', 'aws.timeout');
    await world.reconcileKey(API);
    world.clock.jump(20_000);
    world.eks.troubles.failNext('update', 'aws.throttled');
    await world.reconcileKey(API);
    world.tamper(API, { roleArn: A_ROLE });
    world.clock.jump(20_000);
    await world.reconcileKey(API);
    expect(typesTold(world)).toContain('AssociationRepaired');
  });
});

describe('a registry that fails', () => {
  it.each([1, 2, 3])(
    'at request %i makes the reconcile fail, and nothing is written that is not on record',
    async (at) => {
      await world.converge(API);
      world.tamper(API, { roleArn: ROGUE_ROLE });
      const failure = new AppError('aws.unavailable', 'no registry', { retryable: true });
      const fine: (AppError | undefined)[] = new Array(at - 1).fill(undefined);
      world.registry.failNext(...([...fine, failure, failure, failure] as AppError[]));
      await world.reconcileKey(API).catch(() => undefined);
      expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
    },
  );
});
