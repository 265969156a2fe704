import { describe, expect, it } from 'vitest';
import { DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { Wish } from '#shared/domain/wish.ts';
import { AGENT_ADDON } from '#shared/ports/addons.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { aTombstone, aWish } from '#test/builders/a-situation.ts';
import { A_ROLE, ANOTHER_ROLE, anAssociation, OUR_TAGS } from '#test/builders/an-association.ts';
import { FakeEks } from '#test/fakes/fake-eks.ts';
import { FakeRoles } from '#test/fakes/fake-roles.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { processMemory } from '../process-memory.ts';
import { DEFAULT_TIMES, type ReconcileSettings } from '../reconcile/settings.ts';
import { type ClusterReport, checkFleet, clusterWithoutRegistry, type FleetOptions } from './check-fleet.ts';
import { discoverClusters, type FoundCluster, namedClusters, placeText } from './discover-clusters.ts';
import type { PlaceReaders } from './fleet.ts';

const PLACE = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };
const API = { namespace: 'payments', serviceAccount: 'api' };
const WEB = { namespace: 'payments', serviceAccount: 'web' };
const settings: ReconcileSettings = {
  installation: 'hub',
  authority: 'recordOrTag',
  prune: 'off',
  verify: 'full',
  concurrency: 4,
  ...DEFAULT_TIMES,
  brake: DEFAULT_BRAKE,
};

/** One account and region with its own EKS and IAM. */
class PlaceWorld {
  readonly clock = new ManualClock({ autoAdvance: true });
  readonly eks = new FakeEks({ clock: this.clock });
  readonly roles = new FakeRoles();
  readonly readers: PlaceReaders;

  constructor(place = PLACE) {
    const { reader: podIdentity, clusters, addons } = this.eks;
    this.readers = { place, podIdentity, clusters, addons, roles: this.roles };
  }

  ref(name: string): ClusterRef {
    return { ...this.readers.place, name };
  }

  /** Makes a cluster on which `payments/api` is as wished, and nothing else is. */
  addCluster(name: string, changes: Parameters<FakeEks['addCluster']>[1] = {}): FoundCluster {
    this.eks.addCluster(this.ref(name), changes);
    this.eks.put(this.ref(name), API, { ...anAssociation(), tags: OUR_TAGS });
    return { ref: this.ref(name), readers: this.readers };
  }

  async check(
    found: readonly FoundCluster[],
    given: Partial<FleetOptions> & { readonly wishes?: readonly Wish[] } = {},
  ): Promise<ClusterReport[]> {
    const { wishes = [aWish()], ...options } = given;
    const desired = {
      wishes: async () =>
        new Map(
          wishes.map((wish) => [`${wish.mapping.namespace}/${wish.mapping.serviceAccount}` as const, wish]),
        ),
    };
    const deps = { desired, memory: processMemory(), clock: this.clock };
    const reports: ClusterReport[] = [];
    const all = checkFleet(deps, found, settings, { clusterConcurrency: 2, roles: 'none', ...options });
    for await (const report of all) reports.push(report);
    return reports;
  }
}

const kindsOf = (reports: readonly ClusterReport[]) => reports.map(({ kind, ref }) => `${ref.name} ${kind}`);

