import { describe, expect, it } from 'vitest';
import { MODES, type Mode } from '#shared/domain/mode.ts';
import { aRegistryWorld } from '#test/builders/a-registry-world.ts';
import { changeMode, raises } from './change-mode.ts';

const ASKED = { by: 'alice', why: 'OPS-7' };

describe('raises', () => {
  it.each([
    { from: 'observe', to: 'enforce', more: true },
    { from: 'ignore', to: 'enforce', more: true },
    { from: 'ignore', to: 'observe', more: true },
    { from: 'enforce', to: 'observe', more: false },
    { from: 'observe', to: 'ignore', more: false },
    { from: 'enforce', to: 'enforce', more: false },
  ] as const)('answers $more for $from to $to', ({ from, to, more }) => {
    expect(raises(from, to)).toBe(more);
  });
});

describe('changeMode', () => {
  it('lets the reconciler write from then on, and stops it again', async () => {
    const world = await aRegistryWorld({ mode: 'observe' });
    const { arn: clusterArn, createdAt } = world.cluster;
    const change = (from: Mode, to: Mode) =>
      changeMode(world.deps, { clusterArn, createdAt, from, to }, ASKED);
    await world.release('payments/api');
    await world.reconcile();
    expect(world.find('payments/api')).toBeUndefined();
    expect(await change('observe', 'enforce')).toBe('changed');
    await world.reconcile();
    expect(world.find('payments/api')).toBeDefined();
    world.clock.jump(600_000);
    world.remove('payments/api');
    expect(await change('enforce', 'observe')).toBe('changed');
    await world.reconcile();
    expect(world.find('payments/api')).toBeUndefined();
  });

  it('is one transaction, which another change makes begin again', async () => {
    const world = await aRegistryWorld({ mode: 'observe' });
    const { arn: clusterArn, createdAt } = world.cluster;
    world.registry.interleave(async () => {
      const [item] = await world.registry.get([{ type: 'cluster', clusterArn }]);
      await world.registry.commit({ id: 'other', at: 1, put: item ? [{ ...item, associations: 7 }] : [] });
    });
    const change = { clusterArn, createdAt, from: 'observe', to: 'enforce' } as const;
    expect(await changeMode(world.deps, change, ASKED)).toBe('changed');
    const [item] = await world.registry.get([{ type: 'cluster', clusterArn }]);
    expect(item).toMatchObject({ associations: 7, cluster: { mode: 'enforce' } });
    expect((await world.registry.auditOfCluster(clusterArn)).items).toHaveLength(1);
  });

  it.each(MODES)('to %s changes nothing of another life of the cluster', async (to) => {
    const world = await aRegistryWorld({ mode: 'observe' });
    const { arn: clusterArn, createdAt } = world.cluster;
    const change = { clusterArn, createdAt: createdAt - 1, from: 'observe', to } as const;
    const { writes } = world.registry;
    expect(await changeMode(world.deps, change, ASKED)).toBe('moved');
    expect(await changeMode(world.deps, { ...change, clusterArn: `${clusterArn}x` }, ASKED)).toBe('moved');
    expect(world.registry.writes).toBe(writes);
  });

  it('of what has that mode writes nothing', async () => {
    const world = await aRegistryWorld({ mode: 'observe' });
    const { arn: clusterArn, createdAt } = world.cluster;
    const { writes } = world.registry;
    const change = { clusterArn, createdAt, from: 'observe', to: 'observe' } as const;
    expect(await changeMode(world.deps, change, ASKED)).toBe('unchanged');
    expect(world.registry.writes).toBe(writes);
  });
});
