import { request } from 'node:http';
import {
  CreatePodIdentityAssociationCommand,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { aRunningSandbox, putRole, refusalOf } from '#test/builders/running-sandbox.ts';
import { NOON, PODS_TRUST, trusting } from '#test/builders/sandbox-call.ts';
import { manualClock } from './clock.ts';
import { createWorld } from './create-world.ts';
import { startSandbox } from './start-sandbox.ts';

const SIGNED = (service: string, accessKeyId = '111122223333') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261120/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

/** What goes over the wire, for requests that no SDK would send. */
async function send(url: string, path: string, init: RequestInit = {}) {
  const answer = await fetch(url + path, init);
  const text = await answer.text();
  return {
    status: answer.status,
    type: answer.headers.get('x-amzn-errortype'),
    requestId: answer.headers.get('x-amzn-requestid'),
    text,
  };
}

describe('who calls', () => {
  it.each([
    { accessKeyId: '444455556666', account: '444455556666' },
    { accessKeyId: 'AKIAEXAMPLEEXAMPLE23', account: '111122223333' },
    { accessKeyId: 'test', account: '111122223333' },
  ])('is of account $account with the key $accessKeyId', async ({ accessKeyId, account }) => {
    const { sts } = await aRunningSandbox();
    const identity = await sts({ accessKeyId }).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: account, Arn: `arn:aws:iam::${account}:user/sandbox` });
  });

  async function aSession() {
    const sandbox = await aRunningSandbox();
    const role = putRole(sandbox.world.iam('444455556666'), 'reader', {
      trustPolicy: trusting('arn:aws:iam::111122223333:root'),
    });
    const assume = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 's1' });
    const { Credentials } = await sandbox.sts().send(assume);
    const accessKeyId = Credentials?.AccessKeyId ?? '';
    const sessionToken = Credentials?.SessionToken ?? '';
    return { ...sandbox, accessKeyId, sessionToken };
  }

  it('is the role session that STS gave credentials for', async () => {
    const { sts, eks, world, accessKeyId, sessionToken } = await aSession();
    world.eks('444455556666', 'eu-west-1').addCluster({ name: 'theirs' });
    const identity = await sts({ accessKeyId, sessionToken }).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: '444455556666',
      Arn: 'arn:aws:sts::444455556666:assumed-role/reader/s1',
    });
    const { clusters } = await eks({ accessKeyId, sessionToken }).send(new ListClustersCommand({}));
    expect(clusters).toEqual(['theirs']);
  });

  it('is refused with credentials that have expired', async () => {
    const { sts, eks, iam, clock, accessKeyId, sessionToken } = await aSession();
    clock.advance(3_600_000);
    const who = { accessKeyId, sessionToken };
    const refusals = [
      await refusalOf(eks(who).send(new ListClustersCommand({}))),
      await refusalOf(iam(who).send(new GetRoleCommand({ RoleName: 'x' }))),
      await refusalOf(sts(who).send(new GetCallerIdentityCommand({}))),
    ];
    expect(refusals.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'ExpiredTokenException 403',
      'ExpiredToken 403',
      'ExpiredToken 403',
    ]);
  });

  it.each([
    { when: 'the token is another one', change: { sessionToken: 'other' } },
    { when: 'there is no token', change: { sessionToken: '' } },
    { when: 'the key was never given', change: { accessKeyId: 'ASIAEXAMPLEEXAMPLE23' } },
  ])('is refused when $when', async ({ change }) => {
    const { sts, eks, accessKeyId, sessionToken } = await aSession();
    const who = { accessKeyId, sessionToken, ...change };
    expect(await refusalOf(eks(who).send(new ListClustersCommand({})))).toMatchObject({
      name: 'UnrecognizedClientException',
      status: 403,
    });
    expect(await refusalOf(sts(who).send(new GetCallerIdentityCommand({})))).toMatchObject({
      name: 'InvalidClientTokenId',
      status: 403,
    });
  });

  it('may be told by a presigned request', async () => {
    const { url } = await aRunningSandbox();
    const query = new URLSearchParams({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': '444455556666/20261120/eu-west-1/sts/aws4_request',
    });
    const { status, text } = await send(url, `/?${query}`);
    expect(status).toBe(200);
    expect(text).toContain('<Account>444455556666</Account>');
  });
});