describe('checkFleet', () => {
  it('yields one report for each cluster, in the order given, whatever became of it', async () => {
    const world = new PlaceWorld();
    const clusters = ['c', 'a', 'd', 'b'].map((name) => world.addCluster(name));
    world.eks.removeCluster(world.ref('d'));
    world.eks.troubles.failNext('describeCluster', 'aws.accessDenied', { after: 1 });
    const reports = await world.check(clusters, { clusterConcurrency: 1 });
    expect(kindsOf(reports)).toEqual(['c checked', 'a unread', 'd none', 'b checked']);
    expect(reports[1]).toMatchObject({ failure: { code: 'aws.accessDenied' } });
  });

  it('counts the calls of each cluster by themselves', async () => {
    const world = new PlaceWorld();
    world.roles.add('111122223333', 'payments-api');
    const clusters = [world.addCluster('a'), world.addCluster('b')];
    world.eks.put(world.ref('b'), WEB, anAssociation());
    const [first, second] = await world.check(clusters, { roles: 'all' });
    expect(first?.calls).toEqual({
      'eks:DescribeAddon': 1,
      'eks:DescribeCluster': 1,
      'eks:DescribePodIdentityAssociation': 1,
      'eks:ListPodIdentityAssociations': 1,
      'iam:GetRole': 1,
    });
    expect(second?.calls).toMatchObject({ 'eks:DescribePodIdentityAssociation': 2, 'iam:GetRole': 1 });
  });

  it('reports as checked, and as unknown, what could be described and not listed', async () => {
    const world = new PlaceWorld();
    const cluster = world.addCluster('a');
    world.eks.troubles.deny('list');
    expect(await world.check([cluster])).toMatchObject([
      {
        kind: 'checked',
        check: {
          failures: [{ code: 'aws.accessDenied' }],
          decisions: [{ verdict: { kind: 'unknown', reason: 'clusterUnread' } }],
        },
      },
    ]);
  });

  it('reports as unread a cluster whose memory cannot be read, and does not hide a bug', async () => {
    const world = new PlaceWorld();
    const cluster = world.addCluster('a');
    const checkWith = (error: Error) => {
      const memory = { ...processMemory(), load: () => Promise.reject(error) };
      const deps = { desired: { wishes: async () => new Map() }, memory, clock: world.clock };
      return checkFleet(deps, [cluster], settings, { clusterConcurrency: 1, roles: 'none' }).next();
    };
    const failure = new AppError('file.unreadable', 'no memory', { retryable: false });
    expect((await checkWith(failure)).value).toMatchObject({ kind: 'unread', ref: { name: 'a' }, failure });
    await expect(checkWith(new Error('a bug'))).rejects.toThrow('a bug');
  });

  it('tells of each cluster as soon as it is done, and of its progress', async () => {
    const world = new PlaceWorld();
    const heard: string[] = [];
    await world.check([world.addCluster('a'), world.addCluster('b')], {
      clusterConcurrency: 1,
      onCluster: ({ ref }) => heard.push(`${ref.name} done`),
      onProgress: (ref, { described }) => heard.push(`${ref.name} ${described}`),
    });
    expect(heard).toEqual(['a 0', 'a 1', 'a done', 'b 0', 'b 1', 'b done']);
  });

  it('rejects when it is given up', async () => {
    const world = new PlaceWorld();
    const controller = new AbortController();
    const clusters = ['a', 'b', 'c'].map((name) => world.addCluster(name));
    world.eks.troubles.beforeNext('describe', () => controller.abort());
    await expect(world.check(clusters, { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it.each<{
    when: string;
    prepare: (world: PlaceWorld, ref: ClusterRef) => void;
    autoMode?: boolean;
    agent: object;
  }>([
    { when: 'there is no add-on', prepare: () => undefined, agent: { kind: 'noAddon' } },
    {
      when: 'the add-on is active',
      prepare: (world, ref) => world.eks.addAddon(ref, { addonName: AGENT_ADDON }),
      agent: { kind: 'ready' },
    },
    {
      when: 'the add-on is ill',
      prepare: (world, ref) =>
        world.eks.addAddon(ref, {
          addonName: AGENT_ADDON,
          status: 'DEGRADED',
          healthIssues: [
            { code: 'InsufficientNumberOfReplicas', message: '0 of 3' },
            { code: 'AccessDenied', message: 'no' },
          ],
        }),
      agent: {
        kind: 'degraded',
        status: 'DEGRADED',
        detail: 'InsufficientNumberOfReplicas: 0 of 3; AccessDenied: no',
      },
    },
    {
      when: 'the add-on is active and ill',
      prepare: (world, ref) =>
        world.eks.addAddon(ref, { addonName: AGENT_ADDON, healthIssues: [{ code: 'X', message: 'y' }] }),
      agent: { kind: 'degraded', status: 'ACTIVE', detail: 'X: y' },
    },
    {
      when: 'Auto Mode has it built in',
      prepare: (world) => world.eks.troubles.deny('describeAddon'),
      autoMode: true,
      agent: { kind: 'builtIn' },
    },
    {
      when: 'it cannot be asked for',
      prepare: (world) => world.eks.troubles.deny('describeAddon'),
      agent: { kind: 'unknown', failure: { code: 'aws.accessDenied' } },
    },
  ])('sees the agent when $when', async ({ prepare, autoMode = false, agent }) => {
    const world = new PlaceWorld();
    const cluster = world.addCluster('a', { autoMode });
    prepare(world, cluster.ref);
    expect(await world.check([cluster])).toMatchObject([{ kind: 'checked', agent }]);
  });
});

describe('clusterWithoutRegistry', () => {
  it.each([
    { tags: { env: 'prod' }, clusterSet: 'default' },
    { tags: { env: 'prod', 'rolecall.dev/cluster-set': 'lab' }, clusterSet: 'lab' },
  ])(
    'takes labels and cluster set $clusterSet from its tags, and may be written to',
    ({ tags, clusterSet }) => {
      const described = new PlaceWorld().eks.addCluster({ ...PLACE, name: 'a' }, { tags });
      const cluster = clusterWithoutRegistry(described);
      expect(cluster).toMatchObject({
        name: 'a',
        labels: tags,
        clusterSet,
        mode: 'enforce',
        status: 'ACTIVE',
      });
      expect(cluster).not.toHaveProperty('tags');
    },
  );
});

describe('inspectRoles', () => {
  const trusting = (action: readonly string[], condition?: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: action,
          ...(condition ? { Condition: condition } : {}),
        },
      ],
    });
  const BOTH = ['sts:AssumeRole', 'sts:TagSession'];

  async function findingsOf(
    prepare: (world: PlaceWorld) => void,
    given: Parameters<PlaceWorld['check']>[1] = {},
  ): Promise<readonly object[]> {
    const world = new PlaceWorld();
    prepare(world);
    const [report] = await world.check([world.addCluster('prod-1')], { roles: 'all', ...given });
    return report?.kind === 'checked' ? report.roleFindings : [];
  }

  it.each<{ when: string; prepare: (world: PlaceWorld) => void; finding?: string; message?: string }>([
    {
      when: 'the role is there and admits the service account',
      prepare: (world) => world.roles.add('111122223333', 'payments-api'),
    },
    {
      when: 'the role is gone',
      prepare: () => undefined,
      finding: 'roleMissing',
      message: `the role ${A_ROLE} does not exist: create it, or correct the mapping`,
    },
    {
      when: 'the role of that name has another path',
      prepare: (world) =>
        world.roles.add('111122223333', 'payments-api', {
          roleArn: 'arn:aws:iam::111122223333:role/p/payments-api',
        }),
      finding: 'roleMissing',
    },
    {
      when: 'the trust policy lacks an action',
      prepare: (world) =>
        world.roles.add('111122223333', 'payments-api', { trustPolicy: trusting(['sts:AssumeRole']) }),
      finding: 'trustPolicyInvalid',
      message: `the trust policy of ${A_ROLE} does not let EKS hand it to this service account: see rolecall explain --cluster prod-1 payments/api`,
    },
    {
      when: 'the trust policy is for another namespace',
      prepare: (world) => {
        const condition = { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'search' } };
        world.roles.add('111122223333', 'payments-api', { trustPolicy: trusting(BOTH, condition) });
      },
      finding: 'trustPolicyInvalid',
    },
    {
      when: 'the trust policy is for this namespace',
      prepare: (world) => {
        const condition = { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'payments' } };
        world.roles.add('111122223333', 'payments-api', { trustPolicy: trusting(BOTH, condition) });
      },
    },
    {
      when: 'the trust policy asks what nobody knows',
      prepare: (world) => {
        const condition = { StringEquals: { 'aws:SourceOrgID': 'o-1' } };
        world.roles.add('111122223333', 'payments-api', { trustPolicy: trusting(BOTH, condition) });
      },
      finding: 'trustUnknown',
    },
    {
      when: 'the role cannot be read',
      prepare: (world) => world.roles.troubles.deny('get'),
      finding: 'roleUnread',
    },
  ])('finds $finding when $when', async ({ prepare, finding, message }) => {
    const findings = await findingsOf(prepare);
    expect(findings).toMatchObject(finding ? [{ ...API, roleArn: A_ROLE, finding }] : []);
    if (message) expect(findings).toMatchObject([{ message }]);
  });

  const drifted = (world: PlaceWorld) => {
    world.roles.add('111122223333', 'unused');
  };
  const toBeWritten = aWish({ fields: anAssociation({ roleArn: ANOTHER_ROLE }) });
  it.each([
    { roles: 'none', wishes: [toBeWritten], found: [] },
    { roles: 'written', wishes: [toBeWritten], found: [ANOTHER_ROLE] },
    { roles: 'all', wishes: [toBeWritten], found: [ANOTHER_ROLE] },
    { roles: 'written', wishes: [aWish()], found: [] },
    { roles: 'all', wishes: [aWish()], found: [A_ROLE] },
    // What would be written, were it allowed, is of interest; what is to go is not.
    { roles: 'written', wishes: [{ ...toBeWritten, mode: 'observe' } as const], found: [ANOTHER_ROLE] },
    { roles: 'all', wishes: [aTombstone()], found: [] },
  ] as const)('looks at the roles of $roles: $found', async ({ roles, wishes, found }) => {
    const findings = await findingsOf(drifted, { roles, wishes });
    expect(findings).toMatchObject(found.map((roleArn) => ({ roleArn, finding: 'roleMissing' })));
  });

  it('reads each role once, however many use it', async () => {
    const world = new PlaceWorld();
    const cluster = world.addCluster('a');
    world.eks.put(cluster.ref, WEB, { ...anAssociation(), tags: OUR_TAGS });
    const wishes = [aWish(), aWish({ mapping: { clusterSet: 'default', ...WEB } })];
    const [report] = await world.check([cluster], { roles: 'all', wishes });
    expect(
      report?.kind === 'checked' && report.roleFindings.map(({ serviceAccount }) => serviceAccount),
    ).toEqual(['api', 'web']);
    expect(report?.calls['iam:GetRole']).toBe(1);
  });
});

