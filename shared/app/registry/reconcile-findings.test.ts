import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import {
  aRegistryWorld,
  type RegistryReconcileWorld,
  ROGUE_ROLE,
  toKey,
} from '#test/builders/a-registry-world.ts';
import { noteKey } from './findings.ts';

const API: KeyText = 'payments/api';

let world: RegistryReconcileWorld;
beforeEach(async () => {
  world = await aRegistryWorld();
});

describe('what is found of a role or of a repair', () => {
  const KINDS = [
    'roleMissing',
    'trustPolicyInvalid',
    'trustUnknown',
    'repairFailed',
    'refused',
    'quotaReached',
  ] as const;
  const open = async () =>
    (await world.findings()).filter(({ status }) => status === 'open').map(({ id }) => id);
  beforeEach(async () => {
    await world.converge(API);
    const { arn: clusterArn, createdAt: clusterCreatedAt } = world.cluster;
    const wanted = KINDS.map((kind) => ({ kind, message: 'm' }));
    await noteKey(world.deps, { clusterArn, clusterCreatedAt, ...toKey(API) }, { wanted, judged: KINDS });
    expect(await open()).toHaveLength(KINDS.length);
  });

  it('is over when the association was deleted', async () => {
    await world.releaseTombstone(API);
    await world.reconcileKey(API);
    expect(await open()).toEqual([]);
  });

  it('is over when nothing is bound, nor to be', async () => {
    world.remove(API);
    await world.releaseTombstone(API);
    await world.reconcile();
    expect(await open()).toEqual([]);
  });

  it('is over when EKS has taken another role', async () => {
    world.tamper(API, { roleArn: ROGUE_ROLE });
    await world.reconcileKey(API);
    expect(await open()).toEqual([]);
  });

  it('is not as far as it is of the role, for all that a look at the association tells', async () => {
    await world.reconcile();
    expect([...(await open())].sort()).toEqual([
      'roleMissing/payments/api',
      'trustPolicyInvalid/payments/api',
      'trustUnknown/payments/api',
    ]);
  });
});
