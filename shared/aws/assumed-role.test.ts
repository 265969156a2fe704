import { afterEach, describe, expect, it } from 'vitest';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { ManualClock, NOON } from '#test/fakes/manual-clock.ts';
import { type ScriptedAnswer, ScriptedEndpoint } from '#test/fakes/scripted-endpoint.ts';
import { AssumedRoles } from './assumed-role.ts';
import { AwsAccess } from './aws-access.ts';
import { awsReading } from './aws-reading.ts';

const HOUR_MS = 3_600_000;
const CLUSTER = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' };

function session(account: string, endsAt: number, key = 'ASIAEXAMPLE'): ScriptedAnswer {
  const body =
    '<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser>' +
    `<Arn>arn:aws:sts::${account}:assumed-role/rolecall-dev-spoke-read/hub</Arn><AssumedRoleId>A:hub</AssumedRoleId>` +
    `</AssumedRoleUser><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
    `<SessionToken>t</SessionToken><Expiration>${new Date(endsAt).toISOString()}</Expiration></Credentials>` +
    '</AssumeRoleResult></AssumeRoleResponse>';
  return { headers: { 'content-type': 'text/xml' }, body };
}

const DENIED: ScriptedAnswer = {
  status: 403,
  headers: { 'content-type': 'text/xml' },
  body:
    '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>' +
    '<Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>',
};

describe('AssumedRoles', () => {
  const open: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  async function setUp(answers: readonly ScriptedAnswer[]) {
    const left = [...answers];
    const endpoint = await ScriptedEndpoint.start(() => left.shift());
    const clock = new ManualClock({ autoAdvance: true });
    const options = {
      clock,
      random: () => 0.5,
      counter: createCallCounter(),
      endpoint: endpoint.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAHUB', secretAccessKey: 'any' },
    };
    const access = new AwsAccess(options);
    open.push(
      () => access.close(),
      () => endpoint.stop(),
    );
    const roles = new AssumedRoles({
      access,
      partition: 'aws',
      roleName: 'rolecall-dev-spoke-read',
      externalId: 'rolecall-dev',
      sessionName: 'reconcile-associations',
    });
    return { roles, endpoint, clock, options };
  }

  it('takes the role on with external id and session name, once for all who ask', async () => {
    const { roles, endpoint } = await setUp([session('111122223333', NOON + HOUR_MS)]);
    const provider = roles.credentialsFor('111122223333');
    const [first, second] = await Promise.all([provider(), roles.credentialsFor('111122223333')()]);
    expect(first).toMatchObject({ accessKeyId: 'ASIAEXAMPLE', sessionToken: 't' });
    expect(second).toBe(first);
    expect(endpoint.received).toHaveLength(1);
    const asked = Object.fromEntries(new URLSearchParams(endpoint.received[0]?.body));
    expect(asked).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::111122223333:role/rolecall-dev-spoke-read',
      ExternalId: 'rolecall-dev',
      RoleSessionName: 'reconcile-associations',
    });
  });

  it('asks anew shortly before they end, and not before', async () => {
    const { roles, endpoint, clock } = await setUp([
      session('111122223333', NOON + HOUR_MS),
      session('111122223333', NOON + 2 * HOUR_MS, 'ASIASECOND'),
    ]);
    const provider = roles.credentialsFor('111122223333');
    await provider();
    clock.jump(54 * 60_000);
    await provider();
    expect(endpoint.received).toHaveLength(1);
    clock.jump(60_000);
    expect(await Promise.all([provider(), provider()])).toMatchObject([
      { accessKeyId: 'ASIASECOND' },
      { accessKeyId: 'ASIASECOND' },
    ]);
    expect(endpoint.received).toHaveLength(2);
  });

  it('refuses a session of another account', async () => {
    const { roles } = await setUp([session('999999999999', NOON + HOUR_MS)]);
    await expect(roles.credentialsFor('111122223333')()).rejects.toMatchObject({
      code: 'aws.accessDenied',
      message: expect.stringContaining('assumed-role') as string,
    });
  });

  it('keeps no refusal: the next who asks may be let in', async () => {
    const { roles } = await setUp([DENIED, session('111122223333', NOON + HOUR_MS)]);
    const provider = roles.credentialsFor('111122223333');
    await expect(provider()).rejects.toMatchObject({ code: 'aws.accessDenied', retryable: false });
    await expect(provider()).resolves.toMatchObject({ accessKeyId: 'ASIAEXAMPLE' });
  });

  it('tells whoever calls EKS with them why they could not be had', async () => {
    const { roles, options } = await setUp([DENIED]);
    const reading = awsReading({ ...options, credentialsFor: roles.credentialsFor });
    open.push(() => reading.close());
    await expect(reading.clusters.describe(CLUSTER)).rejects.toMatchObject({
      code: 'aws.accessDenied',
      message: expect.stringContaining('sts:AssumeRole') as string,
    });
  });
});