describe('discoverClusters', () => {
  const somewhere = (account: string, region: string, names: readonly string[]) => {
    const world = new PlaceWorld({ partition: 'aws', account, region });
    for (const name of names) world.addCluster(name);
    return world;
  };
  const textOf = ({ ref }: FoundCluster) => `${placeText(ref)}/${ref.name}`;

  it('finds all clusters of all places, sorted, each with the readers of its place', async () => {
    const ireland = somewhere('111122223333', 'eu-west-1', ['b', 'a']);
    const virginia = somewhere('111122223333', 'us-east-1', ['a']);
    const other = somewhere('012345678901', 'us-east-1', ['z']);
    const { clusters, unread } = await discoverClusters(
      [virginia, ireland, other].map(({ readers }) => readers),
    );
    expect(clusters.map(textOf)).toEqual([
      '012345678901/us-east-1/z',
      '111122223333/eu-west-1/a',
      '111122223333/eu-west-1/b',
      '111122223333/us-east-1/a',
    ]);
    expect(clusters.map(({ readers }) => readers)).toEqual([
      other.readers,
      ireland.readers,
      ireland.readers,
      virginia.readers,
    ]);
    expect(unread).toEqual([]);
  });

  it('says which places it could not read, and keeps what it did read of them and of the others', async () => {
    const ireland = somewhere(
      '111122223333',
      'eu-west-1',
      Array.from({ length: 101 }, (_, index) => `c${index}`),
    );
    const virginia = somewhere('111122223333', 'us-east-1', ['a']);
    const closed = somewhere('111122223333', 'ap-south-1', ['a']);
    ireland.eks.troubles.failNext('listClusters', 'aws.unavailable', { after: 1 });
    closed.eks.troubles.deny('listClusters');
    const found = await discoverClusters([ireland, virginia, closed].map(({ readers }) => readers));
    expect(found.clusters).toHaveLength(101);
    expect(found.unread).toMatchObject([
      { place: { region: 'ap-south-1' }, failure: { code: 'aws.accessDenied' } },
      { place: { region: 'eu-west-1' }, failure: { code: 'aws.unavailable' } },
    ]);
  });

  it('rejects when it is given up', async () => {
    const { readers } = somewhere('111122223333', 'eu-west-1', ['a']);
    const signal = AbortSignal.abort();
    await expect(discoverClusters([readers], { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('namedClusters', () => {
  it('is every name in every place, sorted; whether it is there is seen later', () => {
    const ireland = new PlaceWorld();
    const virginia = new PlaceWorld({ ...PLACE, region: 'us-east-1' });
    const named = namedClusters([virginia.readers, ireland.readers], ['b', 'a']);
    expect(named.map(({ ref }) => `${ref.region} ${ref.name}`)).toEqual([
      'eu-west-1 a',
      'eu-west-1 b',
      'us-east-1 a',
      'us-east-1 b',
    ]);
    expect(named[0]?.readers).toBe(ireland.readers);
  });
});
