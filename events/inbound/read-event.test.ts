import { describe, expect, it } from 'vitest';
import type { Hint } from '#shared/domain/hint.ts';
import { createClusterSample } from './eks/create-cluster.ts';
import { createPodIdentityAssociationSample } from './eks/create-pod-identity-association.ts';
import { deletePodIdentityAssociationSample } from './eks/delete-pod-identity-association.ts';
import { tagResourceSample } from './eks/tag-resource.ts';
import { createRoleSample } from './iam/create-role.ts';
import { deleteRoleSample } from './iam/delete-role.ts';
import type { JsonObject } from './read/json.ts';
import { readEvent } from './read-event.ts';
import { INBOUND_SAMPLES } from './samples.ts';

const CLUSTER = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' };
const ID = 'a-0123456789abcdefg';
const KEY = { namespace: 'payments', serviceAccount: 'api', associationId: ID };
const ROLE = { kind: 'role', partition: 'aws', account: '111122223333', roleName: 'payments-api' };
const R1 = 'arn:aws:iam::111122223333:role/payments-api';

/** A sample with parts of its record replaced; `undefined` takes a part out. */
function change(event: JsonObject, detail: JsonObject, envelope: JsonObject = {}): JsonObject {
  return JSON.parse(
    JSON.stringify({ ...event, ...envelope, detail: { ...(event['detail'] as object), ...detail } }),
  ) as JsonObject;
}

function lookAt(hint: Hint): unknown {
  const { eventId, eventName, eventTime, receivedFrom, principal, clientRequestToken, evidence, ...rest } =
    hint;
  return rest;
}

const EXPECTED: Readonly<Record<string, unknown>> = {
  CreatePodIdentityAssociation: { kind: 'keys', cluster: CLUSTER, change: 'created', keys: [KEY] },
  UpdatePodIdentityAssociation: { kind: 'keys', cluster: CLUSTER, change: 'updated', keys: [KEY] },
  DeletePodIdentityAssociation: { kind: 'keys', cluster: CLUSTER, change: 'deleted', keys: [KEY] },
  TagResource: { kind: 'keys', cluster: CLUSTER, change: 'tagged', keys: [{ associationId: ID }] },
  UntagResource: { kind: 'keys', cluster: CLUSTER, change: 'untagged', keys: [{ associationId: ID }] },
  CreateCluster: { kind: 'cluster', cluster: CLUSTER, change: 'created' },
  DeleteCluster: { kind: 'cluster', cluster: CLUSTER, change: 'deleted' },
  UpdateClusterConfig: { kind: 'cluster', cluster: CLUSTER, change: 'configured' },
  CreateAddon: { kind: 'cluster', cluster: CLUSTER, change: 'addons' },
  UpdateAddon: { kind: 'cluster', cluster: CLUSTER, change: 'addons' },
  DeleteAddon: { kind: 'cluster', cluster: CLUSTER, change: 'addons' },
  CreateRole: { ...ROLE, change: 'created' },
  DeleteRole: { ...ROLE, change: 'deleted' },
  UpdateAssumeRolePolicy: { ...ROLE, change: 'trustPolicy' },
  AttachRolePolicy: { ...ROLE, change: 'permissions' },
  DetachRolePolicy: { ...ROLE, change: 'permissions' },
  PutRolePolicy: { ...ROLE, change: 'permissions' },
  DeleteRolePolicy: { ...ROLE, change: 'permissions' },
  TagRole: { ...ROLE, change: 'tags' },
  UntagRole: { ...ROLE, change: 'tags' },
  PutRolePermissionsBoundary: { ...ROLE, change: 'boundary' },
  DeleteRolePermissionsBoundary: { ...ROLE, change: 'boundary' },
};

describe('every sample', () => {
  it.each(INBOUND_SAMPLES)('$kind.name says what to look at', ({ kind, event }) => {
    const native = { kind: 'cluster', cluster: CLUSTER, change: 'addons' };
    expect(lookAt(readEvent(event))).toEqual(kind.via === 'native' ? native : EXPECTED[kind.name]);
    expect(readEvent(JSON.stringify(event))).toEqual(readEvent(event));
  });

  it.each(INBOUND_SAMPLES)(
    '$kind.name without parameters and answer names nothing, or the cluster',
    ({ kind, event }) => {
      const bare = change(
        event,
        { requestParameters: null, responseElements: null, clusterName: undefined },
        { resources: [] },
      );
      expect(readEvent(bare)).toMatchObject({ kind: 'nothing', reason: 'unreadable', eventName: kind.name });
    },
  );
});

