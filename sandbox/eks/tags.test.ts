import {
  CreateAddonCommand,
  DescribePodIdentityAssociationCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { aRunningSandbox, refusalOf } from '#test/builders/running-sandbox.ts';

const CLUSTER = 'arn:aws:eks:eu-west-1:111122223333:cluster/c1';
const ASSOCIATION = 'arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/a-00000000000000001';

async function aTaggedCluster() {
  const sandbox = await aRunningSandbox();
  sandbox.world.eks('111122223333', 'eu-west-1').addCluster({
    name: 'c1',
    tags: { team: 'core', env: 'prod' },
    associations: [
      {
        associationId: 'a-00000000000000001',
        namespace: 'payments',
        serviceAccount: 'api',
        roleArn: 'arn:aws:iam::111122223333:role/r1',
        tags: { team: 'core', env: 'prod' },
      },
    ],
  });
  const client = sandbox.eks();
  const { addon } = await client.send(
    new CreateAddonCommand({ clusterName: 'c1', addonName: 'coredns', tags: { team: 'core', env: 'prod' } }),
  );
  const arns = { cluster: CLUSTER, association: ASSOCIATION, 'add-on': addon?.addonArn ?? '' };
  return { ...sandbox, client, arns };
}

const KINDS = [{ kind: 'cluster' }, { kind: 'association' }, { kind: 'add-on' }] as const;

describe('tags of EKS', () => {
  it.each(KINDS)('are merged into those of a $kind and taken away', async ({ kind }) => {
    const { client, arns } = await aTaggedCluster();
    const resourceArn = arns[kind];
    await client.send(new TagResourceCommand({ resourceArn, tags: { env: 'test', 'a b/c': 'ü&=' } }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team', 'never there'] }));
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual({ env: 'test', 'a b/c': 'ü&=' });
  });

  it('do not move modifiedAt', async () => {
    const { client, clock } = await aTaggedCluster();
    clock.advance(1_000);
    await client.send(new TagResourceCommand({ resourceArn: ASSOCIATION, tags: { x: 'y' } }));
    const { association } = await client.send(
      new DescribePodIdentityAssociationCommand({ clusterName: 'c1', associationId: 'a-00000000000000001' }),
    );
    expect(association).toMatchObject({
      tags: { team: 'core', env: 'prod', x: 'y' },
      modifiedAt: new Date('2026-11-20T10:00:00Z'),
    });
  });

  it.each([
    {
      when: 'the key is reserved',
      input: { tags: { 'aWs:x': 'y' } },
      name: 'BadRequestException',
      status: 400,
    },
    { when: 'there are no tags', input: { tags: {} }, name: 'BadRequestException', status: 400 },
    {
      when: 'the key is too long',
      input: { tags: { ['k'.repeat(129)]: '' } },
      name: 'BadRequestException',
      status: 400,
    },
    {
      when: 'the value is too long',
      input: { tags: { k: 'v'.repeat(257) } },
      name: 'BadRequestException',
      status: 400,
    },
    {
      when: 'there would be more than 50 in all',
      input: { tags: Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`k${i}`, 'v'])) },
      name: 'BadRequestException',
      status: 400,
    },
    {
      when: 'the association does not exist',
      input: { resourceArn: ASSOCIATION.replace('a-0', 'a-9'), tags: { x: 'y' } },
      name: 'NotFoundException',
      status: 404,
    },
    {
      when: 'the cluster is in another region',
      input: { resourceArn: CLUSTER.replace('eu-west-1', 'us-east-1'), tags: { x: 'y' } },
      name: 'NotFoundException',
      status: 404,
    },
    {
      when: 'it is no ARN',
      input: { resourceArn: 'c1', tags: { x: 'y' } },
      name: 'BadRequestException',
      status: 400,
    },
  ])('are refused when $when', async ({ input, name, status }) => {
    const { client } = await aTaggedCluster();
    const refusal = await refusalOf(client.send(new TagResourceCommand({ resourceArn: CLUSTER, ...input })));
    expect(refusal).toMatchObject({ name, status });
  });
});
