import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { type ReceivedRequest, ScriptedEndpoint } from '#test/fakes/scripted-endpoint.ts';
import { AwsAccess, type AwsOptions } from './aws-access.ts';
import { type AwsReading, awsReading } from './aws-reading.ts';

/** `AWS4-HMAC-SHA256 Credential=AKIA…/20261120/eu-west-1/sts/aws4_request` */
function signedAs(request: ReceivedRequest): string {
  return /Credential=([^/]+)/.exec(String(request.headers['authorization']))?.[1] ?? 'nobody';
}

/** STS that takes the access key for the account, and EKS that has no clusters. */
function answer(request: ReceivedRequest) {
  if (!request.body.includes('GetCallerIdentity')) return { body: { clusters: [] } };
  const account = signedAs(request);
  return {
    headers: { 'content-type': 'text/xml' },
    body:
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/eve</Arn>` +
      `<Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
}

async function listClusters(aws: AwsReading, account: string): Promise<void> {
  const place = { partition: 'aws', account, region: 'eu-west-1' };
  for await (const _ of aws.clusters.list(place));
}

describe('access to AWS', () => {
  let endpoint: ScriptedEndpoint;
  let folder: string;
  const opened: AwsReading[] = [];
  beforeEach(async () => {
    endpoint = await ScriptedEndpoint.start(answer);
    folder = await mkdtemp(join(tmpdir(), 'rolecall-'));
    await writeFile(
      join(folder, 'config'),
      `[profile audit]\nregion = eu-west-1\nendpoint_url = ${endpoint.url}\n`,
    );
    await writeFile(
      join(folder, 'credentials'),
      '[audit]\naws_access_key_id = 222233334444\naws_secret_access_key = any\n',
    );
    for (const variable of [
      'AWS_PROFILE',
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_ACCESS_KEY_ID',
    ]) {
      vi.stubEnv(variable, undefined);
    }
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const aws of opened.splice(0)) aws.close();
    await endpoint.stop();
    await rm(folder, { recursive: true });
  });

  function read(options: Partial<AwsOptions>): AwsReading {
    const clock = new ManualClock({ autoAdvance: true });
    const aws = awsReading({ clock, random: () => 0, counter: createCallCounter(), ...options });
    opened.push(aws);
    return aws;
  }

  it('finds credentials, region and endpoint in the profile that it is given', async () => {
    const aws = read({ profile: 'audit' });
    expect(await aws.caller.identity()).toMatchObject({ account: '222233334444' });
    await listClusters(aws, '222233334444');
    expect(endpoint.received.map(({ path }) => path)).toEqual(['/', '/clusters']);
  });

  it('finds them in the profile of the environment', async () => {
    vi.stubEnv('AWS_PROFILE', 'audit');
    expect(await read({}).caller.identity()).toMatchObject({ account: '222233334444' });
  });

  it('says that there are no credentials, and what to do', async () => {
    const aws = read({ endpoint: endpoint.url, region: 'eu-west-1' });
    await expect(aws.caller.identity()).rejects.toMatchObject({
      name: 'aws.credentials',
      retryable: false,
      message: expect.stringContaining('aws sso login'),
    });
    expect(endpoint.received).toEqual([]);
  });

  it('says that there is no region, and what to do', async () => {
    const aws = read({ endpoint: endpoint.url, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    await expect(aws.caller.identity()).rejects.toMatchObject({
      name: 'aws.refused',
      message: expect.stringContaining('AWS_REGION'),
    });
  });

  it('uses the credentials of each account, and the others where there are none', async () => {
    const aws = read({
      endpoint: endpoint.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'any' },
      credentialsFor: (account) =>
        account === '444455556666' ? { accessKeyId: account, secretAccessKey: 'any' } : undefined,
    });
    await listClusters(aws, '444455556666');
    await listClusters(aws, '111122223333');
    await expect(listClusters(aws, '777788889999')).rejects.toMatchObject({ name: 'aws.accessDenied' });
    const lists = endpoint.received.filter(({ path }) => path === '/clusters');
    expect(lists.map(signedAs)).toEqual(['444455556666', '111122223333']);
  });

  it.each([
    { region: 'eu-west-1', iam: 'us-east-1' },
    { region: 'cn-northwest-1', iam: 'cn-north-1' },
    { region: 'us-gov-east-1', iam: 'us-gov-west-1' },
    { region: undefined, iam: 'us-east-1' },
  ])('asks IAM in $iam from $region', async ({ region, iam }) => {
    const access = new AwsAccess({
      clock: new ManualClock(),
      random: () => 0,
      counter: createCallCounter(),
      region,
    });
    expect(await access.iamRegion()).toBe(iam);
    access.close();
  });

  it('has one limiter for a service in an account and region', () => {
    const access = new AwsAccess({ clock: new ManualClock(), random: () => 0, counter: createCallCounter() });
    const place = { account: '111122223333', region: 'eu-west-1' };
    expect(access.limiter('EKS', place)).toBe(access.limiter('EKS', { ...place }));
    expect(access.limiter('EKS', place)).not.toBe(access.limiter('EKS', { ...place, region: 'us-east-1' }));
    expect(access.limiter('EKS', place)).not.toBe(access.limiter('IAM', place));
    access.close();
  });
});
