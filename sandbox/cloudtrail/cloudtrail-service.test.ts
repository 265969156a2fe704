import { CreatePodIdentityAssociationCommand, EKSClient, TagResourceCommand } from '@aws-sdk/client-eks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ACCOUNT, aRunningCloud, REGION, refusing } from '#test/builders/a-cloud.ts';
import { jsonCall } from '#test/builders/json-call.ts';
import { putRole } from '#test/builders/running-sandbox.ts';
import { aWorld, NOON } from '#test/builders/sandbox-call.ts';

const SERVICE = [
  'cloudtrail',
  'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents',
] as const;

/** A history of two calls to EKS: one made an association at noon, one put a tag on it ten seconds later. */
async function aHistory() {
  const world = aWorld();
  const roleArn = putRole(world.iam(ACCOUNT), 'app');
  world.eks(ACCOUNT, REGION).addCluster({ name: 'c1' });
  const { cloud, url } = await aRunningCloud({ world });
  const eks = new EKSClient({
    endpoint: url,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'any' },
  });
  onTestFinished(() => eks.destroy());
  const made = await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName: 'c1',
      namespace: 'a',
      serviceAccount: 'b',
      roleArn,
    }),
  );
  await cloud.advance(10_000);
  await eks.send(
    new TagResourceCommand({ resourceArn: made.association?.associationArn, tags: { team: 'x' } }),
  );
  const lookup = async (input: object) => {
    const { body } = await jsonCall(url, ...SERVICE, input);
    const events = (body['Events'] ?? []) as { EventName: string; CloudTrailEvent: string }[];
    return { body, events, names: events.map(({ EventName }) => EventName) };
  };
  return { lookup, url };
}

const by = (AttributeKey: string, AttributeValue: string) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});

describe('cloudtrail LookupEvents', () => {
  it.each([
    { input: {}, names: ['TagResource', 'CreatePodIdentityAssociation'] },
    { input: by('EventSource', 'eks.amazonaws.com'), names: ['TagResource', 'CreatePodIdentityAssociation'] },
    { input: by('EventSource', 'iam.amazonaws.com'), names: [] },
    { input: by('EventName', 'TagResource'), names: ['TagResource'] },
    { input: by('Username', 'sandbox'), names: ['TagResource', 'CreatePodIdentityAssociation'] },
    { input: { StartTime: NOON / 1000 + 1 }, names: ['TagResource'] },
    { input: { EndTime: NOON / 1000 + 1 }, names: ['CreatePodIdentityAssociation'] },
  ])('answers what is meant, the newest first: $input', async ({ input, names }) => {
    const { lookup } = await aHistory();
    expect((await lookup(input)).names).toEqual(names);
  });

  it('answers in pages, with the whole record as text', async () => {
    const { lookup } = await aHistory();
    const first = await lookup({ MaxResults: 1 });
    const second = await lookup({ MaxResults: 1, NextToken: first.body['NextToken'] });
    expect([first.names, second.names, second.body['NextToken']]).toEqual([
      ['TagResource'],
      ['CreatePodIdentityAssociation'],
      undefined,
    ]);
    expect(JSON.parse(second.events[0]?.CloudTrailEvent ?? '')).toMatchObject({
      requestParameters: { name: 'c1' },
    });
  });

  it.each([
    { input: by('AccessKeyId', 'AKIA'), says: /AttributeKey/ },
    { input: { MaxResults: 51 }, says: /MaxResults/ },
    { input: { NextToken: 'x' }, says: /NextToken/ },
  ])('refuses what it cannot look up by: $input', async ({ input, says }) => {
    const { lookup } = await aHistory();
    expect((await lookup(input)).body['message']).toMatch(says);
  });

  it('asks the front door', async () => {
    const { url } = await aRunningCloud({ authorize: refusing('cloudtrail:LookupEvents').authorize });
    const { status, body } = await jsonCall(url, ...SERVICE, {});
    expect([status, body['__type']]).toEqual([400, 'AccessDeniedException']);
  });
});
