import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreatePodIdentityAssociationCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freeze, unfreeze } from '#shared/app/registry/freeze.ts';
import { keyOf } from '#shared/aws/registry/item-keys.ts';
import type { ItemRef } from '#shared/domain/registry/item-ref.ts';
import { physicalName } from '#shared/runtime/names.ts';
import {
  API,
  ASKED,
  aHubInTheSandbox,
  CLUSTER_ARN,
  HUB,
  type HubInTheSandbox,
  INSTALLATION,
  REGION,
  RIGHT_ROLE,
  WRONG_ROLE,
} from '#test/builders/a-hub-in-the-sandbox.ts';

/** Somebody who may do everything with the hub's tables, and did. */
function anEraser({ played }: HubInTheSandbox) {
  const credentials = { accessKeyId: HUB, secretAccessKey: 'any' };
  const client = new DynamoDBClient({ endpoint: played.url, region: REGION, credentials });
  onTestFinished(() => client.destroy());
  const TableName = physicalName(INSTALLATION, 'registry');
  const erase = (pk: string, sk: string) =>
    client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: sk } } }));
  return {
    async item(ref: ItemRef): Promise<void> {
      const { pk, sk } = keyOf(ref);
      await erase(pk, sk);
    },
    /** All items but those of which `keeps` says so. */
    async everything(keeps: (pk: string) => boolean = () => false): Promise<void> {
      const { Items = [] } = await client.send(new ScanCommand({ TableName }));
      for (const { pk, sk } of Items) {
        if (pk?.S !== undefined && sk?.S !== undefined && !keeps(pk.S)) await erase(pk.S, sk.S);
      }
    },
  };
}

describe('a registry that lost something', () => {
  it('deletes nothing when it lost everything', async () => {
    const hub = await aHubInTheSandbox();
    await anEraser(hub).everything();
    await hub.swapRole();
    await hub.played.cloud.advance(3_600_000);
    expect(hub.writes()).toEqual([]);
    expect(await hub.association()).toMatchObject({ ...API, roleArn: WRONG_ROLE });
    expect((await hub.openFindings()).map(({ kind }) => kind)).toEqual(['unknownCluster']);
    expect(hub.waiting()).toEqual({});
  });

  it.each([
    { what: 'all it knew of the associations', keeps: (pk: string) => !pk.startsWith(`C#${CLUSTER_ARN}#`) },
    { what: 'everything but the cluster', keeps: (pk: string) => pk === `C#${CLUSTER_ARN}` },
  ])('deletes and changes nothing when it lost $what, and says whose they seem to be', async ({ keeps }) => {
    const hub = await aHubInTheSandbox();
    await anEraser(hub).everything(keeps);
    await hub.lookAtAll();
    await hub.swapRole();
    await hub.played.cloud.advance(3_600_000);
    expect(hub.writes()).toEqual([]);
    expect(await hub.association()).toMatchObject({ ...API, roleArn: WRONG_ROLE });
    expect(await hub.openFindings()).toEqual([expect.objectContaining({ kind: 'unmanaged', key: API })]);
  });

  it('goes on enforcing what was released when only the mapping is missing', async () => {
    const hub = await aHubInTheSandbox();
    await anEraser(hub).item({ type: 'mapping', key: { ...API, clusterSet: 'default' } });
    await hub.lookAtAll();
    expect(hub.writes()).toEqual([]);
    await hub.swapRole();
    await hub.played.quiet();
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    expect(await hub.association()).toMatchObject({ roleArn: RIGHT_ROLE });
  });
});

