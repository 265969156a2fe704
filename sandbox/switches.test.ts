import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
  TagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { aRunningSandbox, putRole, refusalOf } from '#test/builders/running-sandbox.ts';
import { parseSwitches, parseSwitchFlags, type SwitchesInput } from './switches.ts';

const ROLE = 'arn:aws:iam::111122223333:role/r1';
const ID = 'a-00000000000000001';
const KEY = { clusterName: 'c1', associationId: ID };
const WANTED = { clusterName: 'c1', namespace: 'payments', serviceAccount: 'new', roleArn: ROLE };
const LIST = new ListPodIdentityAssociationsCommand({ clusterName: 'c1' });
const DESCRIBE = new DescribePodIdentityAssociationCommand(KEY);

async function troubled(switches: SwitchesInput) {
  const sandbox = await aRunningSandbox({ switches });
  putRole(sandbox.world.iam('111122223333'), 'r1');
  putRole(sandbox.world.iam('111122223333'), 'r2');
  for (const account of ['111122223333', '444455556666']) {
    const cluster = sandbox.world.eks(account, 'eu-west-1').addCluster({ name: 'c1' });
    cluster.addAssociation({
      associationId: ID,
      namespace: 'payments',
      serviceAccount: 'api',
      roleArn: ROLE,
    });
  }
  return { ...sandbox, client: sandbox.eks() };
}

describe('staleReadsMs', () => {
  it('shows a created association late, in lists and by id', async () => {
    const { client, clock } = await troubled({ staleReadsMs: 5_000 });
    const { association } = await client.send(new CreatePodIdentityAssociationCommand(WANTED));
    const describeNew = new DescribePodIdentityAssociationCommand({
      clusterName: 'c1',
      associationId: association?.associationId,
    });
    const byKey = new ListPodIdentityAssociationsCommand(WANTED);
    clock.advance(4_999);
    expect((await client.send(LIST)).associations).toHaveLength(1);
    expect((await client.send(byKey)).associations).toEqual([]);
    expect((await refusalOf(client.send(describeNew))).status).toBe(404);
    clock.advance(1);
    expect((await client.send(LIST)).associations).toHaveLength(2);
    expect((await client.send(byKey)).associations).toHaveLength(1);
    expect((await client.send(describeNew)).association?.serviceAccount).toBe('new');
  });

  it('shows the old role, the old tags and a deleted association for a while', async () => {
    const { client, clock } = await troubled({ staleReadsMs: 5_000 });
    clock.advance(60_000);
    await client.send(
      new UpdatePodIdentityAssociationCommand({ ...KEY, roleArn: 'arn:aws:iam::111122223333:role/r2' }),
    );
    await client.send(
      new TagResourceCommand({
        resourceArn: `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${ID}`,
        tags: { x: 'y' },
      }),
    );
    expect((await client.send(DESCRIBE)).association).toMatchObject({ roleArn: ROLE, tags: {} });
    clock.advance(5_000);
    const changed = { roleArn: 'arn:aws:iam::111122223333:role/r2', tags: { x: 'y' } };
    expect((await client.send(DESCRIBE)).association).toMatchObject(changed);
    await client.send(new DeletePodIdentityAssociationCommand(KEY));
    expect((await client.send(LIST)).associations).toHaveLength(1);
    expect((await client.send(DESCRIBE)).association).toMatchObject(changed);
    clock.advance(5_000);
    expect((await client.send(LIST)).associations).toEqual([]);
  });

  it('does not make writes stale', async () => {
    const { client } = await troubled({ staleReadsMs: 5_000 });
    await client.send(new CreatePodIdentityAssociationCommand(WANTED));
    const refusal = await refusalOf(client.send(new CreatePodIdentityAssociationCommand(WANTED)));
    expect(refusal).toMatchObject({ name: 'ResourceInUseException', status: 409 });
  });
});

