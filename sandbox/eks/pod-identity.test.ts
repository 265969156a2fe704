import {
  CreatePodIdentityAssociationCommand,
  type CreatePodIdentityAssociationRequest,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
  type UpdatePodIdentityAssociationRequest,
} from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { aRunningSandbox, putRole, refusalOf } from '#test/builders/running-sandbox.ts';

const ROLE = 'arn:aws:iam::111122223333:role/r1';
const OTHER_ROLE = 'arn:aws:iam::111122223333:role/r2';
const TARGET = 'arn:aws:iam::444455556666:role/target';
const POLICY = '{"Version":"2012-10-17","Statement":[]}';

const trust = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const POD_TRUST = {
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
};

/** A cluster c1 with an ordinary association and one that an add-on owns, and some roles. */
async function aCluster() {
  const sandbox = await aRunningSandbox();
  const iam = sandbox.world.iam('111122223333');
  putRole(iam, 'r1');
  putRole(iam, 'r2');
  putRole(iam, 'deep', { path: '/teams/', arn: 'arn:aws:iam::111122223333:role/teams/deep' });
  putRole(iam, 'ec2', {
    trustPolicy: trust({ ...POD_TRUST, Principal: { Service: 'ec2.amazonaws.com' } }),
  });
  putRole(iam, 'untagged', { trustPolicy: trust({ ...POD_TRUST, Action: 'sts:AssumeRole' }) });
  putRole(iam, 'denied', { trustPolicy: trust({ ...POD_TRUST, Effect: 'Deny' }) });
  putRole(iam, 'pinned', {
    trustPolicy: trust({
      ...POD_TRUST,
      Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'payments' } },
    }),
  });
  putRole(iam, 'sourced', {
    trustPolicy: trust({
      ...POD_TRUST,
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:eks:*:*:cluster/elsewhere' } },
    }),
  });
  const cluster = sandbox.world.eks('111122223333', 'eu-west-1').addCluster({
    name: 'c1',
    addons: [
      {
        addonName: 'aws-ebs-csi-driver',
        podIdentityAssociations: [{ serviceAccount: 'ebs-csi-controller-sa', roleArn: ROLE }],
      },
    ],
  });
  cluster.addAssociation({
    associationId: 'a-taken000000000001',
    namespace: 'payments',
    serviceAccount: 'taken',
    roleArn: ROLE,
  });
  return { ...sandbox, cluster, client: sandbox.eks() };
}

const ID = 'a-taken000000000001';
const KEY = { clusterName: 'c1', associationId: ID };
const WANTED = { clusterName: 'c1', namespace: 'payments', serviceAccount: 'api', roleArn: ROLE };

