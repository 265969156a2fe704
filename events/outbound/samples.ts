import { type OutboundEvent, outboundEvent } from './outbound-event.ts';

const AT = 1795168812_000;
const CLUSTER = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' };
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const ASSOCIATION = { cluster: CLUSTER, key: KEY, associationId: 'a-0123456789abcdefg', revision: 3 };
const CAUSE = {
  principal: 'arn:aws:sts::111122223333:assumed-role/Admin/alice',
  eventId: 'c1b6a0de-3a65-4f0c-8f5d-0f5d9b7f2e10',
  eventName: 'UpdatePodIdentityAssociation',
  at: 1795168800_000,
  text: 'role Admin (session alice) with the AWS CLI from 203.0.113.7',
};
const FINDING = {
  at: AT,
  findingId: 'trustPolicyInvalid/payments/api',
  finding: 'trustPolicyInvalid',
  severity: 'critical',
  cluster: CLUSTER,
  key: KEY,
  roleArn: 'arn:aws:iam::111122223333:role/payments-api',
  summary: 'The trust policy of payments-api does not let EKS pods assume it.',
} as const;

/** One of each of our own events. */
export const OUTBOUND_SAMPLES: readonly OutboundEvent[] = [
  outboundEvent('AssociationDrifted', {
    ...ASSOCIATION,
    at: AT,
    drift: ['roleDrift'],
    summary: 'payments/api has the role other instead of payments-api; it is being put right.',
    cause: CAUSE,
  }),
  outboundEvent('AssociationRepaired', {
    ...ASSOCIATION,
    at: AT,
    step: 'update',
    drift: ['roleDrift'],
    tookMs: 12_000,
    cause: CAUSE,
  }),
  outboundEvent('AssociationRepairFailed', {
    ...ASSOCIATION,
    at: AT,
    step: 'update',
    drift: ['roleDrift'],
    failure: {
      class: 'accessDenied',
      code: 'aws.accessDenied',
      message: 'rolecall-production-spoke-write is not authorized to perform: iam:PassRole on payments-api',
    },
    advice:
      'Give the spoke roles what the message names, mostly by PassableRoles of the spoke stack: docs/runbook.md#repair-failed.',
    retries: false,
    cause: CAUSE,
  }),
  outboundEvent('AssociationApplied', { ...ASSOCIATION, at: AT, step: 'create' }),
  outboundEvent('CauseNoticed', {
    ...FINDING,
    findingId: 'roleMissing/payments/api',
    finding: 'roleMissing',
    summary:
      'the role arn:aws:iam::111122223333:role/payments-api does not exist: create it, or correct the mapping',
    text: 'critical: roleMissing: the role arn:aws:iam::111122223333:role/payments-api does not exist: create it, or correct the mapping (payments/api on c1; 200 service accounts on 50 clusters use the role). DeleteRole by arn:aws:sts::111122223333:assumed-role/Admin/alice. All of it: rolecall get findings --cause event/c1b6a0de-3a65-4f0c-8f5d-0f5d9b7f2e10',
    cause: { ...CAUSE, eventName: 'DeleteRole', affected: { serviceAccounts: 200, clusters: 50 } },
  }),
  outboundEvent('FindingOpened', FINDING),
  outboundEvent('FindingResolved', { ...FINDING, status: 'resolved' }),
  outboundEvent('ClusterEnrolled', { at: AT, cluster: CLUSTER, clusterSet: 'default', mode: 'observe' }),
  outboundEvent('ClusterModeChanged', {
    at: AT,
    cluster: CLUSTER,
    from: 'observe',
    to: 'enforce',
    by: 'arn:aws:sts::111122223333:assumed-role/Admin/alice',
    reason: 'the findings were looked at, OPS-7',
  }),
  outboundEvent('ClusterRetired', { at: AT, cluster: CLUSTER, why: 'deleted' }),
  outboundEvent('BrakeEngaged', { at: AT, scope: 'cluster', cluster: CLUSTER, held: 7, cap: 5 }),
  outboundEvent('BrakeReleased', {
    at: AT,
    scope: 'fleet',
    by: 'alice',
    reason: 'the move of the payments roles was announced',
  }),
  outboundEvent('Frozen', { at: AT, by: 'alice', reason: 'incident 42' }),
  outboundEvent('Unfrozen', { at: AT, by: 'alice', reason: 'incident 42 is over' }),
];