describe('iamPropagationMs', () => {
  it('makes EKS see a role, its trust policy and its deletion late', async () => {
    const { client, clock, world } = await troubled({ iamPropagationMs: 10_000 });
    const iam = world.iam('111122223333');
    const roleArn = putRole(iam, 'late', { createDate: clock.now() });
    let made = 0;
    const create = () =>
      client.send(
        new CreatePodIdentityAssociationCommand({ ...WANTED, roleArn, serviceAccount: `sa-${++made}` }),
      );
    expect((await refusalOf(create())).message).toBe('Role provided in the request does not exist.');
    clock.advance(10_000);
    await create();
    const role = iam.role('late');
    if (role) iam.putRole({ ...role, trustPolicy: '{"Version":"2012-10-17","Statement":[]}' }, clock.now());
    await create();
    clock.advance(10_000);
    expect((await refusalOf(create())).message).toBe('Trust policy of the role provided is invalid.');
    iam.removeRole('late', clock.now());
    expect((await refusalOf(create())).message).toBe('Trust policy of the role provided is invalid.');
    clock.advance(10_000);
    expect((await refusalOf(create())).message).toBe('Role provided in the request does not exist.');
  });
});

describe('throttle', () => {
  it('refuses with 429 beyond the burst and lets calls in again at the rate', async () => {
    const { client, clock } = await troubled({ throttle: { ratePerSecond: 2, burst: 3 } });
    for (let i = 0; i < 3; i++) await client.send(LIST);
    expect(await refusalOf(client.send(LIST))).toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
    });
    clock.advance(500);
    await client.send(LIST);
    expect((await refusalOf(client.send(LIST))).status).toBe(429);
  });

  it('counts each account, region, service and kind by itself', async () => {
    const { client, eks, iam } = await troubled({ throttle: { ratePerSecond: 1, burst: 1 } });
    await client.send(LIST);
    expect((await refusalOf(client.send(LIST))).status).toBe(429);
    await client.send(new DeletePodIdentityAssociationCommand(KEY));
    await eks({ accessKeyId: '444455556666' }).send(LIST);
    await eks({ region: 'us-east-1' }).send(new ListClustersCommand({}));
    await iam().send(new GetRoleCommand({ RoleName: 'r1' }));
    expect(await refusalOf(iam().send(new GetRoleCommand({ RoleName: 'r1' })))).toMatchObject({
      name: 'Throttling',
      status: 400,
    });
  });

  it('spares the actions that are not named', async () => {
    const { client } = await troubled({
      throttle: { ratePerSecond: 1, burst: 1, actions: ['eks:DescribePodIdentityAssociation'] },
    });
    for (let i = 0; i < 3; i++) await client.send(LIST);
    await client.send(DESCRIBE);
    expect((await refusalOf(client.send(DESCRIBE))).status).toBe(429);
  });
});

describe('loseAnswers', () => {
  it.each([
    { switches: { next: 1 }, lost: [true, false, false, false] },
    { switches: { next: 2, skip: 1 }, lost: [false, true, true, false] },
    { switches: { every: 2 }, lost: [false, true, false, true] },
    {
      switches: { every: 1, actions: ['eks:DeletePodIdentityAssociation'] },
      lost: [false, false, false, false],
    },
  ])('with $switches carries out and breaks the connection: $lost', async ({ switches, lost }) => {
    const { client, world } = await troubled({ loseAnswers: switches });
    const seen: boolean[] = [];
    for (const serviceAccount of ['a', 'b', 'c', 'd']) {
      const create = client.send(new CreatePodIdentityAssociationCommand({ ...WANTED, serviceAccount }));
      seen.push(
        await create.then(
          () => false,
          (error: Error & { code?: string }) => error.code === 'ECONNRESET',
        ),
      );
    }
    expect(seen).toEqual(lost);
    expect((await client.send(LIST)).associations).toHaveLength(5);
    expect(world.trail.latestSequence()).toBe(4);
  });

  it('is survived by a retry with the same token', async () => {
    const { eks } = await troubled({ loseAnswers: { next: 1 } });
    const client = eks({ maxAttempts: 2 });
    const { association } = await client.send(new CreatePodIdentityAssociationCommand(WANTED));
    expect(association?.serviceAccount).toBe('new');
  });
});

describe('failPages', () => {
  it('fails the pages after the good ones, and then no more', async () => {
    const { client } = await troubled({ failPages: { skip: 1, next: 2 } });
    await client.send(LIST);
    for (let i = 0; i < 2; i++) {
      expect(await refusalOf(client.send(LIST))).toMatchObject({ name: 'ServerException', status: 500 });
    }
    await client.send(DESCRIBE);
    expect((await client.send(LIST)).associations).toHaveLength(1);
  });
});