describe('what is known of the event itself', () => {
  it('is told whatever it is about', () => {
    const { principal, ...hint } = readEvent(createPodIdentityAssociationSample());
    expect(hint).toEqual({
      kind: 'keys',
      cluster: CLUSTER,
      change: 'created',
      keys: [KEY],
      eventId: 'c1b6a0de-3a65-4f0c-8f5d-0f5d9b7f2e10',
      eventName: 'CreatePodIdentityAssociation',
      eventTime: Date.UTC(2026, 10, 20, 10),
      receivedFrom: { account: '111122223333', region: 'eu-west-1' },
      clientRequestToken: '0b8f5d2e-1c7a-4d39-9a51-7c2f8e6d4b30',
      evidence: { roleArn: R1, disableSessionTags: false },
    });
  });

  it.each([
    { ids: { sharedEventID: 's', eventID: 'e' }, is: 's' },
    { ids: { sharedEventID: null, eventID: 'e' }, is: 'e' },
    { ids: { eventID: undefined, eventId: 'e' }, is: 'e' },
    { ids: { eventID: undefined, EventID: 'e' }, is: 'e' },
    { ids: { eventID: undefined }, is: '5f3f1d0e-7c1b-4b0a-9f57-0d7c3a0b9c11' },
    { ids: { eventID: 5 }, is: '5f3f1d0e-7c1b-4b0a-9f57-0d7c3a0b9c11' },
  ])('has the id $is of $ids', ({ ids, is }) => {
    expect(readEvent(change(deleteRoleSample(), ids)).eventId).toBe(is);
  });

  const AT = Date.UTC(2026, 10, 20, 10);
  it.each([
    { eventTime: '2026-11-20T10:00:00Z', is: AT },
    { eventTime: '2026-11-20T10:00:00.250Z', is: AT + 250 },
    { eventTime: '2026-11-20T11:00:00+01:00', is: AT },
    { eventTime: 1795168800, is: AT },
    { eventTime: 1795168800.25, is: AT + 250 },
    { eventTime: 1795168800250, is: AT + 250 },
    { eventTime: '1795168800.25', is: AT + 250 },
    { eventTime: 'yesterday', is: AT },
    { eventTime: '1', is: AT },
    { eventTime: 1e300, is: AT },
    { eventTime: null, is: AT },
  ])('has the time $eventTime, or the envelope’s', ({ eventTime, is }) => {
    expect(readEvent(change(deleteRoleSample(), { eventTime })).eventTime).toBe(is);
  });

  it('has no time when none is readable', () => {
    expect(readEvent(change(deleteRoleSample(), { eventTime: null }, { time: 'soon' }))).not.toHaveProperty(
      'eventTime',
    );
  });
});

