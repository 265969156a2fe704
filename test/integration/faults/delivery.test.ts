import { TagResourceCommand } from '@aws-sdk/client-eks';
import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { allClusters } from '#shared/app/registry/all-clusters.ts';
import { requestReconcile } from '#shared/app/registry/request-reconcile.ts';
import { physicalName } from '#shared/runtime/names.ts';
import {
  API,
  ASKED,
  aHubInTheSandbox,
  HUB,
  type HubInTheSandbox,
  INSTALLATION,
  REGION,
  RIGHT_ROLE,
} from '#test/builders/a-hub-in-the-sandbox.ts';

async function expectRight(hub: HubInTheSandbox): Promise<void> {
  expect(await hub.associations()).toEqual([expect.objectContaining({ ...API, roleArn: RIGHT_ROLE })]);
  expect(await hub.openFindings()).toEqual([]);
  expect(hub.waiting()).toEqual({});
}

/** EKS calls of Rolecall while something happens. */
async function eksCallsOf(hub: HubInTheSandbox, act: () => Promise<void>): Promise<number> {
  const count = () =>
    Object.entries(hub.played.callCounts((arn) => arn.includes('/rolecall-sandbox-spoke-')))
      .filter(([call]) => call.startsWith('eks:'))
      .reduce((sum, [, times]) => sum + times, 0);
  const before = count();
  await act();
  return count() - before;
}

describe('an event that is', () => {
  it.each([
    {
      what: 'that an association is gone',
      act: (hub: HubInTheSandbox) => hub.deleteAssociation(),
      write: 'CreatePodIdentityAssociation',
      laterMs: 60_000,
    },
    {
      // A listing does not tell it: each key is described once a day.
      what: 'that one has another role',
      act: (hub: HubInTheSandbox) => hub.swapRole(),
      write: 'UpdatePodIdentityAssociation',
      laterMs: 24 * 3_600_000,
    },
  ])('lost: a look at the whole cluster finds $what', async ({ act, write, laterMs }) => {
    const hub = await aHubInTheSandbox();
    await hub.unheard(() => act(hub));
    await hub.played.cloud.advance(laterMs);
    expect(hub.writes()).toEqual([]);
    await hub.lookAtAll();
    expect(hub.writes()).toEqual([write]);
    await expectRight(hub);
  });

  it('lost: whoever asks for a look has everything described, and all of it put right at once', async () => {
    const hub = await aHubInTheSandbox();
    await hub.unheard(() => hub.swapRole());
    await hub.played.cloud.advance(60_000);
    const clusters = await allClusters(hub.registry);
    expect(await requestReconcile(hub.registry, clusters, ASKED, { verify: 'full' })).toBe(1);
    await hub.played.quiet();
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    await expectRight(hub);
  });

  it('lost: the next one of the same key puts right what both would have told, once', async () => {
    const hub = await aHubInTheSandbox();
    await hub.unheard(() => hub.swapRole());
    await hub.played.cloud.advance(60_000);
    const { associationArn } = await hub.association();
    await hub.eks.send(new TagResourceCommand({ resourceArn: associationArn, tags: { seen: 'yes' } }));
    await hub.played.quiet();
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    await expectRight(hub);
  });

  it.each([
    { what: 'on its way to the bus', chaos: { trail: { duplicate: 1 } } },
    { what: 'on its way to the queue', chaos: { targets: { duplicate: 1 } } },
  ])('doubled $what leads to one repair, and to one entry in the audit', async ({ chaos }) => {
    const hub = await aHubInTheSandbox();
    const before = (await hub.audit('associationWritten')).length;
    hub.played.cloud.chaos.set(chaos);
    await hub.swapRole();
    await hub.played.cloud.advance(60_000);
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    expect((await hub.audit('associationWritten')).length).toBe(before + 1);
    await expectRight(hub);
  });

  it.each([
    { what: 'a quarter of an hour late', chaos: { trail: { delayMs: 900_000 } } },
    { what: 'out of order by up to a minute', chaos: { trail: { reorderMs: 60_000 }, seed: 7 } },
  ])('$what: what it tells is put right, whatever came before it', async ({ chaos }) => {
    const hub = await aHubInTheSandbox();
    hub.played.cloud.chaos.set(chaos);
    await hub.swapRole();
    await hub.played.cloud.advance(20_000);
    await hub.deleteAssociation();
    await hub.played.cloud.advance(3_600_000);
    await expectRight(hub);
  });

  it('an echo of ours that comes after a newer change by somebody else: the change is put right, the echo costs nothing', async () => {
    const hub = await aHubInTheSandbox();
    const first = await hub.unheard(() => hub.swapRole());
    const echo = await hub.unheard(() => hub.deliver(first));
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    await hub.played.cloud.advance(60_000);
    const second = await hub.unheard(() => hub.swapRole());

    // The stale echo first: it must not be taken for word of the newer change, nor cost a look.
    expect(await eksCallsOf(hub, () => hub.deliver(echo))).toBe(0);
    await hub.deliver(second);
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation', 'UpdatePodIdentityAssociation']);
    expect(await eksCallsOf(hub, () => hub.deliver(echo))).toBe(0);
    await hub.played.cloud.advance(60_000);
    await expectRight(hub);
  });
});

/** What people were told about dead letters of the reconcile queue, by way of the topic of the alarms. */
function toldOf({ played }: HubInTheSandbox): readonly string[] {
  return [...played.cloud.topics.values()]
    .flatMap((topic) => topic.published())
    .map(({ message }) => JSON.parse(message) as { AlarmName: string; NewStateValue: string })
    .filter(({ AlarmName }) => AlarmName === physicalName(INSTALLATION, 'reconcile-dead-letters'))
    .map(({ NewStateValue }) => NewStateValue);
}

describe('a message that was given up', () => {
  it('raises an alarm, tells people, and is done when somebody moves it back', async () => {
    const hub = await aHubInTheSandbox();
    const { cloud, world, url } = hub.played;
    const swapped = await hub.unheard(() => hub.swapRole());
    world.switches.set({ deny: [{ account: HUB, actions: ['dynamodb:TransactWriteItems'] }] });
    await hub.deliver(swapped);
    await cloud.advance(3 * 3_600_000);
    expect(hub.waiting()).toEqual({ 'rolecall-sandbox-reconcile-dead.fifo': 1 });
    expect(hub.writes()).toEqual([]);
    expect(toldOf(hub)).toEqual(['OK', 'ALARM']);

    world.switches.set({});
    const credentials = { accessKeyId: HUB, secretAccessKey: 'any' };
    const sqs = new SQSClient({ endpoint: url, region: REGION, credentials });
    onTestFinished(() => sqs.destroy());
    const SourceArn = `arn:aws:sqs:${REGION}:${HUB}:${physicalName(INSTALLATION, 'reconcile-dead.fifo')}`;
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await cloud.advance(10 * 60_000);
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    await expectRight(hub);
    expect(toldOf(hub)).toEqual(['OK', 'ALARM', 'OK']);
  });
});