describe('a request that is not one of AWS’s', () => {
  it.each([
    {
      when: 'unsigned',
      path: '/clusters',
      headers: {},
      status: 403,
      type: 'MissingAuthenticationTokenException',
    },
    {
      when: 'signed in another way',
      path: '/clusters',
      headers: { authorization: 'Bearer x' },
      status: 403,
      type: 'IncompleteSignatureException',
    },
    {
      when: 'for no operation',
      path: '/clusters/c1/nodes',
      headers: SIGNED('eks'),
      status: 404,
      type: 'UnknownOperationException',
    },
    {
      when: 'for a service that is not here',
      path: '/',
      headers: SIGNED('s3'),
      status: 404,
      type: 'UnknownOperationException',
    },
    {
      when: 'badly encoded',
      path: '/clusters/%E0%A4%A',
      headers: SIGNED('eks'),
      status: 400,
      type: 'SerializationException',
    },
  ])('is refused as JSON when it is $when', async ({ path, headers, status, type }) => {
    const { url } = await aRunningSandbox();
    const answer = await send(url, path, { headers });
    expect(answer).toMatchObject({ status, type });
    expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(answer.text)).toMatchObject({ message: expect.any(String) });
  });

  it.each([
    {
      when: 'unsigned',
      form: 'Action=GetCallerIdentity&Version=2011-06-15',
      headers: {},
      status: 403,
      code: 'MissingAuthenticationToken',
    },
    {
      when: 'for no operation',
      form: 'Action=CreateUser&Version=2010-05-08',
      headers: SIGNED('iam'),
      status: 400,
      code: 'InvalidAction',
    },
    {
      when: 'of another version',
      form: 'Action=GetRole&Version=2009-01-01',
      headers: SIGNED('iam'),
      status: 400,
      code: 'InvalidAction',
    },
    {
      when: 'without what is required',
      form: 'Action=GetRole&Version=2010-05-08',
      headers: SIGNED('iam'),
      status: 400,
      code: 'ValidationError',
    },
    {
      when: 'for a service that is not here',
      form: 'Action=DescribeInstances&Version=2016-11-15',
      headers: SIGNED('ec2'),
      status: 400,
      code: 'InvalidAction',
    },
  ])('is refused as XML when it is $when', async ({ form, headers, status, code }) => {
    const { url } = await aRunningSandbox();
    const answer = await send(url, '/', { method: 'POST', headers, body: form });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(
      new RegExp(`^<ErrorResponse xmlns=.*<Code>${code}</Code><Message>[^<]+</Message>`),
    );
  });

  it.each([
    {
      when: 'a required member is missing',
      body: '{"namespace":"n"}',
      type: 'InvalidParameterException',
      message: 'The parameter serviceAccount is required. The parameter roleArn is required.',
    },
    {
      when: 'a member has another type',
      body: '{"namespace":7}',
      type: 'SerializationException',
      message: 'namespace should be a string',
    },
    {
      when: 'the body is no JSON',
      body: '{',
      type: 'SerializationException',
      message: 'body should be a JSON object',
    },
    {
      when: 'the body is a list',
      body: '[]',
      type: 'SerializationException',
      message: 'body should be a JSON object',
    },
  ])('is refused when $when', async ({ body, type, message }) => {
    const { url } = await aRunningSandbox();
    const path = '/clusters/c1/pod-identity-associations';
    const answer = await send(url, path, { method: 'POST', headers: SIGNED('eks'), body });
    expect(answer).toMatchObject({ status: 400, type });
    expect(JSON.parse(answer.text)).toEqual({ message });
  });

  it('is refused when it is longer than a megabyte', async () => {
    const { url } = await aRunningSandbox();
    const answer = await send(url, '/clusters', {
      method: 'POST',
      headers: SIGNED('eks'),
      body: ' '.repeat(1_048_577),
    });
    expect(answer.status).toBe(413);
  });

  it('names what is implemented', async () => {
    const { url } = await aRunningSandbox();
    const { text } = await send(url, '/', {
      method: 'POST',
      headers: SIGNED('iam'),
      body: 'Action=CreateUser&Version=2010-05-08',
    });
    expect(text).toContain('CreateUser');
    expect(text).toContain('GetRole');
  });
});