describe('an event about an association', () => {
  const create = createPodIdentityAssociationSample();
  const request = { name: 'c1', namespace: 'payments', serviceAccount: 'api', roleArn: R1 };
  const remove = deletePodIdentityAssociationSample();
  const keys = (...named: readonly unknown[]) => ({ kind: 'keys', cluster: CLUSTER, keys: named });
  const NO_ID = { namespace: 'payments', serviceAccount: 'api' };

  it.each<{ when: string; event: JsonObject; is: object }>([
    { when: 'there is no answer', event: change(create, { responseElements: null }), is: keys(NO_ID) },
    { when: 'the answer is absent', event: change(create, { responseElements: undefined }), is: keys(NO_ID) },
    { when: 'the answer is empty', event: change(create, { responseElements: {} }), is: keys(NO_ID) },
    {
      when: 'the answer is flat',
      event: change(create, { responseElements: { ...NO_ID, clusterName: 'c1', associationId: ID } }),
      is: keys(KEY),
    },
    { when: 'there is no request', event: change(create, { requestParameters: null }), is: keys(KEY) },
    {
      when: 'the request says clusterName',
      event: change(create, { responseElements: null, requestParameters: { ...NO_ID, clusterName: 'c1' } }),
      is: keys(NO_ID),
    },
    {
      when: 'names begin with capitals',
      event: change(create, {
        responseElements: null,
        requestParameters: { Name: 'c1', Namespace: 'payments', ServiceAccount: 'api' },
      }),
      is: keys(NO_ID),
    },
    {
      when: 'the parts are JSON text',
      event: change(create, { responseElements: null, requestParameters: JSON.stringify(request) }),
      is: keys(NO_ID),
    },
    {
      when: 'the detail is JSON text',
      event: { ...create, detail: JSON.stringify(create['detail']) },
      is: keys(KEY),
    },
    {
      when: 'an id is percent-encoded',
      event: change(remove, {
        responseElements: null,
        requestParameters: { name: 'c1', associationId: 'a%2D0123456789abcdefg' },
      }),
      is: keys({ associationId: ID }),
    },
    {
      when: 'a name is percent-encoded',
      event: change(remove, {
        responseElements: null,
        requestParameters: { name: '%63%31', associationId: ID },
      }),
      is: keys({ associationId: ID }),
    },
    {
      when: 'there is only an ARN',
      event: change(remove, {
        requestParameters: null,
        responseElements: {
          association: {
            associationArn: `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${ID}`,
          },
        },
      }),
      is: keys({ associationId: ID }),
    },
    {
      when: 'there is only a resource',
      event: change(remove, {
        requestParameters: null,
        responseElements: null,
        resources: [{ ARN: `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${ID}` }],
      }),
      is: keys({ associationId: ID }),
    },
    {
      when: 'it names no key',
      event: change(create, { responseElements: null, requestParameters: { name: 'c1' } }),
      is: { kind: 'cluster', cluster: CLUSTER, change: 'associations' },
    },
    {
      when: 'it names half a key',
      event: change(create, {
        responseElements: null,
        requestParameters: { name: 'c1', namespace: 'payments' },
      }),
      is: { kind: 'cluster', cluster: CLUSTER, change: 'associations' },
    },
    {
      when: 'what it names is no Kubernetes name',
      event: change(create, {
        responseElements: null,
        requestParameters: { ...request, serviceAccount: 'a\u0000pi' },
      }),
      is: { kind: 'cluster', cluster: CLUSTER, change: 'associations' },
    },
    {
      when: 'a name was encoded twice: once is undone, and what is left is no name',
      event: change(remove, {
        responseElements: null,
        requestParameters: { name: 'c%2531', associationId: ID },
      }),
      is: { kind: 'nothing', reason: 'unreadable' },
    },
    {
      when: 'it is encoded wrongly',
      event: change(remove, {
        responseElements: null,
        requestParameters: { name: 'c%zz', associationId: ID },
      }),
      is: { kind: 'nothing', reason: 'unreadable' },
    },
    {
      when: 'it is a copy in another account, and has an ARN',
      event: change(create, { recipientAccountId: '444455556666' }),
      is: keys(KEY),
    },
    {
      when: 'it is a copy in another account, and has none',
      event: change(create, { recipientAccountId: '444455556666', responseElements: null }),
      is: { ...keys(NO_ID), cluster: { ...CLUSTER, account: '444455556666' } },
    },
    {
      when: 'the account is a number',
      event: change(create, { recipientAccountId: 11122223333, responseElements: null }),
      is: { ...keys(NO_ID), cluster: { ...CLUSTER, account: '011122223333' } },
    },
    {
      when: 'it comes from another partition',
      event: change(
        create,
        { awsRegion: 'cn-north-1', responseElements: null },
        { 'detail-type': 'Amazon API Call via CloudTrail' },
      ),
      is: { ...keys(NO_ID), cluster: { ...CLUSTER, partition: 'aws-cn', region: 'cn-north-1' } },
    },
    {
      when: 'nothing says where',
      event: change(create, { awsRegion: null, responseElements: null }, { region: 'here' }),
      is: { kind: 'nothing', reason: 'unreadable' },
    },
  ])('when $when', ({ event, is }) => expect(readEvent(event)).toMatchObject(is));

  it('tells what was set, as evidence', () => {
    const set = { ...request, targetRoleArn: 'arn:aws:iam::444455556666:role/t', disableSessionTags: 'true' };
    expect(readEvent(change(create, { responseElements: null, requestParameters: set })).evidence).toEqual({
      roleArn: R1,
      targetRoleArn: 'arn:aws:iam::444455556666:role/t',
      disableSessionTags: true,
    });
  });

  it('believes what the service answered before what was asked for', () => {
    const asked = change(create, { requestParameters: { ...request, name: 'c2', serviceAccount: 'other' } });
    expect(readEvent(asked)).toMatchObject(keys(KEY));
  });
});

