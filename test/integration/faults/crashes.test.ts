import { DeletePodIdentityAssociationCommand } from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#sandbox/clock.ts';
import { createWorld } from '#sandbox/create-world.ts';
import {
  API,
  aHubInTheSandbox,
  type HubInTheSandbox,
  RIGHT_ROLE,
} from '#test/builders/a-hub-in-the-sandbox.ts';

/**
 * The association is right, the registry knows it, the audit tells of one repair after the release, nobody has to act, and
 * nothing waits or was given up.
 */
async function expectRepaired(hub: HubInTheSandbox): Promise<void> {
  expect(await hub.associations()).toEqual([expect.objectContaining({ ...API, roleArn: RIGHT_ROLE })]);
  const { associationId } = await hub.association();
  expect((await hub.item())?.record).toMatchObject({ associationId, observedRevision: '1' });
  const written = await hub.audit('associationWritten');
  expect(written.map(({ step }) => step)).toEqual([expect.stringMatching(/^(update|create)$/), 'create']);
  expect(written[0]?.drift).toEqual([expect.stringMatching(/^(roleDrift|missing)$/)]);
  expect(await hub.openFindings()).toEqual([]);
  expect(hub.waiting()).toEqual({});
}

const crashed = (hub: HubInTheSandbox) => hub.played.cloud.journal.entries('crashed').length;

describe('a function that crashes', () => {
  it.each([
    { when: 'before its handler began', crash: { when: 'before', invocation: 1 } },
    { when: 'after its handler had ended', crash: { when: 'after', invocation: 1 } },
    {
      when: 'between the write to EKS and the one to the registry',
      crash: { when: 'during', call: 'eks:UpdatePodIdentityAssociation', nth: 1 },
    },
    {
      when: 'when the intent is noted down and nothing is done yet',
      crash: { when: 'during', call: 'dynamodb:TransactWriteItems', nth: 1 },
    },
    {
      when: 'when the registry knows it and nobody was told',
      crash: { when: 'during', call: 'dynamodb:TransactWriteItems', nth: 2 },
    },
  ] as const)('$when, has its work done once, whoever takes it up', async ({ crash }) => {
    const hub = await aHubInTheSandbox();
    hub.function('reconcile-associations').crashOn(crash);
    await hub.swapRole();
    await hub.played.cloud.advance(3_600_000);
    expect(crashed(hub)).toBe(1);
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    await expectRepaired(hub);
  });

  it('when an association was made, makes no second one', async () => {
    const hub = await aHubInTheSandbox();
    const crash = { when: 'during', call: 'eks:CreatePodIdentityAssociation', nth: 1 } as const;
    hub.function('reconcile-associations').crashOn(crash);
    await hub.deleteAssociation();
    await hub.played.cloud.advance(3_600_000);
    expect(crashed(hub)).toBe(1);
    expect(hub.writes()).toEqual(['CreatePodIdentityAssociation']);
    await expectRepaired(hub);
  });

  it.each([
    { name: 'detect-drift', call: 'sqs:SendMessageBatch' },
    { name: 'dispatch-outbox', call: 'events:PutEvents' },
  ] as const)(
    '$name, when what it sends was sent, does no harm by sending it again',
    async ({ name, call }) => {
      const hub = await aHubInTheSandbox();
      hub.function(name).crashOn({ when: 'during', call, nth: 1 });
      await hub.swapRole();
      await hub.played.cloud.advance(3_600_000);
      expect(crashed(hub)).toBe(1);
      expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
      await expectRepaired(hub);
    },
  );
});

describe('an answer of EKS that is lost', () => {
  it.each([
    { operation: 'UpdatePodIdentityAssociation', act: (hub: HubInTheSandbox) => hub.swapRole() },
    { operation: 'CreatePodIdentityAssociation', act: (hub: HubInTheSandbox) => hub.deleteAssociation() },
  ])(
    'is found out by looking again, and $operation is asked for again by its token',
    async ({ operation, act }) => {
      const hub = await aHubInTheSandbox();
      const event = await hub.unheard(() => act(hub));
      hub.played.world.switches.set({ loseAnswers: { next: 1, actions: [`eks:${operation}`] } });
      await hub.deliver(event);
      await hub.played.cloud.advance(3_600_000);
      // Asked again with the same token: EKS answers as it would have the first time.
      expect(hub.writes()).toEqual([operation, operation]);
      const tokens = hub.events().map(({ detail }) => detail.requestParameters?.['clientRequestToken']);
      expect(new Set(tokens.slice(-2)).size).toBe(1);
      await expectRepaired(hub);
    },
  );
});

describe('EKS asking to slow down', () => {
  it('for a minute, is waited out, and then the drift is put right', async () => {
    // Time has to pass: calls give up by the clock.
    const hub = await aHubInTheSandbox({ world: createWorld({ clock: systemClock() }) });
    const swapped = await hub.unheard(() => hub.swapRole());
    hub.played.world.switches.set({ throttle: { ratePerSecond: 0.001, burst: 1, actions: ['eks:*'] } });
    // Somebody else takes the one read and the one write that there are.
    await hub.associations().catch(() => undefined);
    const gone = { clusterName: 'c1', associationId: 'a-gone' };
    await hub.eks.send(new DeletePodIdentityAssociationCommand(gone)).catch(() => undefined);
    await hub.deliver(swapped);
    await hub.played.cloud.advance(60_000);
    expect(hub.writes()).toEqual([]);
    expect(hub.metric('throttled')).toBeGreaterThan(0);
    hub.played.world.switches.set({});
    await hub.played.cloud.advance(3_600_000);
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    await expectRepaired(hub);
  });
});

describe('two workers', () => {
  it('on the same key at once put it right once', async () => {
    const hub = await aHubInTheSandbox();
    await hub.unheard(() => hub.swapRole());
    const message = JSON.stringify({
      version: 1,
      cluster: { partition: 'aws', account: '444455556666', region: 'eu-west-1', name: 'c1' },
      keys: [API],
      why: 'a test',
    });
    // A group is one worker's; in a group each they are handled side by side, as a cluster's never are.
    const both = ['one', 'other'].map((group) => hub.send('reconcile.fifo', message, group));
    await Promise.all(both);
    await hub.played.cloud.advance(60_000);
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    await expectRepaired(hub);
  });
});
