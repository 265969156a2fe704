import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  IAMClient,
  NoSuchEntityException,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '#sandbox/clock.ts';
import { type Sandbox, startSandbox } from '#sandbox/start-sandbox.ts';
import { NOON, PODS_TRUST, trusting } from '#test/builders/sandbox-call.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, clock: manualClock(NOON) });
});
afterAll(() => sandbox.stop());

const credentials = { accessKeyId: '111122223333', secretAccessKey: 'any' };
const iam = () => new IAMClient({ endpoint: sandbox.url, region: 'us-east-1', credentials });
const sts = (as: object = credentials) =>
  new STSClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: as as typeof credentials,
  });

describe('the real SDK', () => {
  it('makes a role, reads it back, and meets typed errors', async () => {
    const client = iam();
    await client.send(
      new CreateRoleCommand({
        RoleName: 'sdk-api',
        Path: '/sdk/',
        Description: 'a < b & "c"',
        AssumeRolePolicyDocument: PODS_TRUST,
        Tags: [{ Key: 'team', Value: 'payments + ledger' }],
      }),
    );
    const { Role } = await client.send(new GetRoleCommand({ RoleName: 'sdk-api' }));
    expect(Role).toMatchObject({
      Arn: 'arn:aws:iam::111122223333:role/sdk/sdk-api',
      CreateDate: new Date(NOON),
      Description: 'a < b & "c"',
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'team', Value: 'payments + ledger' }],
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PODS_TRUST);
    await expect(client.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toThrow(
      NoSuchEntityException,
    );
    await expect(client.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name none cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('pages through roles and reads everything in bulk', async () => {
    const client = iam();
    for (const RoleName of ['page-a', 'page-b', 'page-c']) {
      await client.send(
        new CreateRoleCommand({ RoleName, Path: '/page/', AssumeRolePolicyDocument: PODS_TRUST }),
      );
    }
    const document =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
    const made = await client.send(new CreatePolicyCommand({ PolicyName: 'sdk', PolicyDocument: document }));
    await client.send(new AttachRolePolicyCommand({ RoleName: 'page-b', PolicyArn: made.Policy?.Arn }));
    const names: (string | undefined)[] = [];
    for await (const page of paginateListRoles({ client, pageSize: 2 }, { PathPrefix: '/page/' })) {
      names.push(...(page.Roles ?? []).map((role) => role.RoleName));
    }
    expect(names).toEqual(['page-a', 'page-b', 'page-c']);
    const all = await client.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }));
    const attached = all.RoleDetailList?.find((role) => role.RoleName === 'page-b')?.AttachedManagedPolicies;
    expect(attached).toEqual([{ PolicyName: 'sdk', PolicyArn: 'arn:aws:iam::111122223333:policy/sdk' }]);
  });

  it('assumes a role and acts as it', async () => {
    await iam().send(
      new CreateRoleCommand({ RoleName: 'sdk-read', AssumeRolePolicyDocument: trusting('111122223333') }),
    );
    const RoleArn = 'arn:aws:iam::111122223333:role/sdk-read';
    const { Credentials } = await sts().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'sdk' }));
    expect(Credentials?.Expiration).toEqual(new Date(NOON + 3_600_000));
    const session = {
      accessKeyId: Credentials?.AccessKeyId,
      secretAccessKey: Credentials?.SecretAccessKey,
      sessionToken: Credentials?.SessionToken,
    };
    const identity = await sts(session).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe('arn:aws:sts::111122223333:assumed-role/sdk-read/sdk');
    const broken = { ...session, sessionToken: 'another' };
    await expect(sts(broken).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('leaves the records that CloudTrail would deliver, in us-east-1', async () => {
    await iam().send(new CreateRoleCommand({ RoleName: 'sdk-trail', AssumeRolePolicyDocument: PODS_TRUST }));
    const record = sandbox.world.trail.events({ eventName: 'CreateRole' }).at(-1)?.event.detail;
    expect(record).toMatchObject({
      eventSource: 'iam.amazonaws.com',
      awsRegion: 'us-east-1',
      requestParameters: { roleName: 'sdk-trail', assumeRolePolicyDocument: PODS_TRUST },
      responseElements: { role: { roleName: 'sdk-trail', createDate: 'Nov 20, 2026 10:00:00 AM' } },
    });
  });
});
