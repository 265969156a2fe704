import { describe, expect, it } from 'vitest';
import { formatKey, type KeyText } from '#shared/domain/key.ts';
import { bucketOf } from '#shared/domain/verification-bucket.ts';
import type { Learnt, Memory } from '#shared/ports/memory.ts';
import { ReconcileWorld } from '#test/builders/a-reconcile-world.ts';
import { aRecord, aTombstone, aWish } from '#test/builders/a-situation.ts';
import { A_ROLE, ADDON_ARN, ANOTHER_ROLE, anAssociation } from '#test/builders/an-association.ts';
import type { ClusterCheck } from './check-cluster.ts';

const API = 'payments/api';
const HOUR = 3_600_000;

/** What was decided for each key, with the reason where there is one. */
const verdictsOf = (check: ClusterCheck): Readonly<Record<string, string>> =>
  Object.fromEntries(
    check.decisions.map((decision) => {
      const { verdict } = decision;
      const detail = 'reason' in verdict ? verdict.reason : 'finding' in verdict ? verdict.finding : '';
      return [formatKey(decision), `${verdict.kind} ${detail}`.trim()];
    }),
  );

/** `count` associations of ours, all as wished. */
function wellKept(count: number): ReconcileWorld {
  const world = new ReconcileWorld();
  for (let index = 0; index < count; index += 1) {
    world.wish(`n/s${index}`);
    world.putOurs(`n/s${index}`);
  }
  return world;
}

/** With a memory that answers for earlier looks, and notes what it is told. */
function lasting(world: ReconcileWorld): Learnt[] {
  const saved: Learnt[] = [];
  const memory = world.memory;
  world.memory = {
    ...memory,
    lasting: true,
    save: (cluster, learnt) => {
      saved.push(learnt);
      return memory.save(cluster, learnt);
    },
  } satisfies Memory;
  return saved;
}

const callsOf = async (world: ReconcileWorld) => {
  const before = world.calls();
  const check = await world.check();
  const after = world.calls();
  const made = (operation: string) => (after[operation] ?? 0) - (before[operation] ?? 0);
  return {
    check,
    lists: made('eks:ListPodIdentityAssociations'),
    describes: made('eks:DescribePodIdentityAssociation'),
    writes: world.writes(),
  };
};

