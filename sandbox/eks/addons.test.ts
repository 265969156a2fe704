import {
  CreateAddonCommand,
  type CreateAddonRequest,
  CreatePodIdentityAssociationCommand,
  DeleteAddonCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribePodIdentityAssociationCommand,
  DescribeUpdateCommand,
  ListAddonsCommand,
  ListPodIdentityAssociationsCommand,
  UpdateAddonCommand,
} from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { aRunningSandbox, putRole, refusalOf } from '#test/builders/running-sandbox.ts';

const ROLE = 'arn:aws:iam::111122223333:role/r1';
const OTHER_ROLE = 'arn:aws:iam::111122223333:role/r2';
const DRIVER = { clusterName: 'c1', addonName: 'aws-ebs-csi-driver' };
const BOUND: CreateAddonRequest = {
  ...DRIVER,
  podIdentityAssociations: [{ serviceAccount: 'ebs-csi-controller-sa', roleArn: ROLE }],
};

async function aCluster(options: Parameters<typeof aRunningSandbox>[0] = {}) {
  const sandbox = await aRunningSandbox(options);
  putRole(sandbox.world.iam('111122223333'), 'r1');
  putRole(sandbox.world.iam('111122223333'), 'r2');
  sandbox.world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1' });
  const client = sandbox.eks();
  const associations = async () => {
    const list = await client.send(new ListPodIdentityAssociationsCommand({ clusterName: 'c1' }));
    return list.associations ?? [];
  };
  return { ...sandbox, client, associations };
}

describe('CreateAddon', () => {
  it('makes the associations that the add-on owns', async () => {
    const { client, associations } = await aCluster();
    const { addon } = await client.send(new CreateAddonCommand(BOUND));
    expect(addon).toMatchObject({ addonName: 'aws-ebs-csi-driver', status: 'CREATING' });
    const [association] = await associations();
    expect(association).toMatchObject({
      namespace: 'kube-system',
      serviceAccount: 'ebs-csi-controller-sa',
      ownerArn: addon?.addonArn,
    });
    expect(addon?.podIdentityAssociations).toEqual([association?.associationArn]);
  });

  it('takes the default version and is ACTIVE after the switch', async () => {
    const { client, clock } = await aCluster({ switches: { addonMs: 1_000 } });
    await client.send(new CreateAddonCommand({ clusterName: 'c1', addonName: 'eks-pod-identity-agent' }));
    const agent = new DescribeAddonCommand({ clusterName: 'c1', addonName: 'eks-pod-identity-agent' });
    expect((await client.send(agent)).addon).toMatchObject({
      status: 'CREATING',
      addonVersion: 'v1.3.10-eksbuild.1',
    });
    clock.advance(1_000);
    expect((await client.send(agent)).addon?.status).toBe('ACTIVE');
  });

  it.each([
    {
      when: 'the add-on is not in the catalogue',
      change: { addonName: 'nothing', podIdentityAssociations: [] },
      name: 'InvalidParameterException',
      message: 'Addon nothing specified is not supported in 1.34 kubernetes version',
    },
    {
      when: 'the version does not exist',
      change: { addonVersion: 'v0' },
      name: 'InvalidParameterException',
      message: 'Addon version specified is not supported',
    },
    {
      when: 'the add-on takes no pod identity',
      change: { addonName: 'coredns' },
      name: 'InvalidParameterException',
      message: 'Pod Identity feature is not supported for addon version: v1.12.4-eksbuild.1',
    },
    {
      when: 'the service account is not the add-on’s',
      change: { podIdentityAssociations: [{ serviceAccount: 'api', roleArn: ROLE }] },
      name: 'InvalidParameterException',
      message:
        'Service account api in pod identity configuration is not supported for addon aws-ebs-csi-driver',
    },
    {
      when: 'a service account is named twice',
      change: {
        podIdentityAssociations: [
          { serviceAccount: 'ebs-csi-controller-sa', roleArn: ROLE },
          { serviceAccount: 'ebs-csi-controller-sa', roleArn: OTHER_ROLE },
        ],
      },
      name: 'InvalidParameterException',
      message: 'A service account appears more than once in podIdentityAssociations.',
    },
    {
      when: 'the role does not exist',
      change: {
        podIdentityAssociations: [
          { serviceAccount: 'ebs-csi-controller-sa', roleArn: 'arn:aws:iam::111122223333:role/nobody' },
        ],
      },
      name: 'InvalidParameterException',
      message: 'Role provided in the request does not exist.',
    },
  ])('refuses when $when and leaves nothing behind', async ({ change, name, message }) => {
    const { client, associations } = await aCluster();
    const refusal = await refusalOf(client.send(new CreateAddonCommand({ ...BOUND, ...change })));
    expect(refusal).toEqual({ name, status: 400, message });
    expect(await associations()).toEqual([]);
    expect((await client.send(new ListAddonsCommand({ clusterName: 'c1' }))).addons).toEqual([]);
  });

  it('refuses an add-on that is there, and a service account that is bound', async () => {
    const { client } = await aCluster();
    const key = { clusterName: 'c1', namespace: 'kube-system', serviceAccount: 'ebs-csi-controller-sa' };
    const { association } = await client.send(
      new CreatePodIdentityAssociationCommand({ ...key, roleArn: ROLE }),
    );
    expect(await refusalOf(client.send(new CreateAddonCommand(BOUND)))).toEqual({
      name: 'ResourceInUseException',
      status: 409,
      message: `Association already exists: ${association?.associationId}`,
    });
    await client.send(new CreateAddonCommand(DRIVER));
    expect((await refusalOf(client.send(new CreateAddonCommand(DRIVER)))).message).toBe(
      'Addon already exists.',
    );
  });
});

