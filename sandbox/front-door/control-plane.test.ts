import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  EKSClient,
  TagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { roleCredentials } from '#sandbox/cloud/role-credentials.ts';
import { ACCOUNT, aRunningCloud, REGION } from '#test/builders/a-cloud.ts';
import { putRole, refusalOf } from '#test/builders/running-sandbox.ts';
import { aWorld, trusting } from '#test/builders/sandbox-call.ts';
import { accessControl } from './access-control.ts';

const CLUSTER = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/c1`;
const ASSOCIATIONS = `arn:aws:eks:${REGION}:${ACCOUNT}:podidentityassociation/c1/*`;
const APP = `arn:aws:iam::${ACCOUNT}:role/app`;

const allow = (Action: string, Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const OURS = { StringEquals: { 'aws:ResourceTag/owner': 'us' } };
const CREATE = [
  allow('eks:CreatePodIdentityAssociation', CLUSTER, { StringEquals: { 'aws:RequestTag/owner': 'us' } }),
  allow('eks:TagResource', ASSOCIATIONS, { StringEquals: { 'aws:RequestTag/owner': 'us' } }),
  allow('iam:PassRole', APP, { StringEquals: { 'iam:PassedToService': 'pods.eks.amazonaws.com' } }),
  allow('iam:GetRole', APP),
];

/** Clients of the role `caller`, which has this policy, in an account with a cluster, the role `app` and two associations. */
async function asRole(...Statement: readonly object[]) {
  const world = aWorld();
  putRole(world.iam(ACCOUNT), 'app');
  const inlinePolicies = { own: JSON.stringify({ Version: '2012-10-17', Statement }) };
  const callerArn = putRole(world.iam(ACCOUNT), 'caller', {
    inlinePolicies,
    roleId: 'AROACALLERCALLERCAL23',
  });
  const cluster = world.eks(ACCOUNT, REGION).addCluster({ name: 'c1' });
  for (const [id, tags] of [
    ['a-00000000000000our', { owner: 'us' }],
    ['a-0000000000000them', { owner: 'them' }],
  ] as const) {
    cluster.addAssociation({ associationId: id, namespace: id, serviceAccount: 'x', roleArn: APP, tags });
  }
  const { url, cloud } = await aRunningCloud({ world, authorize: accessControl(world) });
  const config = {
    endpoint: url,
    region: REGION,
    maxAttempts: 1,
    credentials: roleCredentials(world, callerArn, 's1'),
  };
  const clients = { eks: new EKSClient(config), iam: new IAMClient(config), sts: new STSClient(config) };
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  return { ...clients, world, cloud };
}

const aCreate = (tags: Record<string, string> = { owner: 'us' }) =>
  new CreatePodIdentityAssociationCommand({
    clusterName: 'c1',
    namespace: 'payments',
    serviceAccount: 'api',
    roleArn: APP,
    tags,
  });