describe('checkCluster', () => {
  it('decides on every key that is wished for or there, sorted by key', async () => {
    const world = new ReconcileWorld();
    world.wish('n/right');
    world.putOurs('n/right');
    world.wish('n/drifted');
    world.putOurs('n/drifted', { roleArn: ANOTHER_ROLE });
    world.wish('n/missing');
    world.wish('n/equal');
    world.put('n/equal');
    world.wish('n/theirs');
    world.put('n/theirs', { tags: { 'eksctl.io/owner': 'x' } });
    world.wish('n/unmanaged');
    world.put('n/unmanaged', { roleArn: ANOTHER_ROLE });
    world.putOurs('n/orphan');
    world.put('n/strange');
    world.put('kube-system/ebs-csi', { ownerArn: ADDON_ARN });
    world.wishes.set(
      'n/wished-away',
      aTombstone({ mapping: { clusterSet: 'default', namespace: 'n', serviceAccount: 'wished-away' } }),
    );
    world.wishes.set('n/vague', {
      kind: 'unresolvable',
      mapping: { clusterSet: 'default', namespace: 'n', serviceAccount: 'vague' },
      problem: 'no label env',
    });
    const check = await world.check();
    expect(Object.keys(verdictsOf(check))).toEqual([
      'kube-system/ebs-csi',
      'n/drifted',
      'n/equal',
      'n/missing',
      'n/orphan',
      'n/right',
      'n/strange',
      'n/theirs',
      'n/unmanaged',
      'n/vague',
      'n/wished-away',
    ]);
    expect(verdictsOf(check)).toEqual({
      'kube-system/ebs-csi': 'report addonOwned',
      'n/drifted': 'update',
      'n/equal': 'adopt',
      'n/missing': 'create',
      'n/orphan': 'hold pruneOff',
      'n/right': 'converged',
      'n/strange': 'report unmanaged',
      'n/theirs': 'report foreign',
      'n/unmanaged': 'report unmanaged',
      'n/vague': 'unknown desiredUnreadable',
      'n/wished-away': 'converged',
    });
    expect(check.associations).toBe(8);
    expect(check.failures).toEqual([]);
    expect(world.writes()).toBe(0);
  });

  it('takes what vanished between List and Describe for absent', async () => {
    const world = wellKept(1);
    world.eks.troubles.beforeNext('describe', () => {
      world.eks.remove(world.cluster, world.find('n/s0')?.associationId ?? '');
    });
    const check = await world.check();
    expect(verdictsOf(check)).toEqual({ 'n/s0': 'create' });
    expect(check.associations).toBe(0);
  });

  it('is not confused by a listing that shows what was replaced after what replaced it', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    const old = world.putOurs(API);
    world.eks.remove(world.cluster, old.associationId);
    const current = world.putOurs(API);
    const { list } = world.eks.reader;
    Object.assign(world.eks.reader, {
      async *list(...call: Parameters<typeof list>) {
        yield* list(...call);
        yield [old];
      },
    });
    const check = await world.check();
    expect(check.decisions).toMatchObject([
      { verdict: { kind: 'converged', observed: { associationId: current.associationId } } },
    ]);
  });

  it('rejects when it cannot know what is wished for, or what was', async () => {
    const world = wellKept(1);
    world.memory = { ...world.memory, load: () => Promise.reject(new Error('no memory')) };
    await expect(world.check()).rejects.toThrow('no memory');
  });

  it('tells how far it has come', async () => {
    const world = wellKept(101);
    const heard: string[] = [];
    await world.check({ onProgress: ({ listed, described }) => heard.push(`${listed} ${described}`) });
    expect(heard[0]).toBe('100 0');
    expect(heard.at(-1)).toBe('101 101');
  });

  it('rejects when it is given up, and blames nobody', async () => {
    const world = wellKept(3);
    const controller = new AbortController();
    world.eks.troubles.beforeNext('describe', () => controller.abort());
    await expect(world.check({ call: { signal: controller.signal } })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('checkCluster, when not everything can be read', () => {
  it('calls nothing clean that was not read, creates nothing, and deletes nothing', async () => {
    const world = wellKept(150);
    world.settings = { ...world.settings, prune: 'unwished' };
    world.putOurs('a/orphan');
    world.wish('n/missing');
    world.eks.troubles.failNext('list', 'aws.unavailable', { after: 1 });
    const check = await world.check();
    const verdicts = Object.values(verdictsOf(check));
    // The orphan was put last, and so is on the page that was not read: of the 150, 100 were listed.
    expect(verdicts.filter((verdict) => verdict === 'converged')).toHaveLength(100);
    expect(verdicts.filter((verdict) => verdict === 'unknown clusterUnread')).toHaveLength(51);
    expect(check.failures).toMatchObject([{ code: 'aws.unavailable' }]);
  });

  it('holds deletes of what it did read', async () => {
    const world = wellKept(0);
    world.settings = { ...world.settings, prune: 'unwished' };
    world.putOurs('a/orphan');
    for (let index = 0; index < 100; index += 1) world.put(`n/s${index}`);
    world.eks.troubles.failNext('list', 'aws.throttled', { after: 1 });
    expect(verdictsOf(await world.check())['a/orphan']).toBe('hold clusterPartlyRead');
  });

  it.each([
    { operation: 'list', code: 'aws.accessDenied', verdict: 'unknown clusterUnread' },
    { operation: 'describe', code: 'aws.accessDenied', verdict: 'unknown describeFailed' },
    { operation: 'list', code: 'aws.throttled', verdict: 'unknown clusterUnread' },
    { operation: 'describe', code: 'aws.malformedAnswer', verdict: 'unknown describeFailed' },
  ] as const)(
    'knows nothing when every $operation fails with $code',
    async ({ operation, code, verdict }) => {
      const world = wellKept(3);
      world.eks.troubles.failNext(operation, code, { times: 1_000 });
      const check = await world.check();
      expect(verdictsOf(check)).toEqual({ 'n/s0': verdict, 'n/s1': verdict, 'n/s2': verdict });
      expect(check.decisions[0]?.reason).toContain(code);
      expect(check.failures).toMatchObject([{ code }]);
    },
  );

  it('knows all the others when one describe fails, and prunes nothing', async () => {
    const world = wellKept(3);
    world.settings = { ...world.settings, concurrency: 1, prune: 'unwished' };
    world.putOurs('n/orphan');
    world.eks.troubles.failNext('describe', 'aws.timeout', { after: 1 });
    expect(verdictsOf(await world.check())).toEqual({
      'n/orphan': 'hold clusterPartlyRead',
      'n/s0': 'converged',
      'n/s1': 'unknown describeFailed',
      'n/s2': 'converged',
    });
  });

  it('does not know what became of a key that it remembers and nobody wishes for', async () => {
    const world = new ReconcileWorld();
    await world.remember({ [API]: aRecord() });
    world.eks.troubles.deny('list');
    expect(verdictsOf(await world.check())).toEqual({ [API]: 'unknown clusterUnread' });
    expect(await world.record(API)).toEqual(aRecord());
    world.eks.troubles.allow('list');
    expect(verdictsOf(await world.check())).toEqual({ [API]: 'converged' });
    expect(await world.record(API)).toBeUndefined();
  });
});

describe('checkCluster in numbers', () => {
  it.each([
    { count: 0, lists: 1 },
    { count: 1, lists: 1 },
    { count: 100, lists: 1 },
    { count: 101, lists: 2 },
    { count: 250, lists: 3 },
  ])(
    'verifies $count associations in full with $lists lists and $count describes',
    async ({ count, lists }) => {
      const world = wellKept(count);
      expect(await callsOf(world)).toMatchObject({ lists, describes: count, writes: 0 });
      // Looking again costs the same: full takes nobody's word.
      expect(await callsOf(world)).toMatchObject({ lists, describes: count });
    },
  );

  it('verifies membership with the lists alone when nothing changed and no bucket is due, and writes nothing down', async () => {
    const world = wellKept(250);
    const saved = lasting(world);
    world.settings = { ...world.settings, verify: 'membership' };
    expect(await callsOf(world)).toMatchObject({ lists: 3, describes: 250 });
    saved.length = 0;
    const again = await callsOf(world);
    expect(again).toMatchObject({ lists: 3, describes: 0 });
    expect(new Set(Object.values(verdictsOf(again.check)))).toEqual(new Set(['converged']));
    expect(saved).toEqual([]);
  });

  it('describes the one bucket that is due, and no other', async () => {
    const world = wellKept(250);
    const saved = lasting(world);
    world.settings = { ...world.settings, verify: 'membership' };
    await world.check();
    saved.length = 0;
    // It is noon; an hour later the bucket of 13 o'clock is due.
    await world.clock.advance(HOUR);
    const inBucket = Array.from({ length: 250 }, (_, index) => `n/s${index}` as KeyText).filter(
      (key) => bucketOf(key) === 13,
    );
    expect(inBucket.length).toBeGreaterThan(0);
    expect(await callsOf(world)).toMatchObject({ lists: 3, describes: inBucket.length });
    expect(saved).toEqual([
      {
        clusterCreatedAt: world.cluster.createdAt,
        changes: [],
        bucketsVerifiedAt: { 13: world.clock.now() },
      },
    ]);
    expect(await callsOf(world)).toMatchObject({ lists: 3, describes: 0 });
  });

  it('does not take a bucket for verified of which a describe failed', async () => {
    const world = wellKept(1);
    lasting(world);
    world.settings = { ...world.settings, verify: 'membership' };
    world.eks.troubles.failNext('describe', 'aws.timeout');
    await world.check();
    const bucket = bucketOf('n/s0');
    const verified = (await world.memory.load(world.cluster))?.bucketsVerifiedAt ?? [];
    expect(verified[bucket]).toBe(0);
    expect(verified.filter((at) => at === world.clock.now())).toHaveLength(23);
  });

  it('does not take any bucket for verified when the listing broke off', async () => {
    const world = wellKept(150);
    lasting(world);
    world.eks.troubles.failNext('list', 'aws.timeout', { after: 1 });
    await world.check();
    expect((await world.memory.load(world.cluster))?.bucketsVerifiedAt).toEqual(new Array(24).fill(0));
  });
});

describe('checkCluster of membership', () => {
  const remembered = async (count = 1) => {
    const world = wellKept(count);
    lasting(world);
    world.settings = { ...world.settings, verify: 'membership' };
    await world.check();
    return world;
  };

  it.each<{ what: string; change: (world: ReconcileWorld) => void; verdict: string; describes: number }>([
    {
      what: 'another id',
      change: (world) => {
        world.eks.remove(world.cluster, world.find('n/s0')?.associationId ?? '');
        world.put('n/s0', { roleArn: ANOTHER_ROLE });
      },
      verdict: 'update',
      describes: 1,
    },
    {
      what: 'another owner',
      change: (world) =>
        world.eks.change(world.cluster, world.find('n/s0')?.associationId ?? '', { ownerArn: ADDON_ARN }),
      verdict: 'report addonOwned',
      describes: 1,
    },
    {
      what: 'another wish',
      change: (world) => world.wish('n/s0', { fields: anAssociation({ roleArn: ANOTHER_ROLE }) }),
      verdict: 'update',
      describes: 1,
    },
    {
      what: 'another name of ours',
      change: (world) => {
        world.settings = { ...world.settings, installation: 'lab' };
      },
      verdict: 'update',
      describes: 1,
    },
    {
      what: 'no wish any more',
      change: (world) => world.wishes.clear(),
      verdict: 'hold pruneOff',
      describes: 1,
    },
    {
      what: 'its absence',
      change: (world) => world.eks.remove(world.cluster, world.find('n/s0')?.associationId ?? ''),
      verdict: 'create',
      describes: 0,
    },
    // What only a Describe can tell is found when its bucket is due.
    {
      what: 'another role at the same id',
      change: (world) =>
        world.eks.change(world.cluster, world.find('n/s0')?.associationId ?? '', { roleArn: ANOTHER_ROLE }),
      verdict: 'converged',
      describes: 0,
    },
  ])('sees $what with $describes describes: $verdict', async ({ change, verdict, describes }) => {
    const world = await remembered();
    change(world);
    const looked = await callsOf(world);
    expect(verdictsOf(looked.check)).toEqual({ 'n/s0': verdict });
    expect(looked.describes).toBe(describes);
  });

  it('finds another role within a day', async () => {
    const world = await remembered();
    world.eks.change(world.cluster, world.find('n/s0')?.associationId ?? '', { roleArn: ANOTHER_ROLE });
    await world.clock.advance(24 * HOUR);
    expect(verdictsOf(await world.check())).toEqual({ 'n/s0': 'update' });
  });

  it('keeps reporting what is somebody else’s without a describe while nobody wishes for it', async () => {
    const world = new ReconcileWorld();
    lasting(world);
    world.settings = { ...world.settings, verify: 'membership' };
    world.put('n/strange', { tags: { 'eksctl.io/owner': 'x' } });
    await world.check();
    const looked = await callsOf(world);
    expect(looked.describes).toBe(0);
    expect(looked.check.decisions).toMatchObject([
      { verdict: { kind: 'report', finding: 'foreign', owner: 'eksctl' } },
    ]);
  });

  it('does not know the fields without a memory that lasts', async () => {
    const world = wellKept(2);
    world.put('kube-system/ebs-csi', { ownerArn: ADDON_ARN });
    world.settings = { ...world.settings, verify: 'membership' };
    for (let look = 0; look < 2; look += 1) {
      const looked = await callsOf(world);
      expect(looked).toMatchObject({ lists: 1, describes: 0 });
      expect(verdictsOf(looked.check)).toEqual({
        'kube-system/ebs-csi': 'report addonOwned',
        'n/s0': 'unknown notVerified',
        'n/s1': 'unknown notVerified',
      });
    }
  });

  it('takes a cluster that was made again under the same name for another one', async () => {
    const world = await remembered();
    const again = new ReconcileWorld({ createdAt: world.cluster.createdAt + 1 });
    again.memory = world.memory;
    again.settings = world.settings;
    again.wish('n/s0');
    // The same id, which the memory of the old cluster would answer for.
    again.put('n/s0', { roleArn: ANOTHER_ROLE });
    const looked = await callsOf(again);
    expect(looked.describes).toBe(1);
    expect(verdictsOf(looked.check)).toEqual({ 'n/s0': 'report unmanaged' });
    expect((await world.memory.load(world.cluster))?.clusterCreatedAt).toBe(world.cluster.createdAt + 1);
  });
});

describe('checkCluster of single keys', () => {
  const keys = [{ namespace: 'payments', serviceAccount: 'api' }];

  it.each<{
    when: string;
    prepare: (world: ReconcileWorld) => void | Promise<void>;
    hint?: string;
    verdict: string;
    lists: number;
    describes: number;
  }>([
    {
      when: 'the record knows where it is',
      prepare: async (world) => {
        const { associationId } = world.putOurs(API);
        await world.remember({ [API]: aRecord({ associationId }) });
      },
      verdict: 'converged',
      lists: 0,
      describes: 1,
    },
    {
      when: 'it has another id by now',
      prepare: async (world) => {
        const old = world.putOurs(API);
        await world.remember({ [API]: aRecord({ associationId: old.associationId }) });
        world.eks.remove(world.cluster, old.associationId);
        world.putOurs(API);
      },
      verdict: 'adopt',
      lists: 1,
      describes: 2,
    },
    {
      when: 'nothing is known',
      prepare: (world) => void world.putOurs(API),
      verdict: 'converged',
      lists: 1,
      describes: 1,
    },
    { when: 'there is none', prepare: () => undefined, verdict: 'create', lists: 1, describes: 0 },
    {
      when: 'the id that was named is of another key',
      prepare: (world) => {
        world.putOurs('n/other', { associationId: 'a-00000000000000077' });
        world.putOurs(API);
      },
      hint: 'a-00000000000000077',
      verdict: 'converged',
      lists: 1,
      describes: 2,
    },
    {
      when: 'it vanishes while it is looked at',
      prepare: (world) => {
        const { associationId } = world.putOurs(API);
        world.eks.troubles.beforeNext('describe', () => world.eks.remove(world.cluster, associationId));
      },
      verdict: 'create',
      lists: 1,
      describes: 1,
    },
    {
      when: 'it cannot be described',
      prepare: (world) => {
        world.putOurs(API);
        world.eks.troubles.deny('describe');
      },
      verdict: 'unknown describeFailed',
      lists: 1,
      describes: 1,
    },
    {
      when: 'it cannot be listed',
      prepare: (world) => world.eks.troubles.deny('list'),
      verdict: 'unknown describeFailed',
      lists: 1,
      describes: 0,
    },
  ])('looks with $lists lists and $describes describes when $when', async (row) => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.wish('n/unasked');
    await row.prepare(world);
    const asked = keys.map((key) => (row.hint ? { ...key, associationId: row.hint } : key));
    const check = await world.check({ keys: asked });
    expect(verdictsOf(check)).toEqual({ [API]: row.verdict });
    expect(world.calls()['eks:ListPodIdentityAssociations'] ?? 0).toBe(row.lists);
    expect(world.calls()['eks:DescribePodIdentityAssociation'] ?? 0).toBe(row.describes);
    expect(check.failures).toHaveLength(row.verdict.startsWith('unknown') ? 1 : 0);
  });

  it('matches names exactly, whatever the service’s filter lets through', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.putOurs('payments/api-v2');
    const { list } = world.eks.reader;
    Object.assign(world.eks.reader, { list: (...[cluster]: Parameters<typeof list>) => list(cluster) });
    expect(verdictsOf(await world.check({ keys }))).toEqual({ [API]: 'create' });
  });

  it('forgets nothing of the keys that it was not asked about', async () => {
    const world = new ReconcileWorld();
    await world.remember({ 'n/other': aRecord() });
    world.putOurs(API);
    await world.check({ keys });
    expect(await world.record('n/other')).toEqual(aRecord());
    expect((await world.memory.load(world.cluster))?.bucketsVerifiedAt).toEqual(new Array(24).fill(0));
  });
});

describe('checkCluster and its wishes', () => {
  it('plans with the cluster’s mode and state', async () => {
    const observing = new ReconcileWorld({ mode: 'observe' });
    observing.wish(API);
    expect(verdictsOf(await observing.check())).toEqual({ [API]: 'hold observeMode' });
    const leaving = new ReconcileWorld({ status: 'DELETING' });
    leaving.wish(API);
    expect(verdictsOf(await leaving.check())).toEqual({ [API]: 'hold clusterNotActive' });
  });

  it('finds the session policy equal that is written otherwise, and describes it once more for that', async () => {
    const world = new ReconcileWorld();
    lasting(world);
    world.settings = { ...world.settings, verify: 'membership' };
    const policy =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"*"}]}';
    const rewritten =
      '{"Statement":{"Action":"s3:*","Effect":"Allow","Resource":["*"]},"Version":"2012-10-17"}';
    const fields = anAssociation({ roleArn: A_ROLE, disableSessionTags: true, policy });
    world.wish(API, { fields });
    world.putOurs(API, { disableSessionTags: true, policy: rewritten });
    expect(verdictsOf(await world.check())).toEqual({ [API]: 'converged' });
    world.wishes.set(API, aWish({ fields: { ...fields, policy: rewritten } }));
    const looked = await callsOf(world);
    expect(verdictsOf(looked.check)).toEqual({ [API]: 'converged' });
    expect(looked.describes).toBe(1);
  });
});
