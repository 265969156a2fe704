import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENT_ADDON } from '#shared/ports/addons.ts';
import { POD_IDENTITY_TRUST_POLICY } from '#test/fakes/fake-roles.ts';
import { CLUSTER, type EksWorld, NO_CLUSTER, ROLES } from './eks-world.ts';

const GIVEN_UP = { signal: AbortSignal.abort() };

async function listClusters(world: EksWorld, region: string): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const page of world.clusters.list({ ...CLUSTER, region })) pages.push([...page]);
  return pages;
}

/** What a caller of Clusters, Addons, Roles and Caller may rely on (facts §3, §9). */
export function surroundingsContract(name: string, start: () => Promise<EksWorld>): void {
  describe(`what surrounds associations: ${name}`, () => {
    let world: EksWorld;
    beforeEach(async () => {
      world = await start();
    });
    afterEach(() => world.stop());

    it('lists the clusters of one region', async () => {
      expect(await listClusters(world, 'eu-west-1')).toEqual([['c1']]);
      expect(await listClusters(world, 'us-east-1')).toEqual([[]]);
    });

    it('describes a cluster', async () => {
      const described = await world.clusters.describe(CLUSTER);
      expect(described).toEqual({
        ...CLUSTER,
        arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/c1',
        createdAt: expect.any(Number),
        status: 'ACTIVE',
        version: '1.34',
        platformVersion: expect.stringMatching(/^eks\.\d+$/),
        tags: { team: 'platform' },
        autoMode: false,
      });
    });

    it('answers nothing for a cluster that is not there', async () => {
      expect(await world.clusters.describe(NO_CLUSTER)).toBeUndefined();
    });

    it('describes the agent, and answers nothing where there is none', async () => {
      expect(await world.addons.describe(CLUSTER, AGENT_ADDON)).toBeUndefined();
      world.addAgent();
      expect(await world.addons.describe(CLUSTER, AGENT_ADDON)).toEqual({
        addonName: AGENT_ADDON,
        addonArn: expect.stringMatching(
          /^arn:aws:eks:eu-west-1:111122223333:addon\/c1\/eks-pod-identity-agent\/./,
        ),
        status: 'ACTIVE',
        addonVersion: expect.stringMatching(/^v\d/),
        healthIssues: [],
      });
    });

    it('tells an add-on that is not there from a cluster that is not', async () => {
      await expect(world.addons.describe(NO_CLUSTER, AGENT_ADDON)).rejects.toMatchObject({
        name: 'cluster.notFound',
      });
    });

    it('reads a role, with its trust policy decoded', async () => {
      const role = await world.roles.get(CLUSTER.account, 'app-one');
      expect(role).toEqual({
        roleArn: ROLES.accepted,
        roleName: 'app-one',
        trustPolicy: expect.any(String),
        tags: { team: 'payments' },
        createdAt: expect.any(Number),
      });
      expect(JSON.parse(role?.trustPolicy ?? '')).toEqual(JSON.parse(POD_IDENTITY_TRUST_POLICY));
    });

    it('finds a role whatever the case of its name, as IAM does', async () => {
      expect(await world.roles.get(CLUSTER.account, 'App-One')).toMatchObject({ roleArn: ROLES.accepted });
    });

    it('answers nothing for a role that is not there', async () => {
      expect(await world.roles.get(CLUSTER.account, 'nobody')).toBeUndefined();
    });

    it('knows who calls', async () => {
      const identity = await world.caller.identity();
      expect(identity).toMatchObject({ partition: 'aws', account: '111122223333' });
      expect(identity.arn).toMatch(/^arn:aws:(iam|sts)::111122223333:/);
    });

    it.each<[what: string, call: () => Promise<unknown>]>([
      ['list clusters', () => world.clusters.list(CLUSTER, GIVEN_UP)[Symbol.asyncIterator]().next()],
      ['describe a cluster', () => world.clusters.describe(CLUSTER, GIVEN_UP)],
      ['describe an add-on', () => world.addons.describe(CLUSTER, AGENT_ADDON, GIVEN_UP)],
      ['get a role', () => world.roles.get(CLUSTER.account, 'app-one', GIVEN_UP)],
      ['ask who calls', () => world.caller.identity(GIVEN_UP)],
    ])('does not %s for somebody who has given up', async (_, call) => {
      await expect(call()).rejects.toMatchObject({ name: 'cancelled' });
    });
  });
}