describe('an association', () => {
  it('is made by a role that may create, tag, pass and see the role', async () => {
    const { eks } = await asRole(...CREATE);
    expect((await eks.send(aCreate())).association?.tags).toEqual({ owner: 'us' });
  });

  it.each([
    { missing: 'eks:CreatePodIdentityAssociation', on: CLUSTER },
    { missing: 'eks:TagResource', on: ASSOCIATIONS },
    { missing: 'iam:PassRole', on: APP },
    { missing: 'iam:GetRole', on: APP },
  ])('is not made without $missing, and the refusal says so', async ({ missing, on }) => {
    const { eks, cloud, world } = await asRole(...CREATE.filter(({ Action }) => Action !== missing));
    const refused = await refusalOf(eks.send(aCreate()));
    expect(refused).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(refused.message).toContain(`{"Effect":"Allow","Action":"${missing}","Resource":"${on}"}`);
    expect(cloud.journal.entries('denied').map(({ text }) => text)).toEqual([refused.message]);
    const [recorded] = world.trail.events({ eventName: 'CreatePodIdentityAssociation' });
    expect(recorded?.event.detail.errorCode).toBe('AccessDenied');
  });

  it('is not made with tags that the policy does not want', async () => {
    const { eks } = await asRole(...CREATE);
    const { message } = await refusalOf(eks.send(aCreate({ owner: 'them' })));
    expect(message).toContain('wants StringEquals aws:RequestTag/owner us, and the request has them');
  });

  const CHANGE = [
    allow('eks:UpdatePodIdentityAssociation', ASSOCIATIONS, OURS),
    allow('eks:DeletePodIdentityAssociation', ASSOCIATIONS, OURS),
    allow('eks:TagResource', ASSOCIATIONS, OURS),
  ];
  const ids = (associationId: string) => ({ clusterName: 'c1', associationId });

  it('is changed by its tag: ours is, and theirs and one that is gone are not', async () => {
    const { eks } = await asRole(...CHANGE);
    const update = (id: string) =>
      eks.send(new UpdatePodIdentityAssociationCommand({ ...ids(id), disableSessionTags: true }));
    expect((await update('a-00000000000000our')).association?.disableSessionTags).toBe(true);
    const { message } = await refusalOf(update('a-0000000000000them'));
    expect(message).toContain('wants StringEquals aws:ResourceTag/owner us, and the request has them');
    const gone = eks.send(new DeletePodIdentityAssociationCommand(ids('a-0000000000000gone')));
    expect(await refusalOf(gone)).toMatchObject({ name: 'AccessDeniedException' });
    await eks.send(new DeletePodIdentityAssociationCommand(ids('a-00000000000000our')));
  });

  it('is given another role only by who may pass that role', async () => {
    const { eks } = await asRole(...CHANGE);
    const given = { ...ids('a-00000000000000our'), roleArn: APP };
    const { message } = await refusalOf(eks.send(new UpdatePodIdentityAssociationCommand(given)));
    expect(message).toContain('is not authorized to perform: iam:PassRole');
  });

  it('is tagged by the tags that it has', async () => {
    const { eks } = await asRole(...CHANGE);
    const tag = (id: string) =>
      new TagResourceCommand({ resourceArn: ASSOCIATIONS.replace('*', id), tags: { more: '1' } });
    await eks.send(tag('a-00000000000000our'));
    expect(await refusalOf(eks.send(tag('a-0000000000000them')))).toMatchObject({ status: 403 });
  });
});

describe('roles', () => {
  it('are read by who may', async () => {
    const { iam } = await asRole(allow('iam:GetRole', APP));
    expect((await iam.send(new GetRoleCommand({ RoleName: 'app' }))).Role?.Arn).toBe(APP);
    const refused = await refusalOf(iam.send(new GetRoleCommand({ RoleName: 'caller' })));
    expect(refused).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(refused.message).toContain('(statement 1 of own is about another resource)');
  });

  it('are taken on by who may and whom they trust, with the external id', async () => {
    const { sts, world } = await asRole(allow('sts:AssumeRole', `arn:aws:iam::*:role/spoke-*`));
    const spoke = '444455556666';
    const trustPolicy = trusting(`arn:aws:iam::${ACCOUNT}:root`, {
      StringEquals: { 'sts:ExternalId': 'x-1' },
    });
    const RoleArn = putRole(world.iam(spoke), 'spoke-read', { trustPolicy });
    const other = putRole(world.iam(spoke), 'other', { trustPolicy });
    const assume = (arn: string, ExternalId: string) =>
      sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 's1', ExternalId }));
    expect((await assume(RoleArn, 'x-1')).AssumedRoleUser?.Arn).toContain('assumed-role/spoke-read/s1');
    const wrong = await refusalOf(assume(RoleArn, 'x-2'));
    expect(wrong.message).toContain('wants StringEquals sts:ExternalId x-1, and the request has x-2');
    const notMine = await refusalOf(assume(other, 'x-1'));
    expect(notMine.message).toContain(`"Action":"sts:AssumeRole","Resource":"${other}"}`);
    expect(await refusalOf(assume(`${other}-2`, 'x-1'))).toMatchObject({ name: 'AccessDenied' });
  });

  it('may ask who they are without any permission', async () => {
    const { sts } = await asRole(allow('iam:GetRole', APP));
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(ACCOUNT);
  });
});
