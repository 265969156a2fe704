import { beforeEach, describe, expect, it } from 'vitest';
import { loadManifests } from '#shared/app/registry/load-manifests.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { aHub, Hub } from '#test/builders/a-hub.ts';
import { aMapping } from '#test/builders/a-mapping.ts';
import { RegistryReconcileWorld } from '#test/builders/a-registry-world.ts';
import { anEvent } from '#test/builders/an-event.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';

const MINUTE_MS = 60_000;

/** A hub that has never met cluster `c1`. */
function aNewHub(): Hub {
  return new Hub(new RegistryReconcileWorld(new FakeRegistry(), { name: 'c1' }));
}

async function item(hub: Hub): Promise<ClusterItem | undefined> {
  const [found] = await hub.world.registry.get([{ type: 'cluster', clusterArn: hub.world.cluster.arn }]);
  return found;
}

function make(hub: Hub, changes: Parameters<Hub['world']['eks']['addCluster']>[1]): void {
  hub.world.eks.addCluster(hub.world.cluster, { createdAt: hub.world.cluster.createdAt, ...changes });
}

function created(hub: Hub): Promise<void> {
  return hub.deliver(anEvent('CreateCluster', { at: hub.world.clock.now(), eventId: 'c-1' }));
}

describe('a cluster that is made', () => {
  let hub: Hub;
  beforeEach(async () => {
    hub = aNewHub();
    await loadManifests(hub.world.deps, [aMapping()], { by: 'alice', why: 'first' });
    make(hub, { status: 'CREATING', tags: { env: 'prod' } });
    await created(hub);
    await hub.settle();
  });

  it('is looked at every minute until EKS has made it', async () => {
    expect(await item(hub)).toBeUndefined();
    await hub.pass(12 * MINUTE_MS, MINUTE_MS);
    expect(hub.enrol.sent.map(({ delaySeconds }) => delaySeconds).slice(0, 3)).toEqual([0, 60, 60]);
    make(hub, { status: 'ACTIVE', tags: { env: 'prod' } });
    await hub.pass(MINUTE_MS, MINUTE_MS);
    expect(await item(hub)).toMatchObject({
      enrolment: { state: 'enrolled', by: 'enrol-cluster' },
      cluster: { mode: 'observe', labels: { env: 'prod' } },
    });
    expect(hub.enrol.depth).toBe(0);
    expect(hub.enrol.dead).toEqual([]);
  });

  it('begins in observe mode: everything is told, nothing is written', async () => {
    make(hub, { status: 'ACTIVE' });
    await hub.pass(2 * MINUTE_MS, MINUTE_MS);
    expect(hub.world.find('payments/api')).toBeUndefined();
    expect(await hub.world.findings()).toMatchObject([{ id: 'missing/payments/api', status: 'open' }]);
    expect(hub.bus.types()).toContain('ClusterEnrolled');
  });

  it('is forgotten when EKS could not make it', async () => {
    make(hub, { status: 'FAILED' });
    await hub.pass(2 * MINUTE_MS, MINUTE_MS);
    expect(await item(hub)).toBeUndefined();
    expect(hub.enrol.depth).toBe(0);
  });

  it('is forgotten after a day that was not enough', async () => {
    await hub.pass(25 * 60 * MINUTE_MS, 30 * MINUTE_MS);
    expect(hub.enrol.depth).toBe(0);
    expect(hub.enrol.dead).toEqual([]);
  });

  it('ends the finding that nobody enrolled it', async () => {
    await hub.deliver(anEvent('CreateAddon', { at: hub.world.clock.now(), eventId: 'a-1' }));
    await hub.settle();
    expect(await hub.world.findings()).toMatchObject([{ id: 'unknownCluster', status: 'open' }]);
    make(hub, { status: 'ACTIVE' });
    await hub.pass(2 * MINUTE_MS, MINUTE_MS);
    expect(await hub.world.findings()).toContainEqual({
      id: 'unknownCluster',
      status: 'resolved',
      cause: expect.anything() as unknown,
    });
  });

  it('comes back when its account does not let us in, and ends with the dead letters', async () => {
    hub.world.eks.troubles.deny('describeCluster');
    await hub.pass(3 * 60 * MINUTE_MS, MINUTE_MS);
    expect(hub.enrol.dead).toHaveLength(1);
    expect(hub.enrol.postponed.slice(0, 3)).toEqual([15, 30, 60]);
  });
});

describe('a cluster that is deleted', () => {
  let hub: Hub;
  beforeEach(async () => {
    hub = await aHub();
    await hub.world.converge('payments/api');
  });

  const deleted = () => hub.deliver(anEvent('DeleteCluster', { at: hub.world.clock.now(), eventId: 'd-1' }));

  it('is retired once it is gone', async () => {
    make(hub, { status: 'DELETING' });
    await deleted();
    await hub.settle();
    expect((await item(hub))?.enrolment.state).toBe('enrolled');
    hub.world.eks.removeCluster(hub.world.cluster);
    await hub.pass(MINUTE_MS, MINUTE_MS);
    expect((await item(hub))?.enrolment.state).toBe('retired');
    expect(await hub.world.item('payments/api')).toBeUndefined();
    expect(hub.bus.types()).toContain('ClusterRetired');
  });

  it('is not retired while EKS goes on showing it', async () => {
    await deleted();
    await hub.pass(20 * MINUTE_MS, MINUTE_MS);
    expect((await item(hub))?.enrolment.state).toBe('enrolled');
    expect(hub.enrol.depth).toBe(0);
  });

  it('and made again under its name is first contact', async () => {
    const createdAt = hub.world.cluster.createdAt + 3_600_000;
    make(hub, { createdAt });
    await deleted();
    await hub.settle();
    expect(await item(hub)).toMatchObject({ cluster: { createdAt, mode: 'observe' } });
    expect(hub.bus.types()).toEqual(expect.arrayContaining(['ClusterRetired', 'ClusterEnrolled']));
  });
});

it('tells that tags differ from the labels, and changes no label', async () => {
  const hub = await aHub({ labels: { env: 'prod' } });
  make(hub, { tags: { env: 'lab' } });
  const arn = hub.world.cluster.arn;
  await hub.deliver(
    anEvent('TagResource', {
      at: hub.world.clock.now(),
      request: { resourceArn: arn, tags: { env: 'lab' } },
    }),
  );
  await hub.settle();
  expect(await hub.world.findings()).toMatchObject([{ id: 'labelDrift', status: 'open' }]);
  expect((await item(hub))?.cluster.labels).toEqual({ env: 'prod' });
});

it('fails on a message that is none of ours', async () => {
  const hub = aNewHub();
  await hub.enrol.send([{ body: '{"version":9}' }]);
  expect((await hub.enrolOnce()).batchItemFailures).toHaveLength(1);
});

it('puts back what failed with the world', async () => {
  const hub = aNewHub();
  hub.world.eks.troubles.failNext(
    'describeCluster',
    new AppError('aws.timeout', 'slow', { retryable: true }),
  );
  await created(hub);
  await hub.settle();
  expect(hub.enrol.postponed).toEqual([15]);
  await hub.pass(16_000);
  expect((await item(hub))?.enrolment.state).toBe('enrolled');
});
