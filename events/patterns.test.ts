import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '#sandbox/eventbridge/event-pattern.ts';
import type { InboundKind } from './inbound/inbound-kind.ts';
import { readEvent } from './inbound/read-event.ts';
import { INBOUND_KINDS } from './inbound/registry.ts';
import { INBOUND_SAMPLES } from './inbound/samples.ts';
import {
  EKS_ADDONS_PATTERN,
  EKS_CALLS_PATTERN,
  IAM_CALLS_PATTERN,
  INBOUND_QUEUE_PATTERN,
} from './patterns.ts';

const RULES = [
  { rule: 'EKS calls', pattern: EKS_CALLS_PATTERN },
  { rule: 'EKS add-ons', pattern: EKS_ADDONS_PATTERN },
  { rule: 'IAM calls', pattern: IAM_CALLS_PATTERN },
];
const compiled = RULES.map(({ rule, pattern }) => ({
  rule,
  ...compileEventPattern(JSON.stringify(pattern)),
}));
const queue = compileEventPattern(JSON.stringify(INBOUND_QUEUE_PATTERN));

const rulesFor = (event: unknown) => compiled.filter((rule) => rule.matches(event)).map(({ rule }) => rule);

function ruleOf({ source, via }: InboundKind): string {
  if (via === 'native') return 'EKS add-ons';
  return source === 'aws.eks' ? 'EKS calls' : 'IAM calls';
}

describe('the patterns of the rules', () => {
  it.each(INBOUND_SAMPLES)('let $kind.name through by one rule and to the queue', ({ kind, event }) => {
    expect(rulesFor(event)).toEqual([ruleOf(kind)]);
    expect(queue.matches(event)).toBe(true);
  });

  it('cover every kind of the registry by a sample', () => {
    expect(INBOUND_SAMPLES.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(INBOUND_KINDS as InboundKind[]),
    );
    expect(INBOUND_SAMPLES).toHaveLength(INBOUND_KINDS.length);
    expect(new Set(INBOUND_KINDS.map(({ source, name }) => `${source} ${name}`)).size).toBe(
      INBOUND_KINDS.length,
    );
  });

  it.each(INBOUND_SAMPLES.filter(({ kind }) => kind.via === 'cloudtrail'))(
    'leave out a failed $kind.name, which the reader would drop',
    ({ event }) => {
      const failed = { ...event, detail: { ...(event['detail'] as object), errorCode: 'AccessDenied' } };
      expect(rulesFor(failed)).toEqual([]);
      expect(queue.matches(failed)).toBe(false);
      expect(readEvent(failed)).toMatchObject({ kind: 'nothing', reason: 'failedCall' });
    },
  );

  it.each([
    { what: 'an event of another service', change: { source: 'aws.ec2' } },
    { what: 'one that only says that it is EKS’s', change: { source: 'custom.eks' } },
    { what: 'a read', change: { detail: { eventName: 'DescribeCluster' } } },
    { what: 'a service event of CloudTrail', change: { 'detail-type': 'AWS Service Event via CloudTrail' } },
    { what: 'one of our own', change: { source: 'rolecall', 'detail-type': 'AssociationDrifted' } },
  ])('leave out $what', ({ change }) => {
    const event = { ...INBOUND_SAMPLES[0]?.event, ...change };
    expect(rulesFor(event)).toEqual([]);
  });

  it('say exactly what they match', () => {
    expect(EKS_CALLS_PATTERN).toEqual({
      source: ['aws.eks'],
      'detail-type': ['AWS API Call via CloudTrail', 'Amazon API Call via CloudTrail'],
      detail: {
        eventName: [
          'CreatePodIdentityAssociation',
          'UpdatePodIdentityAssociation',
          'DeletePodIdentityAssociation',
          'TagResource',
          'UntagResource',
          'CreateCluster',
          'DeleteCluster',
          'UpdateClusterConfig',
          'CreateAddon',
          'UpdateAddon',
          'DeleteAddon',
        ],
        errorCode: [{ exists: false }],
      },
    });
    expect(IAM_CALLS_PATTERN).toMatchObject({
      source: ['aws.iam'],
      detail: {
        eventName: [
          'CreateRole',
          'DeleteRole',
          'UpdateAssumeRolePolicy',
          'AttachRolePolicy',
          'DetachRolePolicy',
          'PutRolePolicy',
          'DeleteRolePolicy',
          'TagRole',
          'UntagRole',
          'PutRolePermissionsBoundary',
          'DeleteRolePermissionsBoundary',
        ],
        errorCode: [{ exists: false }],
      },
    });
  });

  it.each([...RULES, { rule: 'inbound queue', pattern: INBOUND_QUEUE_PATTERN }])(
    '$rule: within the quota for its length',
    ({ pattern }) => expect(JSON.stringify(pattern).length).toBeLessThan(4096),
  );
});