describe('our tag', () => {
  const OURS = { 'rolecall.dev/installation': 'sandbox', 'rolecall.dev/mapping': 'default/payments/batch' };

  it('on an association of a stranger makes it a finding, and nobody touches it', async () => {
    const hub = await aHubInTheSandbox();
    const batch = { namespace: 'payments', serviceAccount: 'batch' };
    await hub.eks.send(
      new CreatePodIdentityAssociationCommand({
        clusterName: 'c1',
        ...batch,
        roleArn: WRONG_ROLE,
        tags: OURS,
      }),
    );
    await hub.lookAtAll();
    expect(hub.writes()).toEqual([]);
    expect(await hub.associations()).toContainEqual(
      expect.objectContaining({ ...batch, roleArn: WRONG_ROLE, tags: OURS }),
    );
    const [finding, ...others] = await hub.openFindings();
    expect(finding).toMatchObject({ kind: 'unmanaged', key: batch });
    expect(finding?.message).toBe(
      'bears our tag, but nothing else says that we made or adopted it: left alone',
    );
    expect(others).toEqual([]);
  });

  it('put on one that was there before does not make it ours either', async () => {
    const hub = await aHubInTheSandbox();
    const batch = { namespace: 'payments', serviceAccount: 'batch' };
    const { association } = await hub.eks.send(
      new CreatePodIdentityAssociationCommand({ clusterName: 'c1', ...batch, roleArn: WRONG_ROLE }),
    );
    await hub.played.quiet();
    await hub.eks.send(new TagResourceCommand({ resourceArn: association?.associationArn, tags: OURS }));
    await hub.lookAtAll();
    expect(hub.writes()).toEqual([]);
    expect(await hub.openFindings()).toEqual([expect.objectContaining({ kind: 'unmanaged', key: batch })]);
  });

  it('taken off one of ours is put on again, whatever else was changed', async () => {
    const hub = await aHubInTheSandbox();
    const { associationArn } = await hub.association();
    await hub.swapRole();
    await hub.eks.send(
      new UntagResourceCommand({ resourceArn: associationArn, tagKeys: ['rolecall.dev/installation'] }),
    );
    await hub.played.cloud.advance(60_000);
    expect(await hub.association()).toMatchObject({
      roleArn: RIGHT_ROLE,
      tags: { 'rolecall.dev/installation': 'sandbox', 'rolecall.dev/mapping': 'default/payments/api' },
    });
    expect(hub.waiting()).toEqual({});
  });
});

describe('frozen', () => {
  it('writes nothing, sees everything, and puts it right when writes go on', async () => {
    const hub = await aHubInTheSandbox();
    await freeze(hub.registry, ASKED);
    await hub.swapRole();
    await hub.played.cloud.advance(3_600_000);
    expect(hub.writes()).toEqual([]);
    expect(await hub.association()).toMatchObject({ roleArn: WRONG_ROLE });
    expect(await hub.openFindings()).toEqual([
      expect.objectContaining({
        kind: 'roleDrift',
        key: API,
        cause: expect.objectContaining({ eventName: 'UpdatePodIdentityAssociation' }),
      }),
    ]);
    expect(hub.metric('frozen')).toBeGreaterThan(0);
    await unfreeze(hub.registry, ASKED);
    // Now, and not when it is next looked at for another reason.
    await hub.played.quiet();
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    expect(await hub.association()).toMatchObject({ roleArn: RIGHT_ROLE });
    expect(await hub.openFindings()).toEqual([]);
    await hub.played.cloud.advance(3_600_000);
    expect(hub.waiting()).toEqual({});
  });
});

describe('a cluster that was deleted and made again', () => {
  it('unheard is met as a new one, and nothing on it is taken for ours', async () => {
    const hub = await aHubInTheSandbox();
    await hub.unheard(() => hub.remakeCluster());
    await hub.eks.send(
      new CreatePodIdentityAssociationCommand({ clusterName: 'c1', ...API, roleArn: WRONG_ROLE }),
    );
    await hub.played.cloud.advance(3_600_000);
    expect(hub.writes()).toEqual([]);
    expect(await hub.association()).toMatchObject({ ...API, roleArn: WRONG_ROLE });
    expect(await hub.audit('enrolmentRequested')).toEqual([expect.objectContaining({ by: 'reconcile' })]);
    expect(await hub.audit('clusterRetired')).toHaveLength(1);
    expect(await hub.openFindings()).toEqual([expect.objectContaining({ kind: 'unmanaged', key: API })]);
    expect(hub.waiting()).toEqual({});
  });
});
