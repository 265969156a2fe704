import { describe, expect, it } from 'vitest';
import { aRegistryWorld } from '#test/builders/a-registry-world.ts';
import { anAssociation } from '#test/builders/an-association.ts';
import type { AssociationItem } from './association-item.ts';
import { previewEnforced } from './mode-preview.ts';

type World = Awaited<ReturnType<typeof aRegistryWorld>>;
const KEY = 'payments/api';
const OTHER = 'arn:aws:iam::111122223333:role/other';

/** What stands in the registry after a look at a cluster that is only observed. */
async function looked(prepare: (world: World) => Promise<unknown> | unknown): Promise<{
  readonly world: World;
  readonly item: AssociationItem;
}> {
  const world = await aRegistryWorld({ mode: 'observe' });
  await prepare(world);
  await world.reconcile();
  const item = await world.item(KEY);
  if (!item) throw new Error('the registry knows nothing of the key');
  return { world, item };
}

it('calls a session policy that is in other words no change', async () => {
  const policy = '{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
  const others = '{"Statement": [{"Resource": ["*"], "Action": ["s3:GetObject"], "Effect": "Allow"}]}';
  const { item } = await looked(async (world) => {
    await world.release(KEY, { fields: { ...anAssociation(), disableSessionTags: true, policy, tags: {} } });
    world.putAssociation(KEY, { disableSessionTags: true, policy: others });
  });
  const { expected, before, after } = previewEnforced(item);
  expect({ expected, before: before?.policy, after: after?.policy }).toEqual({
    expected: 'adopt',
    before: policy,
    after: policy,
  });
});

describe('what is expected, against what an enforced look then does', () => {
  it.each([
    { when: 'nothing is there', prepare: (world: World) => world.release(KEY), expected: 'create' },
    {
      when: 'it already equals the wish',
      prepare: async (world: World) => {
        await world.release(KEY);
        world.putAssociation(KEY);
      },
      expected: 'adopt',
    },
    {
      when: 'somebody else made another',
      prepare: async (world: World) => {
        await world.release(KEY);
        world.putAssociation(KEY, { roleArn: OTHER });
      },
      expected: 'leave',
    },
    {
      when: 'the mapping takes over what somebody else made',
      prepare: async (world: World) => {
        await world.release(KEY, { takeover: true });
        world.putAssociation(KEY, { roleArn: OTHER });
      },
      expected: 'takeOver',
    },
    {
      when: 'the mapping only observes',
      prepare: (world: World) => world.release(KEY, { mode: 'observe' }),
      expected: 'leave',
    },
    {
      when: 'nobody wishes for it',
      prepare: (world: World) => world.putAssociation(KEY),
      expected: 'leave',
    },
  ])('$expected when $when', async ({ prepare, expected }) => {
    const { world, item } = await looked(prepare);
    expect(previewEnforced(item).expected).toBe(expected);
    const before = await world.registry.get([{ type: 'cluster', clusterArn: world.cluster.arn }]);
    const [cluster] = before;
    if (!cluster) throw new Error('no cluster');
    const enforced = { ...cluster, cluster: { ...cluster.cluster, mode: 'enforce' as const } };
    await world.registry.commit({ id: 'enforce', at: 1, put: [enforced] });
    const answer = await world.reconcile();
    const steps =
      answer.kind === 'reconciled'
        ? answer.outcomes.flatMap(({ outcome }) => (outcome?.kind === 'applied' ? [outcome.step.kind] : []))
        : [];
    const step = expected === 'takeOver' ? 'adopt' : expected;
    expect(steps).toEqual(expected === 'leave' ? [] : [step]);
  });

  it.each([
    {
      when: 'ours was changed',
      tamper: (world: World) => world.tamper(KEY, { roleArn: OTHER }),
      expected: 'update',
      before: OTHER,
    },
    {
      when: 'ours is gone',
      tamper: (world: World) => world.remove(KEY),
      expected: 'create',
      before: undefined,
    },
    { when: 'ours is as it should be', tamper: () => undefined, expected: 'nothing', before: undefined },
  ])('$expected when $when', async ({ tamper, expected, before }) => {
    const world = await aRegistryWorld();
    await world.converge(KEY);
    const [cluster] = await world.registry.get([{ type: 'cluster', clusterArn: world.cluster.arn }]);
    if (!cluster) throw new Error('no cluster');
    const observed = { ...cluster, cluster: { ...cluster.cluster, mode: 'observe' as const } };
    await world.registry.commit({ id: 'observe', at: 1, put: [observed] });
    tamper(world);
    await world.reconcileKey(KEY);
    const item = await world.item(KEY);
    const preview = item && previewEnforced(item);
    expect({ expected: preview?.expected, before: preview?.before?.roleArn }).toEqual({ expected, before });
    if (expected === 'update') expect(preview?.after?.roleArn).toBe(anAssociation().roleArn);
  });
});
