import { expect, it } from 'vitest';
import { outboundEvent } from '#events/outbound/outbound-event.ts';
import { told } from './told.ts';

const cluster = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'prod-1' };
const key = { namespace: 'orders', serviceAccount: 'api' };
const cause = {
  principal: 'arn:aws:sts::111122223333:assumed-role/developer/dana',
  eventId: 'e-1',
  eventName: 'UpdatePodIdentityAssociation',
  at: 1,
};
const at = 2;
const FINDING = {
  findingId: 'foreign/orders/api',
  finding: 'foreign',
  severity: 'medium',
  cluster,
  key,
} as const;

it.each([
  {
    event: outboundEvent('AssociationDrifted', { cluster, key, drift: ['roleDrift'], cause, at }),
    verb: 'noticed',
    what: 'roleDrift, by dana (developer) with UpdatePodIdentityAssociation',
    subject: 'orders/api on prod-1',
  },
  {
    event: outboundEvent('AssociationRepaired', {
      cluster,
      key,
      step: 'update',
      drift: ['roleDrift'],
      revision: 3,
      at,
    }),
    verb: 'repaired',
    what: 'changed back in place, as revision 3 of the mapping says',
    subject: 'orders/api on prod-1',
  },
  {
    event: outboundEvent('FindingOpened', {
      findingId: 'unmanaged/orders/api',
      finding: 'unmanaged',
      severity: 'low',
      cluster,
      key,
      summary: 'no mapping and no tool claims it',
      at,
    }),
    verb: 'found',
    what: 'unmanaged (low): no mapping and no tool claims it',
    subject: 'orders/api on prod-1',
  },
  {
    event: outboundEvent('FindingResolved', { ...FINDING, status: 'repaired', at }),
    verb: 'resolved',
    what: 'foreign is repaired',
    subject: 'orders/api on prod-1',
  },
  {
    event: outboundEvent('FindingResolved', { ...FINDING, status: 'waived', at }),
    verb: 'waived',
    what: 'foreign is accepted',
    subject: 'orders/api on prod-1',
  },
  {
    event: outboundEvent('ClusterEnrolled', { cluster, mode: 'observe', at }),
    verb: 'enrolled',
    what: 'in mode observe',
    subject: 'prod-1',
  },
  {
    event: outboundEvent('BrakeEngaged', { scope: 'cluster', cluster, held: 7, cap: 5, at }),
    verb: 'braked',
    what: '7 held: 5 may pass in 24 hours',
    subject: 'prod-1',
  },
  {
    event: outboundEvent('Frozen', { by: 'alice', reason: 'incident 42', at }),
    verb: 'Frozen',
    what: 'incident 42',
    subject: 'fleet',
  },
])('says of an event: $verb', ({ event, ...says }) => {
  expect(told(event)).toMatchObject(says);
});

it('says nothing of a cause, which the finding beside it tells', () => {
  const finding = {
    findingId: 'agentMissing',
    finding: 'agentMissing',
    severity: 'high',
    cluster,
    at,
  } as const;
  expect(told(outboundEvent('CauseNoticed', { ...finding, summary: 's', text: 't' }))).toBeUndefined();
});