describe('tags', () => {
  const arn = (resourceArn: string) =>
    change(tagResourceSample(), { requestParameters: { resourceArn, tags: { a: 'b' } } });
  it.each([
    { of: 'arn:aws:eks:eu-west-1:111122223333:cluster/c1', is: { kind: 'cluster', change: 'tags' } },
    {
      of: 'arn%3aaws%3aeks%3aeu-west-1%3a111122223333%3acluster%2fc1',
      is: { kind: 'cluster', change: 'tags' },
    },
    { of: `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${ID}`, is: { kind: 'keys' } },
    {
      of: 'arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1',
      is: { kind: 'cluster', change: 'associations' },
    },
    {
      of: 'arn:aws:eks:eu-west-1:111122223333:nodegroup/c1/n/1',
      is: { kind: 'nothing', reason: 'otherResource' },
    },
    {
      of: 'arn:aws:eks:eu-west-1:111122223333:eks-anywhere-subscription/x',
      is: { kind: 'nothing', reason: 'otherResource' },
    },
    { of: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1', is: { kind: 'nothing', reason: 'unreadable' } },
    { of: 'c1', is: { kind: 'nothing', reason: 'unreadable' } },
  ])('of $of', ({ of, is }) => {
    expect(readEvent(arn(of))).toMatchObject(is);
    if (is.kind !== 'nothing')
      expect(readEvent(arn(of))).toMatchObject({ cluster: CLUSTER, evidence: { tagKeys: ['a'] } });
  });
});

describe('clusters', () => {
  it.each([
    { response: { cluster: { clusterName: 'c1', createdAt: 1795168800.5 } } },
    {
      response: {
        cluster: {
          name: 'c1',
          arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/c1',
          createdAt: '2026-11-20T10:00:00.500Z',
        },
      },
    },
    { response: { name: 'c1', createdAt: 1795168800500 } },
  ])('are told by $response', ({ response }) => {
    const event = change(createClusterSample(), { requestParameters: null, responseElements: response });
    expect(readEvent(event)).toMatchObject({
      kind: 'cluster',
      cluster: CLUSTER,
      change: 'created',
      evidence: { clusterCreatedAt: Date.UTC(2026, 10, 20, 10) + 500 },
    });
  });
});

describe('EKS’s own events about add-ons', () => {
  const native = (detail: object, resources: readonly string[] = []) => ({
    source: 'aws.eks',
    'detail-type': 'EKS Addon Health Degraded',
    account: '111122223333',
    region: 'eu-west-1',
    time: '2026-11-20T10:00:00Z',
    id: 'n1',
    resources,
    detail,
  });
  it.each([
    { event: native({}, ['arn:aws:eks:eu-west-1:111122223333:cluster/c1']) },
    { event: native({ clusterName: 'c1' }) },
    { event: native({ 'cluster-name': 'c1' }) },
    { event: native({ cluster_name: 'c1' }) },
    { event: native({ ClusterName: 'c1' }) },
    { event: native({ cluster: 'c1' }) },
    { event: native({ cluster: { name: 'c1' } }) },
    { event: native({ addon: { health: [{ clusterName: 'c1' }] } }) },
    { event: native({ addon: { arn: 'arn:aws:eks:eu-west-1:111122223333:addon/c1/x/y' } }) },
    { event: native({ clusterName: 'c1', errorCode: 'InsufficientNumberOfReplicas' }) },
  ])('$event.detail $event.resources', ({ event }) => {
    expect(readEvent(event)).toMatchObject({
      kind: 'cluster',
      cluster: CLUSTER,
      change: 'addons',
      eventId: 'n1',
    });
  });

  it.each([
    {},
    { name: 'c1' },
    { addonName: 'c1' },
    { cluster: { id: 'c1' } },
    { a: { b: { c: { d: { e: { clusterName: 'c1' } } } } } },
  ])('%o names none', (detail) =>
    expect(readEvent(native(detail))).toMatchObject({ kind: 'nothing', reason: 'unreadable' }),
  );
});

describe('roles', () => {
  it.each([
    { request: { roleName: 'payments-api' }, is: ROLE },
    { request: { RoleName: 'Payments-API' }, is: { ...ROLE, roleName: 'Payments-API' } },
    { request: { roleName: 'arn:aws:iam::111122223333:role/apps/payments-api' }, is: ROLE },
    { request: { roleName: 'no role' }, is: { kind: 'nothing', reason: 'unreadable' } },
    { request: { roleName: ['payments-api'] }, is: { kind: 'nothing', reason: 'unreadable' } },
    { request: null, is: { kind: 'nothing', reason: 'unreadable' } },
  ])('are told by $request', ({ request, is }) => {
    expect(readEvent(change(deleteRoleSample(), { requestParameters: request }))).toMatchObject(is);
  });

  it('that come are told by the answer too, with path and partition', () => {
    const role = { roleName: 'r', arn: 'arn:aws-us-gov:iam::444455556666:role/x/r' };
    expect(
      readEvent(change(createRoleSample(), { requestParameters: null, responseElements: { role } })),
    ).toMatchObject({
      kind: 'role',
      partition: 'aws-us-gov',
      account: '444455556666',
      roleName: 'r',
      evidence: { roleArn: role.arn },
    });
  });
});

describe('events that are nothing to us', () => {
  it.each([
    {
      event: change(deleteRoleSample(), { errorCode: 'NoSuchEntityException' }),
      reason: 'failedCall',
      detail: 'DeleteRole failed: NoSuchEntityException',
    },
    {
      event: change(deleteRoleSample(), { ErrorCode: 'X' }),
      reason: 'failedCall',
      detail: 'DeleteRole failed: X',
    },
    {
      event: change(deleteRoleSample(), { eventName: 'CreateUser' }),
      reason: 'unknownEvent',
      detail: 'no CreateUser of aws.iam is acted on',
    },
    {
      event: change(deleteRoleSample(), {}, { source: 'aws.eks' }),
      reason: 'unknownEvent',
      detail: 'no DeleteRole of aws.eks is acted on',
    },
    {
      event: change(deleteRoleSample(), { eventName: undefined }),
      reason: 'unknownEvent',
      detail: 'no AWS API Call via CloudTrail of aws.iam is acted on',
    },
  ])('$reason: $detail', ({ event, reason, detail }) => {
    expect(readEvent(event)).toMatchObject({ kind: 'nothing', reason, detail, eventId: expect.any(String) });
  });

  it.each<[unknown, string]>([
    [undefined, 'it must be a JSON object'],
    [null, 'it must be a JSON object'],
    [0, 'it must be a JSON object'],
    ['', 'it must be a JSON object'],
    ['x', 'it must be a JSON object'],
    ['{', 'it must be a JSON object'],
    ['[]', 'it must be a JSON object'],
    [[], 'it must be a JSON object'],
    [{}, 'detail must be an object'],
    [{ detail: null }, 'detail must be an object'],
    [{ detail: 'x' }, 'detail must be an object'],
    [{ source: 'aws.eks' }, 'detail must be an object'],
    [{ source: 7, detail: {} }, 'source must be a text'],
    [{ source: 'aws.eks', detail: {} }, 'detail.eventName or detail-type must be a text'],
  ])('no event at all: %o', (event, why) =>
    expect(readEvent(event)).toMatchObject({
      kind: 'nothing',
      reason: 'unreadable',
      detail: `not an event of EventBridge: ${why}`,
    }),
  );

  it('an error code that says nothing is no failure', () => {
    expect(readEvent(change(deleteRoleSample(), { errorCode: null }))).toMatchObject(ROLE);
    expect(readEvent(change(deleteRoleSample(), { errorCode: '' }))).toMatchObject(ROLE);
  });

  it('and a source is told by the record when the envelope has none', () => {
    expect(readEvent(change(deleteRoleSample(), {}, { source: undefined }))).toMatchObject(ROLE);
  });
});