describe('CreatePodIdentityAssociation', () => {
  it('answers the whole association', async () => {
    const { client } = await aCluster();
    const { association } = await client.send(
      new CreatePodIdentityAssociationCommand({
        ...WANTED,
        tags: { team: 'payments' },
        targetRoleArn: TARGET,
        disableSessionTags: true,
        policy: POLICY,
      }),
    );
    const id = association?.associationId ?? '';
    expect(id).toMatch(/^a-[a-z0-9]{17}$/);
    expect(association).toEqual({
      clusterName: 'c1',
      namespace: 'payments',
      serviceAccount: 'api',
      roleArn: ROLE,
      associationArn: `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${id}`,
      associationId: id,
      tags: { team: 'payments' },
      createdAt: new Date('2026-11-20T10:00:00Z'),
      modifiedAt: new Date('2026-11-20T10:00:00Z'),
      disableSessionTags: true,
      targetRoleArn: TARGET,
      externalId: 'eu-west-1/111122223333/c1/payments/api',
      policy: POLICY,
    });
  });

  it.each<{ when: string; change: Partial<CreatePodIdentityAssociationRequest> }>([
    {
      when: 'the namespace does not exist in Kubernetes, which nobody asks',
      change: { namespace: 'nowhere' },
    },
    { when: 'the service account has dots', change: { serviceAccount: 'a.b-c.d' } },
    { when: 'the role has a path', change: { roleArn: 'arn:aws:iam::111122223333:role/teams/deep' } },
    {
      when: 'the trust is pinned to the namespace',
      change: { roleArn: 'arn:aws:iam::111122223333:role/pinned' },
    },
    { when: 'the target role does not exist, which nobody asks', change: { targetRoleArn: TARGET } },
    { when: 'it has 50 tags', change: { tags: tags(50) } },
  ])('accepts when $when', async ({ change }) => {
    const { client } = await aCluster();
    const { association } = await client.send(
      new CreatePodIdentityAssociationCommand({ ...WANTED, ...change }),
    );
    expect(association).toMatchObject(change);
  });

  it.each<{
    when: string;
    change: Partial<CreatePodIdentityAssociationRequest>;
    name: string;
    status: number;
    message: string | RegExp;
  }>([
    {
      when: 'the service account has an association',
      change: { serviceAccount: 'taken' },
      name: 'ResourceInUseException',
      status: 409,
      message: 'Association already exists: a-taken000000000001',
    },
    {
      when: 'the role does not exist',
      change: { roleArn: 'arn:aws:iam::111122223333:role/nobody' },
      name: 'InvalidParameterException',
      status: 400,
      message: 'Role provided in the request does not exist.',
    },
    {
      when: 'the role is named without its path',
      change: { roleArn: 'arn:aws:iam::111122223333:role/deep' },
      name: 'InvalidParameterException',
      status: 400,
      message: 'Role provided in the request does not exist.',
    },
    ...['ec2', 'untagged', 'denied', 'sourced'].map((role) => ({
      when: `the trust policy does not admit EKS (${role})`,
      change: { roleArn: `arn:aws:iam::111122223333:role/${role}` },
      name: 'InvalidParameterException',
      status: 400,
      message: 'Trust policy of the role provided is invalid.',
    })),
    {
      when: 'the trust policy is pinned to another namespace',
      change: { roleArn: 'arn:aws:iam::111122223333:role/pinned', namespace: 'billing' },
      name: 'InvalidParameterException',
      status: 400,
      message: 'Trust policy of the role provided is invalid.',
    },
    {
      when: 'the trust policy needs session tags that are off',
      change: { roleArn: 'arn:aws:iam::111122223333:role/pinned', disableSessionTags: true },
      name: 'InvalidParameterException',
      status: 400,
      message: 'Trust policy of the role provided is invalid.',
    },
    {
      when: 'the role is in another account',
      change: { roleArn: 'arn:aws:iam::444455556666:role/r1' },
      name: 'AccessDeniedException',
      status: 403,
      message: 'Cross-account pass role is not allowed.',
    },
    {
      when: 'the role is empty',
      change: { roleArn: '' },
      name: 'AccessDeniedException',
      status: 403,
      message: 'Cross-account pass role is not allowed.',
    },
    {
      when: 'a policy is set and session tags are on',
      change: { policy: POLICY },
      name: 'InvalidParameterException',
      status: 400,
      message: 'When policy is specified, disableSessionTags must be set to true',
    },
    {
      when: 'the policy is longer than 2,048 characters',
      change: { disableSessionTags: true, policy: `{"Version":"${'x'.repeat(2048)}"}` },
      name: 'InvalidParameterException',
      status: 400,
      message: /2048 characters/,
    },
    {
      when: 'the policy is not JSON',
      change: { disableSessionTags: true, policy: 'allow all' },
      name: 'InvalidParameterException',
      status: 400,
      message: /policy/,
    },
    {
      when: 'the namespace has an upper-case letter',
      change: { namespace: 'Payments' },
      name: 'InvalidParameterException',
      status: 400,
      message:
        'The parameter namespace contains invalid characters. It should conform to the regular expression "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"',
    },
    {
      when: 'the namespace has a dot',
      change: { namespace: 'pay.ments' },
      name: 'InvalidParameterException',
      status: 400,
      message: /^The parameter namespace contains invalid characters\./,
    },
    {
      when: 'the service account has an underscore',
      change: { serviceAccount: 'a_b' },
      name: 'InvalidParameterException',
      status: 400,
      message: /^The parameter serviceAccount contains invalid characters\./,
    },
    {
      when: 'the namespace is longer than 63 characters',
      change: { namespace: 'n'.repeat(64) },
      name: 'InvalidParameterException',
      status: 400,
      message: /63 characters/,
    },
    {
      when: 'the target role is no role',
      change: { targetRoleArn: 'arn:aws:s3:::bucket' },
      name: 'InvalidParameterException',
      status: 400,
      message: /targetRoleArn/,
    },
    {
      when: 'a tag key is reserved, in whatever case',
      change: { tags: { 'AWS:team': 'x' } },
      name: 'InvalidParameterException',
      status: 400,
      message: /aws:/,
    },
    {
      when: 'it has 51 tags',
      change: { tags: tags(51) },
      name: 'InvalidParameterException',
      status: 400,
      message: /50 tags/,
    },
    {
      when: 'the cluster does not exist',
      change: { clusterName: 'c2' },
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'No cluster found for name: c2.',
    },
  ])('refuses when $when and changes nothing', async ({ change, name, status, message }) => {
    const { client, cluster } = await aCluster();
    const before = cluster.associationCount();
    const refusal = await refusalOf(
      client.send(new CreatePodIdentityAssociationCommand({ ...WANTED, ...change })),
    );
    expect(refusal).toMatchObject({ name, status });
    expect(refusal.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(cluster.associationCount()).toBe(before);
  });

  it('refuses the association after the 5,000th', async () => {
    const sandbox = await aRunningSandbox();
    putRole(sandbox.world.iam('111122223333'), 'r1');
    const cluster = sandbox.world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1' });
    for (let i = 0; i < 4_999; i++) {
      const associationId = `a-${String(i).padStart(17, '0')}`;
      cluster.addAssociation({ associationId, namespace: 'n', serviceAccount: `sa-${i}`, roleArn: ROLE });
    }
    const client = sandbox.eks();
    await client.send(new CreatePodIdentityAssociationCommand(WANTED));
    const refusal = await refusalOf(
      client.send(new CreatePodIdentityAssociationCommand({ ...WANTED, serviceAccount: 'one-more' })),
    );
    expect(refusal).toMatchObject({ name: 'ResourceLimitExceededException', status: 400 });
  });

  it('sees no association of another region or account', async () => {
    const { world, eks } = await aCluster();
    for (const [account, region] of [
      ['111122223333', 'us-east-1'],
      ['444455556666', 'eu-west-1'],
    ] as const) {
      world.eks(account, region).addCluster({ name: 'c1' });
      const client = eks({ accessKeyId: account, region });
      const list = await client.send(new ListPodIdentityAssociationsCommand({ clusterName: 'c1' }));
      expect(list.associations).toEqual([]);
    }
  });
});

describe('an idempotency token', () => {
  const create = new CreatePodIdentityAssociationCommand({ ...WANTED, clientRequestToken: 't1' });

  it('makes a repeated call answer the same and change nothing', async () => {
    const { client, clock, cluster } = await aCluster();
    const first = await client.send(create);
    clock.advance(5_000);
    const second = await client.send(create);
    expect(second.association).toEqual(first.association);
    expect(cluster.associationCount()).toBe(3);
  });

  it('is refused with other parameters', async () => {
    const { client } = await aCluster();
    await client.send(create);
    const other = new CreatePodIdentityAssociationCommand({ ...create.input, serviceAccount: 'other' });
    expect(await refusalOf(client.send(other))).toEqual({
      name: 'InvalidParameterException',
      status: 400,
      message: 'The clientRequestToken has already been used with different request parameters.',
    });
  });

  it('is not used up by a call that failed', async () => {
    const { client, world } = await aCluster();
    const late = new CreatePodIdentityAssociationCommand({
      ...create.input,
      roleArn: 'arn:aws:iam::111122223333:role/late',
    });
    expect((await refusalOf(client.send(late))).name).toBe('InvalidParameterException');
    putRole(world.iam('111122223333'), 'late');
    expect((await client.send(late)).association?.serviceAccount).toBe('api');
  });

  it('does not change an association twice', async () => {
    const { client } = await aCluster();
    const toOther = new UpdatePodIdentityAssociationCommand({
      ...KEY,
      roleArn: OTHER_ROLE,
      clientRequestToken: 'u1',
    });
    await client.send(toOther);
    await client.send(new UpdatePodIdentityAssociationCommand({ ...KEY, roleArn: ROLE }));
    await client.send(toOther);
    const { association } = await client.send(new DescribePodIdentityAssociationCommand(KEY));
    expect(association?.roleArn).toBe(ROLE);
  });
});

describe('UpdatePodIdentityAssociation', () => {
  it('changes what was sent, leaves the rest, keeps the id and moves modifiedAt', async () => {
    const { client, clock } = await aCluster();
    clock.advance(60_000);
    const { association } = await client.send(
      new UpdatePodIdentityAssociationCommand({ ...KEY, roleArn: OTHER_ROLE, targetRoleArn: TARGET }),
    );
    expect(association).toMatchObject({
      associationId: ID,
      roleArn: OTHER_ROLE,
      targetRoleArn: TARGET,
      externalId: 'eu-west-1/111122223333/c1/payments/taken',
      disableSessionTags: false,
      createdAt: new Date('2026-11-20T10:00:00Z'),
      modifiedAt: new Date('2026-11-20T10:01:00Z'),
    });
  });

  it.each([
    {
      field: 'targetRoleArn',
      set: { targetRoleArn: TARGET },
      clear: { targetRoleArn: '' },
      gone: ['targetRoleArn', 'externalId'],
    },
    {
      field: 'policy',
      set: { policy: POLICY, disableSessionTags: true },
      clear: { policy: '' },
      gone: ['policy'],
    },
  ])('clears $field with an empty text', async ({ set, clear, gone }) => {
    const { client } = await aCluster();
    const before = await client.send(new UpdatePodIdentityAssociationCommand({ ...KEY, ...set }));
    expect(Object.keys(before.association ?? {})).toEqual(expect.arrayContaining(gone));
    const after = await client.send(new UpdatePodIdentityAssociationCommand({ ...KEY, ...clear }));
    for (const member of gone) expect(after.association).not.toHaveProperty(member);
  });

  it('leaves the target role when it is not sent', async () => {
    const { client } = await aCluster();
    await client.send(new UpdatePodIdentityAssociationCommand({ ...KEY, targetRoleArn: TARGET }));
    const { association } = await client.send(
      new UpdatePodIdentityAssociationCommand({ ...KEY, disableSessionTags: true }),
    );
    expect(association?.targetRoleArn).toBe(TARGET);
  });

  it.each<{
    when: string;
    change: Partial<UpdatePodIdentityAssociationRequest>;
    name: string;
    status: number;
    message: string | RegExp;
  }>([
    {
      when: 'nothing is sent',
      change: {},
      name: 'InvalidParameterException',
      status: 400,
      message: /At least one/,
    },
    {
      when: 'the role is empty',
      change: { roleArn: '' },
      name: 'AccessDeniedException',
      status: 403,
      message: 'Cross-account pass role is not allowed.',
    },
    {
      when: 'the new role does not exist',
      change: { roleArn: 'arn:aws:iam::111122223333:role/nobody' },
      name: 'InvalidParameterException',
      status: 400,
      message: 'Role provided in the request does not exist.',
    },
    {
      when: 'the new role does not trust EKS',
      change: { roleArn: 'arn:aws:iam::111122223333:role/ec2' },
      name: 'InvalidParameterException',
      status: 400,
      message: 'Trust policy of the role provided is invalid.',
    },
    {
      when: 'a policy is set and session tags are on',
      change: { policy: POLICY },
      name: 'InvalidParameterException',
      status: 400,
      message: 'When policy is specified, disableSessionTags must be set to true',
    },
    {
      when: 'the id has a wrong length',
      change: { associationId: 'a-short', roleArn: ROLE },
      name: 'InvalidParameterException',
      status: 400,
      message: 'The parameter associationId should be 19 characters long.',
    },
    {
      when: 'the association does not exist',
      change: { associationId: 'a-00000000000000000', roleArn: ROLE },
      name: 'ResourceNotFoundException',
      status: 404,
      message: /a-00000000000000000/,
    },
  ])('refuses when $when', async ({ change, name, status, message }) => {
    const { client } = await aCluster();
    const refusal = await refusalOf(
      client.send(new UpdatePodIdentityAssociationCommand({ ...KEY, ...change })),
    );
    expect(refusal).toMatchObject({ name, status });
    expect(refusal.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('refuses to turn session tags on while there is a policy', async () => {
    const { client } = await aCluster();
    await client.send(
      new UpdatePodIdentityAssociationCommand({ ...KEY, policy: POLICY, disableSessionTags: true }),
    );
    const refusal = await refusalOf(
      client.send(new UpdatePodIdentityAssociationCommand({ ...KEY, disableSessionTags: false })),
    );
    expect(refusal.message).toBe('When policy is specified, disableSessionTags must be set to true');
  });

  it('does not look again at a role that it is not told about', async () => {
    const { client, world } = await aCluster();
    world.iam('111122223333').removeRole('r1', world.clock.now());
    const { association } = await client.send(
      new UpdatePodIdentityAssociationCommand({ ...KEY, disableSessionTags: true }),
    );
    expect(association).toMatchObject({ roleArn: ROLE, disableSessionTags: true });
  });
});

describe('DeletePodIdentityAssociation', () => {
  it('answers what was there and frees the service account', async () => {
    const { client } = await aCluster();
    const { association } = await client.send(new DeletePodIdentityAssociationCommand(KEY));
    expect(association).toMatchObject({ associationId: ID, serviceAccount: 'taken', roleArn: ROLE });
    expect(await refusalOf(client.send(new DescribePodIdentityAssociationCommand(KEY)))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
    const again = await client.send(
      new CreatePodIdentityAssociationCommand({ ...WANTED, serviceAccount: 'taken' }),
    );
    expect(again.association?.associationId).not.toBe(ID);
  });

  it('answers 404 the second time', async () => {
    const { client } = await aCluster();
    await client.send(new DeletePodIdentityAssociationCommand(KEY));
    expect(await refusalOf(client.send(new DeletePodIdentityAssociationCommand(KEY)))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
  });
});

describe('an association that an add-on owns', () => {
  async function owned() {
    const { client } = await aCluster();
    const { associations } = await client.send(
      new ListPodIdentityAssociationsCommand({ clusterName: 'c1', namespace: 'kube-system' }),
    );
    return { client, association: associations?.[0] };
  }

  it('names its owner', async () => {
    const { association } = await owned();
    expect(association?.ownerArn).toMatch(
      /^arn:aws:eks:eu-west-1:111122223333:addon\/c1\/aws-ebs-csi-driver\/[0-9a-f-]{36}$/,
    );
  });

  it.each([
    {
      edit: 'an update',
      command: (associationId: string) =>
        new UpdatePodIdentityAssociationCommand({ clusterName: 'c1', associationId, roleArn: OTHER_ROLE }),
    },
    {
      edit: 'a deletion',
      command: (associationId: string) =>
        new DeletePodIdentityAssociationCommand({ clusterName: 'c1', associationId }),
    },
  ])('refuses $edit', async ({ command }) => {
    const { client, association } = await owned();
    const call = command(association?.associationId ?? '');
    expect(await refusalOf(client.send(call as UpdatePodIdentityAssociationCommand))).toMatchObject({
      name: 'InvalidRequestException',
      status: 400,
    });
  });
});

describe('ListPodIdentityAssociations', () => {
  async function aFullCluster(count: number) {
    const sandbox = await aRunningSandbox();
    putRole(sandbox.world.iam('111122223333'), 'r1');
    const cluster = sandbox.world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1' });
    for (let i = 0; i < count; i++) {
      cluster.addAssociation({
        associationId: `a-${String(i).padStart(17, '0')}`,
        namespace: `n${i % 2}`,
        serviceAccount: `sa-${i % 50}${i < 50 ? '' : `-${i}`}`,
        roleArn: ROLE,
      });
    }
    return { ...sandbox, client: sandbox.eks() };
  }

  it('tells who and not which role', async () => {
    const { client } = await aFullCluster(1);
    const { associations } = await client.send(new ListPodIdentityAssociationsCommand({ clusterName: 'c1' }));
    expect(associations).toEqual([
      {
        clusterName: 'c1',
        namespace: 'n0',
        serviceAccount: 'sa-0',
        associationArn: 'arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/a-00000000000000000',
        associationId: 'a-00000000000000000',
      },
    ]);
  });

  it.each([
    { count: 0, pages: [0] },
    { count: 100, pages: [100] },
    { count: 101, pages: [100, 1] },
    { count: 250, pages: [100, 100, 50] },
  ])('gives $count associations in pages of 100, the last without a token', async ({ count, pages }) => {
    const { client } = await aFullCluster(count);
    const lengths: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new ListPodIdentityAssociationsCommand({ clusterName: 'c1', nextToken }),
      );
      lengths.push(page.associations?.length ?? -1);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(lengths).toEqual(pages);
  });

  it.each([
    { filter: { namespace: 'n1' }, count: 60 },
    { filter: { serviceAccount: 'sa-7' }, count: 1 },
    { filter: { namespace: 'n1', serviceAccount: 'sa-7' }, count: 1 },
    { filter: { namespace: 'n0', serviceAccount: 'sa-7' }, count: 0 },
    { filter: { namespace: 'n' }, count: 0 },
  ])('filters exactly: $filter', async ({ filter, count }) => {
    const { client } = await aFullCluster(120);
    const page = await client.send(new ListPodIdentityAssociationsCommand({ clusterName: 'c1', ...filter }));
    expect(page.associations).toHaveLength(count);
  });

  it('goes on where it was, whatever is created and deleted between two pages', async () => {
    const { client, world } = await aFullCluster(10);
    const first = await client.send(
      new ListPodIdentityAssociationsCommand({ clusterName: 'c1', maxResults: 4 }),
    );
    const cluster = world.eks('111122223333', 'eu-west-1').cluster('c1');
    for (const i of [0, 3, 5]) {
      const associationId = `a-${String(i).padStart(17, '0')}`;
      await client.send(new DeletePodIdentityAssociationCommand({ clusterName: 'c1', associationId }));
    }
    cluster?.addAssociation({
      associationId: 'a-new00000000000001',
      namespace: 'n',
      serviceAccount: 'x',
      roleArn: ROLE,
    });
    const second = await client.send(
      new ListPodIdentityAssociationsCommand({
        clusterName: 'c1',
        maxResults: 100,
        nextToken: first.nextToken,
      }),
    );
    expect(second.associations?.map((one) => one.serviceAccount)).toEqual([
      'sa-4',
      'sa-6',
      'sa-7',
      'sa-8',
      'sa-9',
      'x',
    ]);
  });

  it.each([
    { when: 'maxResults is 0', change: { maxResults: 0 } },
    { when: 'maxResults is 101', change: { maxResults: 101 } },
    { when: 'the token is no token', change: { nextToken: 'next please' } },
  ])('refuses when $when', async ({ change }) => {
    const { client } = await aFullCluster(1);
    const list = new ListPodIdentityAssociationsCommand({ clusterName: 'c1', ...change });
    expect(await refusalOf(client.send(list))).toMatchObject({
      name: 'InvalidParameterException',
      status: 400,
    });
  });

  it('refuses a token that was given for another filter', async () => {
    const { client } = await aFullCluster(10);
    const { nextToken } = await client.send(
      new ListPodIdentityAssociationsCommand({ clusterName: 'c1', maxResults: 2, namespace: 'n0' }),
    );
    const other = new ListPodIdentityAssociationsCommand({ clusterName: 'c1', namespace: 'n1', nextToken });
    expect(nextToken).toBeDefined();
    expect((await refusalOf(client.send(other))).name).toBe('InvalidParameterException');
  });
});

function tags(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
}
