import {
  CreateClusterCommand,
  type CreateClusterRequest,
  CreatePodIdentityAssociationCommand,
  DeleteClusterCommand,
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { aRunningSandbox, putRole, refusalOf } from '#test/builders/running-sandbox.ts';

const WANTED: CreateClusterRequest = {
  name: 'c1',
  roleArn: 'arn:aws:iam::111122223333:role/cluster',
  resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
};
const ASSOCIATION = {
  associationId: 'a-00000000000000001',
  namespace: 'payments',
  serviceAccount: 'api',
  roleArn: 'arn:aws:iam::111122223333:role/r1',
};

describe('CreateCluster', () => {
  it('makes a cluster that is ACTIVE at once', async () => {
    const { eks } = await aRunningSandbox();
    const client = eks();
    const { cluster } = await client.send(
      new CreateClusterCommand({
        ...WANTED,
        version: '1.33',
        tags: { env: 'prod' },
        computeConfig: { enabled: true },
      }),
    );
    expect(cluster?.status).toBe('CREATING');
    const described = await client.send(new DescribeClusterCommand({ name: 'c1' }));
    expect(described.cluster).toMatchObject({
      name: 'c1',
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/c1',
      status: 'ACTIVE',
      version: '1.33',
      createdAt: new Date('2026-11-20T10:00:00Z'),
      tags: { env: 'prod' },
      computeConfig: { enabled: true },
      resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
      accessConfig: { authenticationMode: 'API' },
    });
    expect(described.cluster?.identity?.oidc?.issuer).toMatch(
      /^https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\//,
    );
  });

  it('makes a cluster that is CREATING for as long as the switch says', async () => {
    const { eks, clock } = await aRunningSandbox({ switches: { clusterCreateMs: 60_000 } });
    const client = eks();
    await client.send(new CreateClusterCommand(WANTED));
    const status = async () =>
      (await client.send(new DescribeClusterCommand({ name: 'c1' }))).cluster?.status;
    clock.advance(59_999);
    expect(await status()).toBe('CREATING');
    clock.advance(1);
    expect(await status()).toBe('ACTIVE');
  });

  it.each([
    { when: 'the name is taken', change: { name: 'taken' }, name: 'ResourceInUseException', status: 409 },
    {
      when: 'the name begins with a dash',
      change: { name: '-c' },
      name: 'InvalidParameterException',
      status: 400,
    },
    {
      when: 'the name is too long',
      change: { name: 'c'.repeat(101) },
      name: 'InvalidParameterException',
      status: 400,
    },
    {
      when: 'the version is unknown',
      change: { version: '1.3' },
      name: 'InvalidParameterException',
      status: 400,
    },
    {
      when: 'a tag is reserved',
      change: { tags: { 'aws:x': '' } },
      name: 'InvalidParameterException',
      status: 400,
    },
  ])('refuses when $when', async ({ change, name, status }) => {
    const { eks, world } = await aRunningSandbox();
    world.eks('111122223333', 'eu-west-1').addCluster({ name: 'taken' });
    const refusal = await refusalOf(eks().send(new CreateClusterCommand({ ...WANTED, ...change })));
    expect(refusal).toMatchObject({ name, status });
  });
});

describe('DeleteCluster', () => {
  it('takes the associations away; a cluster of the same name begins empty', async () => {
    const { eks, world } = await aRunningSandbox();
    world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1', associations: [ASSOCIATION] });
    const client = eks();
    const { cluster } = await client.send(new DeleteClusterCommand({ name: 'c1' }));
    expect(cluster?.status).toBe('DELETING');
    const list = new ListPodIdentityAssociationsCommand({ clusterName: 'c1' });
    expect(await refusalOf(client.send(list))).toEqual({
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'No cluster found for name: c1.',
    });
    await client.send(new CreateClusterCommand(WANTED));
    expect((await client.send(list)).associations).toEqual([]);
  });

  it('is DELETING for as long as the switch says', async () => {
    const { eks, world, clock } = await aRunningSandbox({ switches: { clusterDeleteMs: 1_000 } });
    world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1', associations: [ASSOCIATION] });
    const client = eks();
    const describeCluster = new DescribeClusterCommand({ name: 'c1' });
    await client.send(new DeleteClusterCommand({ name: 'c1' }));
    expect((await client.send(describeCluster)).cluster?.status).toBe('DELETING');
    expect((await refusalOf(client.send(new DeleteClusterCommand({ name: 'c1' })))).name).toBe(
      'ResourceInUseException',
    );
    clock.advance(1_000);
    expect((await refusalOf(client.send(describeCluster))).status).toBe(404);
  });

  it('refuses a protected cluster', async () => {
    const { eks } = await aRunningSandbox();
    const client = eks();
    await client.send(new CreateClusterCommand({ ...WANTED, deletionProtection: true }));
    const refusal = await refusalOf(client.send(new DeleteClusterCommand({ name: 'c1' })));
    expect(refusal).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });
});

describe('a cluster that is not ACTIVE', () => {
  it.each([
    { status: 'CREATING', outcome: 'InvalidRequestException' },
    { status: 'FAILED', outcome: 'InvalidRequestException' },
    { status: 'UPDATING', outcome: 'created' },
  ] as const)('answers $outcome to a new association when it is $status', async ({ status, outcome }) => {
    const { eks, world } = await aRunningSandbox();
    putRole(world.iam('111122223333'), 'r1');
    world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1', status });
    const { namespace, serviceAccount, roleArn } = ASSOCIATION;
    const create = eks().send(
      new CreatePodIdentityAssociationCommand({ clusterName: 'c1', namespace, serviceAccount, roleArn }),
    );
    const answered = await create.then(
      () => 'created',
      (error: Error) => error.name,
    );
    expect(answered).toBe(outcome);
  });
});

describe('ListClusters', () => {
  it('gives the names page by page and goes on where it was after a deletion', async () => {
    const { eks, world } = await aRunningSandbox();
    const state = world.eks('111122223333', 'eu-west-1');
    for (const name of ['a', 'b', 'c', 'd', 'e']) state.addCluster({ name });
    const client = eks();
    const first = await client.send(new ListClustersCommand({ maxResults: 2 }));
    await client.send(new DeleteClusterCommand({ name: 'a' }));
    await client.send(new DeleteClusterCommand({ name: 'd' }));
    const second = await client.send(new ListClustersCommand({ maxResults: 2, nextToken: first.nextToken }));
    expect([first.clusters, second.clusters, second.nextToken]).toEqual([['a', 'b'], ['c', 'e'], undefined]);
  });
});

describe('a generated cluster', () => {
  const COUNT = 1_000_000;
  const idOf = (index: number) => `a-${index.toString(36).padStart(17, '0')}`;
  const generated = {
    count: COUNT,
    at: (index: number) => ({
      associationId: idOf(index),
      namespace: `ns-${index % 1000}`,
      serviceAccount: `sa-${index}`,
      roleArn: `arn:aws:iam::111122223333:role/r-${index}`,
    }),
    indexOfId(id: string) {
      const index = Number.parseInt(id.slice(2), 36);
      return index < COUNT && idOf(index) === id ? index : undefined;
    },
    indexOfKey(namespace: string, serviceAccount: string) {
      const index = Number(/^sa-(\d+)$/.exec(serviceAccount)?.[1] ?? COUNT);
      return index < COUNT && namespace === `ns-${index % 1000}` ? index : undefined;
    },
  };

  async function aHugeCluster() {
    const sandbox = await aRunningSandbox();
    sandbox.world.eks('111122223333', 'eu-west-1').addCluster({ name: 'huge', generated });
    return { ...sandbox, client: sandbox.eks() };
  }

  it('has a million associations in little memory', async () => {
    const before = process.memoryUsage().heapUsed;
    const { client, world } = await aHugeCluster();
    const { association } = await client.send(
      new DescribePodIdentityAssociationCommand({ clusterName: 'huge', associationId: idOf(987_654) }),
    );
    expect(association).toMatchObject({ namespace: 'ns-654', serviceAccount: 'sa-987654', tags: {} });
    expect(world.summary().regions).toEqual([
      { account: '111122223333', region: 'eu-west-1', clusters: 1, associations: COUNT },
    ]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('finds a key without going through the list, and lists from the front', async () => {
    const { client } = await aHugeCluster();
    const byKey = await client.send(
      new ListPodIdentityAssociationsCommand({
        clusterName: 'huge',
        namespace: 'ns-5',
        serviceAccount: 'sa-900005',
      }),
    );
    expect(byKey.associations?.map((one) => one.associationId)).toEqual([idOf(900_005)]);
    const page = await client.send(
      new ListPodIdentityAssociationsCommand({ clusterName: 'huge', maxResults: 2 }),
    );
    expect(page.associations?.map((one) => one.serviceAccount)).toEqual(['sa-0', 'sa-1']);
  });
});
