import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  TagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { TagRoleCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { readEvent } from '#events/inbound/read-event.ts';
import { EKS_CALLS_PATTERN, IAM_CALLS_PATTERN } from '#events/patterns.ts';
import { compileEventPattern } from '#sandbox/eventbridge/event-pattern.ts';
import { aRunningSandbox, putRole, refusalOf } from '#test/builders/running-sandbox.ts';

const ROLE = 'arn:aws:iam::111122223333:role/r1';
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const CLUSTER = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' };

describe('what the sandbox records of calls', () => {
  it('passes the patterns, is read, and names the association and who did it', async () => {
    const sandbox = await aRunningSandbox();
    putRole(sandbox.world.iam('111122223333'), 'r1');
    sandbox.world.eks('111122223333', 'eu-west-1').addCluster({ name: 'c1' });
    const eks = sandbox.eks();
    const create = { clusterName: 'c1', ...KEY, roleArn: ROLE, clientRequestToken: 't1' };
    const { association } = await eks.send(new CreatePodIdentityAssociationCommand(create));
    const { associationId = '', associationArn = '' } = association ?? {};
    const named = { clusterName: 'c1', associationId };
    await eks.send(new UpdatePodIdentityAssociationCommand({ ...named, disableSessionTags: true }));
    await eks.send(new TagResourceCommand({ resourceArn: associationArn, tags: { a: 'b' } }));
    await eks.send(new DeletePodIdentityAssociationCommand(named));
    await sandbox.iam().send(new TagRoleCommand({ RoleName: 'r1', Tags: [{ Key: 'a', Value: 'b' }] }));
    await refusalOf(eks.send(new DeletePodIdentityAssociationCommand(named)));

    const rules = [EKS_CALLS_PATTERN, IAM_CALLS_PATTERN].map((pattern) =>
      compileEventPattern(JSON.stringify(pattern)),
    );
    const events = sandbox.world.trail.events().map(({ event }) => event);
    const delivered = events.filter((event) => rules.some((rule) => rule.matches(event)));
    const ours = {
      kind: 'keys',
      cluster: CLUSTER,
      principal: { text: expect.stringMatching(/^user sandbox/) },
    };
    expect(events).toHaveLength(6);
    expect(delivered.map((event) => readEvent(JSON.stringify(event)))).toEqual([
      expect.objectContaining({
        kind: 'keys',
        change: 'created',
        clientRequestToken: 't1',
        keys: [{ ...KEY, associationId }],
      }),
      expect.objectContaining({ kind: 'keys', change: 'updated', keys: [{ ...KEY, associationId }] }),
      expect.objectContaining({ kind: 'keys', change: 'tagged', keys: [{ associationId }] }),
      expect.objectContaining({ kind: 'keys', change: 'deleted', keys: [{ ...KEY, associationId }] }),
      expect.objectContaining({ kind: 'role', change: 'tags', roleName: 'r1', account: '111122223333' }),
    ]);
    for (const event of delivered.slice(0, 4)) expect(readEvent(event)).toMatchObject(ours);
    expect(readEvent(events.at(-1))).toMatchObject({ kind: 'nothing', reason: 'failedCall' });
  });
});
