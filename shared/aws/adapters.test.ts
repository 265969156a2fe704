import { afterEach, describe, expect, it } from 'vitest';
import { createCallCounter } from '#shared/app/call-counter.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import {
  type ReceivedRequest,
  type ScriptedAnswer,
  ScriptedEndpoint,
} from '#test/fakes/scripted-endpoint.ts';
import type { AwsOptions } from './aws-access.ts';
import { type AwsReading, awsReading } from './aws-reading.ts';
import { EksPodIdentityWriter } from './eks-pod-identity-writer.ts';

const CLUSTER = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' };
const ID = 'a-00000000000000001';
const ARN = `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${ID}`;

const WHO = {
  headers: { 'content-type': 'text/xml' },
  body:
    '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/eve</Arn>' +
    '<UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
};

function anAssociation(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    clusterName: 'c1',
    namespace: 'payments',
    serviceAccount: 'api',
    roleArn: 'arn:aws:iam::111122223333:role/r1',
    associationArn: ARN,
    associationId: ID,
    createdAt: 1_795_000_000.123,
    modifiedAt: 1_795_000_001.5,
    ...changes,
  };
}

describe('the AWS adapters', () => {
  const open: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  async function setUp(
    answer: (request: ReceivedRequest) => ScriptedAnswer | undefined,
    options: Partial<AwsOptions> = {},
  ): Promise<{ aws: AwsReading; endpoint: ScriptedEndpoint; clock: ManualClock }> {
    const endpoint = await ScriptedEndpoint.start((request) =>
      request.body.includes('Action=GetCallerIdentity') ? WHO : answer(request),
    );
    const clock = new ManualClock({ autoAdvance: true });
    const aws = awsReading({
      clock,
      random: () => 0.5,
      counter: createCallCounter(),
      endpoint: endpoint.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any' },
      ...options,
    });
    open.push(
      () => aws.close(),
      () => endpoint.stop(),
    );
    return { aws, endpoint, clock };
  }

  it('take what is left out for what is not there', async () => {
    const { aws } = await setUp(() => ({ body: { association: anAssociation() } }));
    expect(await aws.podIdentity.describe(CLUSTER, ID)).toEqual({
      namespace: 'payments',
      serviceAccount: 'api',
      associationId: ID,
      associationArn: ARN,
      roleArn: 'arn:aws:iam::111122223333:role/r1',
      disableSessionTags: false,
      tags: {},
      createdAt: 1_795_000_000_123,
      modifiedAt: 1_795_000_001_500,
    });
  });

  it('take empty texts for what is not there', async () => {
    const association = anAssociation({
      targetRoleArn: '',
      policy: '',
      externalId: '',
      ownerArn: '',
      tags: {},
    });
    const { aws } = await setUp(() => ({ body: { association } }));
    const observed = await aws.podIdentity.describe(CLUSTER, ID);
    for (const field of ['targetRoleArn', 'policy', 'externalId', 'ownerArn']) {
      expect(observed).not.toHaveProperty(field);
    }
  });

  it.each<{ what: string; body: unknown }>([
    { what: 'no association', body: {} },
    { what: 'no role', body: { association: anAssociation({ roleArn: undefined }) } },
    { what: 'an empty role', body: { association: anAssociation({ roleArn: '' }) } },
    { what: 'no id', body: { association: anAssociation({ associationId: undefined }) } },
    { what: 'no service account', body: { association: anAssociation({ serviceAccount: null }) } },
    { what: 'no time', body: { association: anAssociation({ createdAt: undefined }) } },
    {
      what: 'another association',
      body: { association: anAssociation({ associationId: 'a-00000000000000002' }) },
    },
    {
      what: 'an association of another account',
      body: { association: anAssociation({ associationArn: ARN.replace('111122223333', '444455556666') }) },
    },
    {
      what: 'an association of a cluster with a longer name',
      body: { association: anAssociation({ associationArn: ARN.replace('c1/', 'c1-old/') }) },
    },
    { what: 'no JSON', body: '<html>Sign in to the hotel network</html>' },
  ])('guess nothing from a Describe that answers $what', async ({ body }) => {
    const { aws } = await setUp(() => ({ body }));
    await expect(aws.podIdentity.describe(CLUSTER, ID)).rejects.toMatchObject({
      name: 'aws.malformedAnswer',
      retryable: false,
    });
  });

  it.each<{ what: string; body: unknown }>([
    { what: 'no list', body: {} },
    {
      what: 'a summary without an id',
      body: { associations: [anAssociation({ associationId: undefined })] },
    },
    { what: 'a page that leads to itself', body: { associations: [], nextToken: 'again' } },
  ])('take no List that answers $what for an empty cluster', async ({ body }) => {
    const { aws } = await setUp(() => ({ body }));
    const reading = (async () => {
      for await (const _ of aws.podIdentity.list(CLUSTER));
    })();
    await expect(reading).rejects.toMatchObject({ name: 'aws.malformedAnswer' });
  });

  it('know Auto Mode, and no state of a cluster that they have not met', async () => {
    const cluster = {
      name: 'c1',
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/c1',
      createdAt: 1_795_000_000,
      status: 'HIBERNATING',
      computeConfig: { enabled: true },
    };
    const { aws } = await setUp(() => ({ body: { cluster } }));
    expect(await aws.clusters.describe(CLUSTER)).toEqual({
      ...CLUSTER,
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/c1',
      createdAt: 1_795_000_000_000,
      status: 'UNKNOWN',
      tags: {},
      autoMode: true,
    });
  });

  it.each([
    { policy: '%7B%22a%22%3A%22b%2Bc%20d%22%7D', decoded: '{"a":"b+c d"}' },
    { policy: '{"a":"b+c"}', decoded: '{"a":"b+c"}' },
    { policy: '%7B%', decoded: undefined },
  ])('decode a trust policy: $policy', async ({ policy, decoded }) => {
    const role =
      '<RoleName>r1</RoleName><Arn>arn:aws:iam::111122223333:role/r1</Arn>' +
      `<CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${policy}</AssumeRolePolicyDocument>`;
    const body = `<GetRoleResponse><GetRoleResult><Role>${role}</Role></GetRoleResult></GetRoleResponse>`;
    const { aws } = await setUp(() => ({ headers: { 'content-type': 'text/xml' }, body }));
    const reading = aws.roles.get(CLUSTER.account, 'r1');
    if (decoded === undefined) await expect(reading).rejects.toMatchObject({ name: 'aws.malformedAnswer' });
    else
      expect(await reading).toMatchObject({ trustPolicy: decoded, createdAt: 1_767_225_600_000, tags: {} });
  });

  it('ask IAM of the commercial partition in us-east-1, whatever the region', async () => {
    const { aws, endpoint } = await setUp(() => ({
      status: 404,
      headers: { 'content-type': 'text/xml' },
      body: '<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>',
    }));
    expect(await aws.roles.get(CLUSTER.account, 'r1')).toBeUndefined();
    expect(endpoint.received.at(-1)?.headers['authorization']).toContain('/us-east-1/iam/aws4_request');
  });

  it.each<[what: string, call: (aws: AwsReading) => Promise<unknown>]>([
    ['associations', (aws) => aws.podIdentity.describe({ ...CLUSTER, account: '444455556666' }, ID)],
    ['clusters', (aws) => aws.clusters.describe({ ...CLUSTER, account: '444455556666' })],
    ['roles', (aws) => aws.roles.get('444455556666', 'r1')],
    [
      'anything to write',
      (aws) => new EksPodIdentityWriter(aws.eks).delete({ ...CLUSTER, account: '444455556666' }, ID),
    ],
  ])('ask nobody about %s of an account that the credentials are not of', async (_, call) => {
    const { aws, endpoint } = await setUp(() => ({ body: {} }));
    await expect(call(aws)).rejects.toMatchObject({
      name: 'aws.accessDenied',
      message:
        'account 444455556666 cannot be reached: the credentials are of arn:aws:iam::111122223333:user/eve',
    });
    expect(endpoint.received).toHaveLength(1);
  });

  it('ask who they are once for many calls', async () => {
    const { aws, endpoint } = await setUp(() => ({ body: { association: anAssociation() } }));
    await Promise.all(Array.from({ length: 20 }, () => aws.podIdentity.describe(CLUSTER, ID)));
    expect(endpoint.received.filter(({ body }) => body.includes('GetCallerIdentity'))).toHaveLength(1);
  });

  it('send the same token with every attempt of a write', async () => {
    const answers: (ScriptedAnswer | undefined)[] = [
      undefined,
      { status: 503 },
      { body: { association: anAssociation() } },
    ];
    const { aws, endpoint } = await setUp(() => answers.shift());
    const fields = { roleArn: 'arn:aws:iam::111122223333:role/r1', disableSessionTags: false, tags: {} };
    const writer = new EksPodIdentityWriter(aws.eks);
    const key = { namespace: 'payments', serviceAccount: 'api' };
    expect(await writer.create(CLUSTER, key, fields, { token: 'episode-1' })).toMatchObject({
      kind: 'created',
    });
    const writes = endpoint.received.filter(({ path }) => path.startsWith('/clusters/'));
    expect(writes.map(({ body }) => JSON.parse(body))).toEqual(
      Array.from({ length: 3 }, () => ({
        namespace: 'payments',
        serviceAccount: 'api',
        roleArn: 'arn:aws:iam::111122223333:role/r1',
        clientRequestToken: 'episode-1',
      })),
    );
  });

  it('come back when AWS says, not sooner', async () => {
    const throttled = {
      status: 429,
      headers: { 'retry-after': '7', 'x-amzn-errortype': 'TooManyRequestsException' },
    };
    const answers: ScriptedAnswer[] = [throttled, { body: { association: anAssociation() } }];
    const { aws, clock } = await setUp(() => answers.shift());
    await aws.podIdentity.describe(CLUSTER, ID);
    expect(clock.sleeps).toContain(7000);
  });

  it('say where nobody answers', async () => {
    const { aws, endpoint } = await setUp(() => undefined);
    await endpoint.stop();
    await expect(aws.caller.identity()).rejects.toMatchObject({
      name: 'aws.unavailable',
      message: expect.stringContaining(`(${endpoint.url}): Error: connect ECONNREFUSED`),
    });
  });

  it('do not wait for ever', async () => {
    const { aws } = await setUp(() => ({ body: {} }), {
      timeouts: { answerMs: 50 },
      retries: { unavailableBudgetMs: 0 },
      endpoint: await silentEndpoint(),
    });
    await expect(aws.caller.identity()).rejects.toMatchObject({ name: 'aws.timeout' });
  });

  it.each(['localhost', 'localhost:4566', 'ftp://localhost'])(
    'call nothing at the endpoint %s',
    async (endpoint) => {
      const { aws } = await setUp(() => ({ body: {} }), { endpoint });
      await expect(aws.caller.identity()).rejects.toMatchObject({
        name: 'aws.refused',
        message: expect.stringContaining('it looks like http://127.0.0.1:4566') as string,
      });
    },
  );

  /** Takes connections and says nothing. */
  async function silentEndpoint(): Promise<string> {
    const { createServer } = await import('node:net');
    const sockets = new Set<{ destroy: () => void }>();
    const server = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }
});