describe('deny', () => {
  it('refuses the actions in the account, in the service’s words', async () => {
    const { client, eks } = await troubled({
      deny: [{ account: '111122223333', actions: ['eks:DescribePodIdentityAssociation'] }],
    });
    expect(await refusalOf(client.send(DESCRIBE))).toEqual({
      name: 'AccessDeniedException',
      status: 403,
      message: `User: arn:aws:iam::111122223333:user/sandbox is not authorized to perform: eks:DescribePodIdentityAssociation on resource: arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${ID}`,
    });
    await client.send(LIST);
    await eks({ accessKeyId: '444455556666' }).send(DESCRIBE);
  });

  it('refuses a whole service everywhere', async () => {
    const { client, iam, sts } = await troubled({ deny: [{ actions: ['iam:*', 'sts:AssumeRole'] }] });
    await client.send(LIST);
    expect(await refusalOf(iam().send(new GetRoleCommand({ RoleName: 'r1' })))).toEqual({
      name: 'AccessDenied',
      status: 403,
      message:
        'User: arn:aws:iam::111122223333:user/sandbox is not authorized to perform: iam:GetRole on resource: arn:aws:iam::111122223333:role/r1',
    });
    const assume = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 's1' });
    expect((await refusalOf(sts().send(assume))).name).toBe('AccessDenied');
  });
});

describe('unavailable', () => {
  it('answers 503 in the place and nowhere else', async () => {
    const { client, eks, iam } = await troubled({
      unavailable: [{ account: '111122223333', service: 'eks' }],
    });
    expect(await refusalOf(client.send(new DescribeClusterCommand({ name: 'c1' })))).toMatchObject({
      name: 'ServiceUnavailableException',
      status: 503,
    });
    await eks({ accessKeyId: '444455556666' }).send(LIST);
    await iam().send(new GetRoleCommand({ RoleName: 'r1' }));
  });
});

describe('latencyMs', () => {
  it('makes every answer late', async () => {
    const { client } = await troubled({ latencyMs: 30 });
    const start = performance.now();
    await client.send(LIST);
    // A timer may fire a fraction of a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
  });
});

describe('parseSwitches', () => {
  it('is off by default', () => {
    expect(parseSwitches({})).toEqual({
      latencyMs: 0,
      throttle: null,
      staleReadsMs: 0,
      loseAnswers: null,
      failPages: null,
      iamPropagationMs: 0,
      deny: [],
      unavailable: [],
      clusterCreateMs: 0,
      clusterDeleteMs: 0,
      addonMs: 0,
    });
  });

  it.each([
    { input: { staleReadMs: 5 }, problem: /staleReadMs/ },
    { input: { staleReadsMs: 600_001 }, problem: /^staleReadsMs/ },
    { input: { deny: [{ actions: ['DescribeCluster'] }] }, problem: /^deny\.0\.actions\.0/ },
    { input: { deny: [{ actions: ['eks:Describe*'] }] }, problem: /^deny\.0\.actions\.0/ },
    { input: { throttle: { ratePerSecond: 0 } }, problem: /^throttle\.ratePerSecond/ },
    { input: 'all', problem: /expected object/i },
  ])('refuses $input', ({ input, problem }) => {
    expect(() => parseSwitches(input)).toThrow(problem);
  });
});

describe('parseSwitchFlags', () => {
  it('reads names, members and JSON', () => {
    const switches = parseSwitchFlags([
      'staleReadsMs=2000',
      'throttle.ratePerSecond=10',
      'throttle.burst=20',
      'deny=[{"actions":["eks:*"]}]',
    ]);
    expect(switches).toMatchObject({
      staleReadsMs: 2000,
      throttle: { ratePerSecond: 10, burst: 20 },
      deny: [{ actions: ['eks:*'] }],
      latencyMs: 0,
    });
  });

  it.each([
    { flag: 'staleReadsMs', problem: /NAME=VALUE/ },
    { flag: 'staleReadsMs=two', problem: /not JSON/ },
    { flag: 'stale=1', problem: /stale/ },
  ])('refuses $flag', ({ flag, problem }) => {
    expect(() => parseSwitchFlags([flag])).toThrow(problem);
  });
});
