import { beforeEach, describe, expect, it } from 'vitest';
import type { OutboundEvent } from '#events/outbound/outbound-event.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { aHub, type Hub } from '#test/builders/a-hub.ts';
import { anAssociation } from '#test/builders/an-association.ts';
import { ALICE, anEvent } from '#test/builders/an-event.ts';
import { aClusterItem, anAssociationItem } from '#test/builders/registry-items.ts';

const CLUSTERS = Array.from({ length: 50 }, (_, index) => `c${index + 1}`);
const ACCOUNTS = ['api', 'web', 'batch', 'cron'];
const ROLE = { account: '111122223333', name: 'payments-api' } as const;

let hub: Hub;

/** Fifty clusters with four service accounts each, all of one role, that nobody has looked at. */
beforeEach(async () => {
  hub = await aHub({ name: 'c1' });
  const { world } = hub;
  for (const name of CLUSTERS) {
    const cluster = aCluster({ name, arn: world.cluster.arn.replace(/c1$/, name) });
    if (name !== 'c1') {
      world.eks.addCluster(cluster, { createdAt: cluster.createdAt });
      await put(aClusterItem(cluster, { associations: 100 }));
    }
    for (const serviceAccount of ACCOUNTS) {
      const key = { namespace: 'payments', serviceAccount };
      world.eks.put(cluster, key, { ...anAssociation(), associationId: `a-${name}-${serviceAccount}` });
      await put(anAssociationItem({ ...key, clusterArn: cluster.arn, clusterCreatedAt: cluster.createdAt }));
    }
  }
});

async function put(item: ReturnType<typeof anAssociationItem | typeof aClusterItem>): Promise<void> {
  const { registry, newId, clock } = hub.world.deps;
  expect(await registry.commit({ id: newId(), at: clock.now(), put: [item] })).toBe('done');
}

function published(type: OutboundEvent['detail-type']) {
  return hub.bus.published.filter((event) => event['detail-type'] === type);
}

describe('a role that 200 service accounts on 50 clusters use', () => {
  it('is told of once when it is deleted, with who did it, how many are hit, and how to ask for them', async () => {
    hub.world.roles.remove(ROLE.account, ROLE.name);
    await hub.deliver(anEvent('DeleteRole', { at: hub.world.clock.now(), eventId: 'e-1' }));
    await hub.settle();
    const findings = published('FindingOpened').filter(({ detail }) => detail['finding'] === 'roleMissing');
    expect(findings).toHaveLength(200);
    expect(new Set(findings.map(({ detail }) => detail['causeKey']))).toEqual(new Set(['event/e-1']));
    expect(published('CauseNoticed')).toMatchObject([
      {
        detail: {
          causeKey: 'event/e-1',
          finding: 'roleMissing',
          severity: 'critical',
          roleArn: 'arn:aws:iam::111122223333:role/payments-api',
          cause: {
            principal: ALICE,
            eventName: 'DeleteRole',
            affected: { serviceAccounts: 200, clusters: 50 },
          },
          text: expect.stringContaining('rolecall get findings --cause event/e-1'),
        },
      },
    ]);
  });

  it('is told of again when it is deleted a second time, and each time ends by the key by which it began', async () => {
    const { roles, clock } = hub.world;
    for (const [made, gone] of [
      ['e-2', 'e-1'],
      ['e-4', 'e-3'],
    ] as const) {
      roles.remove(ROLE.account, ROLE.name);
      await hub.deliver(anEvent('DeleteRole', { at: clock.now(), eventId: gone }));
      await hub.pass(10_000, 5_000);
      roles.add(ROLE.account, ROLE.name);
      await hub.deliver(anEvent('CreateRole', { at: clock.now(), eventId: made }));
      await hub.pass(10_000, 5_000);
    }
    const keys = (type: 'CauseNoticed' | 'FindingResolved') => [
      ...new Set(published(type).map(({ detail }) => detail['causeKey'])),
    ];
    expect(published('CauseNoticed')).toHaveLength(2);
    expect(keys('CauseNoticed')).toEqual(['event/e-1', 'event/e-3']);
    expect(keys('FindingResolved')).toEqual(['event/e-1', 'event/e-3']);
  });
});
