import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import { AppError } from '#shared/ports/app-error.ts';
import {
  aRegistryWorld,
  ended,
  type RegistryReconcileWorld,
  ROGUE_ROLE,
  toKey,
  typesTold,
} from '#test/builders/a-registry-world.ts';
import { noteUnread } from '../drift/note-unread.ts';

const API: KeyText = 'payments/api';

let world: RegistryReconcileWorld;
beforeEach(async () => {
  world = await aRegistryWorld();
});

describe('a cluster that is put to observe, or is retired, while a reconcile is under way', () => {
  it.each([
    { change: 'observe', now: { cluster: { mode: 'observe' } } },
    { change: 'retired', now: { enrolment: { state: 'retired' } } },
  ] as const)('is not written any more: $change', async ({ now }) => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    const [item] = await world.registry.get([{ type: 'cluster', clusterArn: world.cluster.arn }]);
    if (!item) throw new Error('the cluster is not enrolled');
    const cluster = { ...item.cluster, ...('cluster' in now ? now.cluster : {}) };
    const enrolment = { ...item.enrolment, ...('enrolment' in now ? now.enrolment : {}) };
    world.registry.interleave(async () => {
      await world.registry.commit({ id: 'meanwhile', at: 1, put: [{ ...item, cluster, enrolment }] });
    });
    expect(ended(await world.reconcileKey(API))).toEqual(['held superseded']);
    expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
  });
});

describe('a cluster that was made again, and no event told of it', () => {
  beforeEach(async () => {
    await world.converge(API);
    world.eks.removeCluster(world.cluster);
    world.eks.addCluster(world.cluster, { createdAt: world.cluster.createdAt + 3_600_000 });
    world.registry.outbox.length = 0;
  });

  it.each([
    { what: 'somebody else has an association where ours was', there: true, keys: [toKey(API)] as const },
    { what: 'nothing is where ours was', there: false, keys: [toKey(API)] as const },
    { what: 'all of it is looked at', there: true, keys: 'all' as const },
  ])('is not written, and is met first: $what', async ({ there, keys }) => {
    if (there) world.putAssociation(API, { roleArn: ROGUE_ROLE });
    const before = world.find(API);
    expect(await world.reconcile({ keys })).toEqual({
      kind: 'otherCluster',
      createdAt: world.cluster.createdAt + 3_600_000,
    });
    expect(world.find(API)).toEqual(before);
    expect(typesTold(world)).toEqual(['EnrolmentRequested']);
    await world.reconcile({ keys });
    expect(typesTold(world)).toEqual(['EnrolmentRequested']);
  });

  it('is no cluster that can be read as long as EKS does not tell its age', async () => {
    const error = new AppError('aws.accessDenied', 'not authorized', { retryable: false });
    await noteUnread(world.deps, world.cluster.arn, error);
    world.eks.troubles.deny('describeCluster');
    await expect(world.reconcile()).rejects.toMatchObject({ code: 'aws.accessDenied' });
    expect(await world.findings()).toMatchObject([{ id: 'clusterUnread', status: 'open' }]);
  });

  it('is left alone as well where EKS has none of that name for a moment', async () => {
    world.putAssociation(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.failNext('describeCluster', 'aws.unavailable');
    await expect(world.reconcileKey(API)).rejects.toMatchObject({ code: 'aws.unavailable' });
    expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
  });
});

describe('what is ours and gone', () => {
  it.each([
    { what: 'nobody told of it', hint: () => ({}), calls: 4 },
    {
      what: 'somebody told that another one was deleted',
      hint: () => ({ gone: true, associationId: 'a-other' }),
      calls: 3,
    },
    {
      what: 'somebody told that it was deleted',
      hint: (id: string) => ({ gone: true, associationId: id }),
      calls: 2,
    },
  ])('is made again, for $calls calls to EKS: $what', async ({ hint, calls }) => {
    const { associationId } = await world.converge(API);
    world.remove(API);
    expect(ended(await world.reconcileKey(API, hint(associationId)))).toEqual(['applied']);
    expect(world.eksCalls()).toBe(calls);
  });
});
