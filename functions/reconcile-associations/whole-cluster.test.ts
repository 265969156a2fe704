import { describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import { Hub } from '#test/builders/a-hub.ts';
import { aRegistryWorld } from '#test/builders/a-registry-world.ts';

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
    { deliveries: 9, sent: LEFT },
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