describe('UpdateAddon', () => {
  it.each([
    { when: 'not sent', podIdentityAssociations: undefined, roles: [ROLE], sameId: true },
    { when: 'empty', podIdentityAssociations: [], roles: [], sameId: false },
    {
      when: 'sent with another role',
      podIdentityAssociations: [{ serviceAccount: 'ebs-csi-controller-sa', roleArn: OTHER_ROLE }],
      roles: [OTHER_ROLE],
      sameId: true,
    },
  ])('leaves $roles when the associations are $when', async ({ podIdentityAssociations, roles, sameId }) => {
    const { client, associations } = await aCluster();
    await client.send(new CreateAddonCommand(BOUND));
    const [before] = await associations();
    const { update } = await client.send(new UpdateAddonCommand({ ...DRIVER, podIdentityAssociations }));
    const after = await associations();
    const described = await Promise.all(
      after.map(({ associationId }) =>
        client.send(new DescribePodIdentityAssociationCommand({ clusterName: 'c1', associationId })),
      ),
    );
    expect(described.map(({ association }) => association?.roleArn)).toEqual(roles);
    expect(after[0]?.associationId === before?.associationId).toBe(sameId);
    const { addon } = await client.send(new DescribeAddonCommand(DRIVER));
    expect(addon?.podIdentityAssociations).toEqual(after.map((one) => one.associationArn));
    const seen = await client.send(new DescribeUpdateCommand({ name: 'c1', updateId: update?.id }));
    expect(seen.update).toMatchObject({ status: 'Successful', type: 'AddonUpdate' });
  });
});

describe('DeleteAddon', () => {
  it('takes the add-on and its associations away', async () => {
    const { client, associations } = await aCluster();
    await client.send(new CreateAddonCommand(BOUND));
    const { addon } = await client.send(new DeleteAddonCommand(DRIVER));
    expect(addon?.status).toBe('DELETING');
    expect(await associations()).toEqual([]);
    expect(await refusalOf(client.send(new DescribeAddonCommand(DRIVER)))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
  });
});

describe('DescribeAddonVersions', () => {
  it('says which versions of the agent fit a Kubernetes version', async () => {
    const { client } = await aCluster();
    const { addons } = await client.send(
      new DescribeAddonVersionsCommand({ addonName: 'eks-pod-identity-agent', kubernetesVersion: '1.34' }),
    );
    expect(addons).toHaveLength(1);
    expect(addons?.[0]?.addonVersions?.[0]).toMatchObject({
      addonVersion: 'v1.3.10-eksbuild.1',
      compatibilities: [{ clusterVersion: '1.34', platformVersions: ['*'], defaultVersion: true }],
    });
  });

  it('knows no other add-ons', async () => {
    const { client } = await aCluster();
    const { addons } = await client.send(new DescribeAddonVersionsCommand({ addonName: 'nothing' }));
    expect(addons).toEqual([]);
  });
});

describe('ListAddons', () => {
  it('pages over the names', async () => {
    const { client } = await aCluster();
    for (const addonName of ['coredns', 'kube-proxy', 'vpc-cni']) {
      await client.send(new CreateAddonCommand({ clusterName: 'c1', addonName }));
    }
    const first = await client.send(new ListAddonsCommand({ clusterName: 'c1', maxResults: 2 }));
    await client.send(new DeleteAddonCommand({ clusterName: 'c1', addonName: 'coredns' }));
    const second = await client.send(
      new ListAddonsCommand({ clusterName: 'c1', nextToken: first.nextToken }),
    );
    expect([first.addons, second.addons]).toEqual([['coredns', 'kube-proxy'], ['vpc-cni']]);
  });
});
