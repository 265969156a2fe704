import { describe, expect, it } from 'vitest';
import type { BusEvent } from '#sandbox/eventbridge/event.ts';
import {
  API,
  aHubInTheSandbox,
  type HubInTheSandbox,
  REGION,
  RIGHT_ROLE,
  SPOKE,
} from '#test/builders/a-hub-in-the-sandbox.ts';

/** An event as CloudTrail would send it to EventBridge, about the association of `payments/api`. */
function anEvent(detail: Readonly<Record<string, unknown>> = {}, changes: Partial<BusEvent> = {}): BusEvent {
  return {
    version: '0',
    id: '6f6e7f0e-0000-4000-8000-000000000001',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.eks',
    account: SPOKE,
    time: '2026-11-20T10:01:00Z',
    region: REGION,
    resources: [],
    detail: {
      eventVersion: '1.11',
      eventID: 'e-1',
      eventTime: '2026-11-20T10:01:00Z',
      eventSource: 'eks.amazonaws.com',
      eventName: 'UpdatePodIdentityAssociation',
      awsRegion: REGION,
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${SPOKE}:user/mallory` },
      requestParameters: { name: 'c1', associationId: 'a-unknown' },
      responseElements: null,
      readOnly: false,
      recipientAccountId: SPOKE,
      ...detail,
    },
    ...changes,
  };
}

/** Nothing was written to AWS, nothing waits anywhere, and what is there is right. */
async function expectUnharmed(hub: HubInTheSandbox): Promise<void> {
  expect(hub.writes()).toEqual([]);
  expect(hub.waiting()).toEqual({});
  expect(await hub.association()).toMatchObject({ ...API, roleArn: RIGHT_ROLE });
  expect(hub.played.cloud.metrics.total('AWS/Lambda', 'Errors')).toBe(0);
}

describe('an event that nobody can read', () => {
  it.each([
    { what: 'no JSON', body: '{"detail":', detail: 'not an event of EventBridge: it must be a JSON object' },
    {
      what: 'JSON that is no event',
      body: 'null',
      detail: 'not an event of EventBridge: it must be a JSON object',
    },
    {
      what: 'an event without a detail',
      body: JSON.stringify({ ...anEvent(), detail: 'nonsense' }),
      detail: 'not an event of EventBridge: detail must be an object',
    },
    {
      what: 'an event of nobody',
      body: JSON.stringify(anEvent({}, { source: 'acme.payroll' })),
      detail: 'no UpdatePodIdentityAssociation of acme.payroll is acted on',
    },
    {
      what: 'an event that was unknown when this was written',
      body: JSON.stringify(anEvent({ eventName: 'TransferPodIdentityAssociation' })),
      detail: 'no TransferPodIdentityAssociation of aws.eks is acted on',
    },
    {
      what: 'an event without a cluster',
      body: JSON.stringify(anEvent({ requestParameters: 'nonsense' })),
      detail: 'UpdatePodIdentityAssociation names no cluster',
    },
    {
      what: 'an event of a name that is none',
      body: JSON.stringify(anEvent({ eventName: 7 })),
      detail: 'no AWS API Call via CloudTrail of aws.eks is acted on',
    },
  ])('is written down and counted: $what', async ({ body, detail }) => {
    const hub = await aHubInTheSandbox();
    await hub.send('inbound', body);
    expect((await hub.audit('eventIgnored')).map((entry) => entry.detail)).toEqual([detail]);
    expect(hub.metric('eventUnreadable')).toBe(1);
    await expectUnharmed(hub);
  });
});

describe('an event of what is not ours', () => {
  it.each([
    { what: 'a cluster', account: SPOKE, name: 'c9' },
    { what: 'an account', account: '777788889999', name: 'c1' },
  ])(
    'becomes one finding that says how to enrol it, however often it comes: $what',
    async ({ account, name }) => {
      const hub = await aHubInTheSandbox();
      for (const eventID of ['e-1', 'e-2']) {
        const requestParameters = { name, associationId: 'a-1' };
        const event = anEvent({ eventID, requestParameters, recipientAccountId: account }, { account });
        await hub.send('inbound', JSON.stringify(event));
      }
      expect(await hub.openFindings()).toEqual([
        expect.objectContaining({
          kind: 'unknownCluster',
          clusterArn: `arn:aws:eks:${REGION}:${account}:cluster/${name}`,
          message: `${name} sends events, and nobody enrolled it: rolecall enrol ${name} --account ${account} --in-region ${REGION}; or take its rules away`,
        }),
      ]);
      await expectUnharmed(hub);
    },
  );

  it('is an association whose id nobody knows: the cluster is looked at as a whole, and nothing is written', async () => {
    const hub = await aHubInTheSandbox();
    const before = hub.played.callCounts()['eks:ListPodIdentityAssociations'] ?? 0;
    await hub.deliver(anEvent());
    expect(hub.played.callCounts()['eks:ListPodIdentityAssociations']).toBe(before + 1);
    expect(await hub.openFindings()).toEqual([]);
    await expectUnharmed(hub);
  });
});

describe('a very large event', () => {
  it('is dealt with as long as EventBridge and SQS take it: up to 1 MiB', async () => {
    const hub = await aHubInTheSandbox();
    const { associationId } = await hub.association();
    const swapped = await hub.unheard(() => hub.swapRole());
    const requestParameters = { ...swapped.detail.requestParameters, policy: 'x'.repeat(1_000_000) };
    await hub.deliver({ ...swapped, detail: { ...swapped.detail, requestParameters } });
    expect(hub.writes()).toEqual(['UpdatePodIdentityAssociation']);
    expect(await hub.association()).toMatchObject({ associationId, roleArn: RIGHT_ROLE });
    expect(hub.waiting()).toEqual({});
  });
});