describe('startSandbox', () => {
  it('says clearly that a port is taken', async () => {
    const sandbox = await startSandbox({ port: 0 });
    await expect(startSandbox({ port: sandbox.port })).rejects.toThrow(
      `The sandbox cannot listen on 127.0.0.1:${sandbox.port}: it is in use: stop what listens there, or choose another port.`,
    );
    await sandbox.stop();
  });

  it('stops at once, also with connections open and answers under way', async () => {
    const sandbox = await startSandbox({ port: 0, switches: { latencyMs: 60_000 } });
    const broken = fetch(`${sandbox.url}/clusters`, { headers: SIGNED('eks') }).then(
      () => 'answered',
      () => 'broken',
    );
    while (Object.keys((await (await fetch(`${sandbox.url}/_sandbox/calls`)).json()) as object).length === 0);
    await sandbox.stop();
    expect(await broken).toBe('broken');
    const again = await startSandbox({ port: sandbox.port });
    await again.stop();
    await again.stop();
  });

  it('makes the same ids from the same seed, whatever is read in between', async () => {
    const idWith = async (seed: number, reads: number) => {
      const { eks, world } = await aRunningSandbox({ seed });
      putRole(world.iam('111122223333'), 'r1');
      world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1' });
      const client = eks();
      for (let i = 0; i < reads; i++) await client.send(new ListClustersCommand({}));
      const create = new CreatePodIdentityAssociationCommand({
        clusterName: 'c1',
        namespace: 'n',
        serviceAccount: 's',
        roleArn: 'arn:aws:iam::111122223333:role/r1',
      });
      return (await client.send(create)).association?.associationId;
    };
    expect(await idWith(7, 3)).toBe(await idWith(7, 0));
    expect(await idWith(8, 0)).not.toBe(await idWith(7, 0));
  });

  it('takes a world that was made before, and then no clock of its own', async () => {
    const world = createWorld({ clock: manualClock(NOON) });
    world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1' });
    await expect(startSandbox({ port: 0, world, seed: 1 })).rejects.toThrow(/its own clock/);
    const sandbox = await startSandbox({ port: 0, world });
    expect(sandbox.world).toBe(world);
    await sandbox.stop();
  });

  it('binds a service account once, however many try at once', async () => {
    const { eks, iam, world } = await aRunningSandbox();
    world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1' });
    const client = eks();
    await iam().send(new CreateRoleCommand({ RoleName: 'r1', AssumeRolePolicyDocument: PODS_TRUST }));
    const attempts = Array.from({ length: 60 }, (_, i) =>
      client
        .send(
          new CreatePodIdentityAssociationCommand({
            clusterName: 'c1',
            namespace: 'n',
            serviceAccount: `sa-${i % 20}`,
            roleArn: 'arn:aws:iam::111122223333:role/r1',
          }),
        )
        .then(
          () => 'made',
          (error: Error) => error.name,
        ),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(20);
    expect(outcomes.filter((outcome) => outcome === 'ResourceInUseException')).toHaveLength(40);
    const { associations } = await client.send(new ListPodIdentityAssociationsCommand({ clusterName: 'c1' }));
    expect(new Set(associations?.map((one) => one.serviceAccount)).size).toBe(20);
  });
});

describe('the admin endpoint', () => {
  it('is healthy', async () => {
    const { admin } = await aRunningSandbox();
    expect(await admin('GET', 'health')).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('shows, replaces and changes switches', async () => {
    const { admin } = await aRunningSandbox({ switches: { latencyMs: 1 } });
    expect((await admin('PATCH', 'switches', { staleReadsMs: 9 })).body).toMatchObject({
      latencyMs: 1,
      staleReadsMs: 9,
    });
    expect((await admin('PUT', 'switches', { addonMs: 3 })).body).toMatchObject({
      latencyMs: 0,
      staleReadsMs: 0,
      addonMs: 3,
    });
    expect((await admin('GET', 'switches')).body).toMatchObject({ latencyMs: 0, addonMs: 3 });
  });

  it('refuses switches that do not exist and leaves them as they were', async () => {
    const { admin } = await aRunningSandbox({ switches: { addonMs: 3 } });
    expect(await admin('PUT', 'switches', { latency: 3 })).toMatchObject({ status: 400 });
    expect(await admin('PATCH', 'switches', [])).toMatchObject({ status: 400 });
    expect((await admin('GET', 'switches')).body).toMatchObject({ addonMs: 3 });
  });

  it('moves the clock forward only', async () => {
    const { admin } = await aRunningSandbox();
    expect((await admin('POST', 'clock', { advanceMs: 1_500 })).body).toEqual({
      nowMs: NOON + 1_500,
      now: '2026-11-20T10:00:01.500Z',
    });
    expect((await admin('POST', 'clock', { advanceMs: -1 })).status).toBe(400);
    expect((await admin('GET', 'clock')).body).toMatchObject({ nowMs: NOON + 1_500 });
  });

  it('counts calls, sums up what is there, and begins again', async () => {
    const { admin, eks } = await aRunningSandbox({
      populate: (world) => world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1' }),
    });
    const client = eks();
    for (let i = 0; i < 3; i++) await client.send(new ListClustersCommand({}));
    expect((await admin('GET', 'calls')).body).toEqual({ 'eks:ListClusters': 3 });
    const { body: state } = await admin('GET', 'state');
    expect(state).toEqual({
      accounts: [],
      regions: [{ account: '111122223333', region: 'eu-west-1', clusters: 1, associations: 0 }],
    });
    await refusalOf(
      client.send(
        new CreatePodIdentityAssociationCommand({
          clusterName: 'c1',
          namespace: 'n',
          serviceAccount: 's',
          roleArn: 'x',
        }),
      ),
    );
    expect((await admin('POST', 'reset')).body).toEqual(state);
    expect((await admin('GET', 'calls')).body).toEqual({});
    expect((await admin('GET', 'events')).body).toMatchObject({ events: [] });
    expect((await client.send(new ListClustersCommand({}))).clusters).toEqual(['c1']);
  });

  it.each([
    { method: 'GET', path: 'nothing', status: 404 },
    { method: 'DELETE', path: 'clock', status: 405 },
    { method: 'GET', path: 'events?since=now', status: 400 },
    { method: 'GET', path: 'events?from=1', status: 400 },
  ])('refuses $method $path with $status', async ({ method, path, status }) => {
    const { admin } = await aRunningSandbox();
    expect(await admin(method, path)).toMatchObject({ status, body: { message: expect.any(String) } });
  });

  it.each([
    { when: 'from a web page', headers: { origin: 'http://localhost:3000' }, status: 403 },
    { when: 'to another name', headers: { host: 'sandbox.example.com' }, status: 403 },
    { when: 'to a name that begins like loopback', headers: { host: '127.0.0.1.example.com' }, status: 403 },
    { when: 'to localhost', headers: { host: 'localhost:4566' }, status: 200 },
    { when: 'to [::1]', headers: { host: '[::1]:4566' }, status: 200 },
  ])('answers $status to a request $when', async ({ headers, status }) => {
    const { url } = await aRunningSandbox();
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${url}/_sandbox/health`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(answered).toBe(status);
  });
});
