import { describe, expect, it } from 'vitest';
import { formatKey } from '#shared/domain/key.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { endings, ReconcileWorld } from '#test/builders/a-reconcile-world.ts';
import { aRecord, aTombstone } from '#test/builders/a-situation.ts';
import {
  A_ROLE,
  A_TARGET_ROLE,
  ANOTHER_ROLE,
  anAssociation,
  OUR_TAGS,
} from '#test/builders/an-association.ts';
import { approvalOf } from './repair-cluster.ts';

const API = 'payments/api';
const THEIRS = { 'eksctl.io/owner': 'x' };

/** Our key with another role than wished for. */
function drifted(): ReconcileWorld {
  const world = new ReconcileWorld();
  world.wish(API);
  world.putOurs(API, { roleArn: ANOTHER_ROLE });
  return world;
}

describe('repairCluster', () => {
  it('creates, updates in place, adopts and deletes, and has nothing left to do the second time', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, prune: 'unwished' };
    for (const key of ['n/missing', 'n/drifted', 'n/equal', 'n/right', 'n/theirs'] as const) world.wish(key);
    const before = world.putOurs('n/drifted', { roleArn: ANOTHER_ROLE });
    world.put('n/equal');
    world.putOurs('n/right');
    world.put('n/theirs', { roleArn: ANOTHER_ROLE, tags: THEIRS });
    world.putOurs('n/orphan');
    expect(endings(await world.repair())).toEqual({
      'n/drifted': 'applied',
      'n/equal': 'applied',
      'n/missing': 'applied',
      'n/orphan': 'applied',
    });
    expect(world.find('n/missing')).toMatchObject({
      roleArn: A_ROLE,
      tags: { 'rolecall.dev/installation': 'hub', 'rolecall.dev/mapping': 'default/n/missing' },
    });
    expect(world.find('n/drifted')).toMatchObject({ associationId: before.associationId, roleArn: A_ROLE });
    expect(world.find('n/equal')?.tags['rolecall.dev/installation']).toBe('hub');
    expect(world.find('n/theirs')).toMatchObject({ roleArn: ANOTHER_ROLE, tags: THEIRS });
    expect(world.find('n/orphan')).toBeUndefined();
    expect(world.writes()).toBe(4);

    await world.clock.advance(20_000);
    expect(endings(await world.repair())).toEqual({});
    expect(world.writes()).toBe(4);
  });

  it('looks at each key once more right before it writes it, and writes nothing that was put right meanwhile', async () => {
    const world = drifted();
    const check = await world.check();
    const there = world.find(API);
    world.eks.change(world.cluster, there?.associationId ?? '', { roleArn: A_ROLE });
    const repair = await world.repairChecked(check);
    expect(repair.outcomes).toMatchObject([{ decision: { verdict: { kind: 'converged' } } }]);
    expect(endings(repair)).toEqual({ [API]: 'converged' });
    expect(world.writes()).toBe(0);
  });

  it('tells how each key ended as soon as it has, and all of them in order', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, concurrency: 1 };
    for (const key of ['n/a', 'n/b', 'n/c'] as const) world.wish(key);
    world.eks.troubles.failNext('create', 'aws.unavailable');
    const heard: string[] = [];
    const repair = await world.repair({ onOutcome: ({ decision }) => heard.push(formatKey(decision)) });
    expect(heard).toEqual(['n/b', 'n/c', 'n/a']);
    expect(Object.keys(endings(repair))).toEqual(['n/a', 'n/b', 'n/c']);
  });

  it('works through more keys than it looks at together', async () => {
    const world = new ReconcileWorld();
    for (let index = 0; index < 250; index += 1) world.wish(`n/s${index}`);
    const repair = await world.repair();
    expect(repair.outcomes.filter(({ outcome }) => outcome?.kind === 'applied')).toHaveLength(250);
    // One listing of the whole, and one of each key before it is made.
    expect(world.calls()).toEqual({
      'eks:CreatePodIdentityAssociation': 250,
      'eks:ListPodIdentityAssociations': 251,
    });
  });
});

describe('repairCluster, when the key is taken on create (409)', () => {
  it.each([
    { by: 'an equal one', given: {}, end: 'applied', role: A_ROLE, ours: true, writes: 2 },
    {
      by: 'another role, of nobody known',
      given: { roleArn: ANOTHER_ROLE },
      end: 'report',
      role: ANOTHER_ROLE,
      ours: false,
      writes: 1,
    },
    {
      by: 'an equal one of another tool',
      given: { tags: THEIRS },
      end: 'report',
      role: A_ROLE,
      ours: false,
      writes: 1,
    },
    {
      by: 'another role, and our tag',
      given: { roleArn: ANOTHER_ROLE, tags: OUR_TAGS },
      end: 'applied',
      role: A_ROLE,
      ours: true,
      writes: 2,
    },
    {
      by: 'an equal one with our tags',
      given: { tags: OUR_TAGS },
      end: 'converged',
      role: A_ROLE,
      ours: true,
      writes: 1,
    },
  ])('by $by: $end', async ({ given, end, role, ours, writes }) => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.eks.troubles.beforeNext('create', () => world.put(API, given));
    expect(endings(await world.repair())).toEqual({ [API]: end });
    expect(world.find(API)?.roleArn).toBe(role);
    expect(world.find(API)?.tags['rolecall.dev/installation'] === 'hub').toBe(ours);
    expect(world.writes()).toBe(writes);
    expect(world.clock.sleeps).toEqual([500]);
  });

  it('finds the one that was named even where the listing does not show it yet', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.eks.troubles.beforeNext('create', () => world.put(API, { tags: OUR_TAGS }));
    await world.repair();
    // The second look goes straight to the id that EKS named.
    expect(world.calls()).toEqual({
      'eks:CreatePodIdentityAssociation': 1,
      'eks:DescribePodIdentityAssociation': 1,
      'eks:ListPodIdentityAssociations': 2,
    });
  });

  it('takes over what stands there when the mapping says so, and counts that against the brake', async () => {
    const world = new ReconcileWorld();
    world.wish(API, { takeover: true });
    world.eks.troubles.beforeNext('create', () => world.put(API, { roleArn: ANOTHER_ROLE }));
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
    expect(await world.memory.brakeUse(world.cluster, world.clock.now())).toEqual({ cluster: 1, fleet: 1 });
  });

  it('holds that takeover when the brake lets no more pass', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, brake: { clusterFloor: 0, clusterShare: 0, fleet: 0 } };
    world.wish(API, { takeover: true });
    world.eks.troubles.beforeNext('create', () => world.put(API, { roleArn: ANOTHER_ROLE }));
    const repair = await world.repair();
    expect(endings(repair)).toEqual({ [API]: 'hold brake' });
    expect(repair.braked).toBe(1);
    expect(world.find(API)?.roleArn).toBe(ANOTHER_ROLE);
  });
});

describe('repairCluster, when the answer is lost', () => {
  it('finds a create again and makes no second one', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.eks.troubles.loseNextAnswer('create');
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.writes()).toBe(1);
    expect(world.eks.associations(world.cluster)).toHaveLength(1);
    expect(await world.record(API)).toMatchObject({ associationId: world.find(API)?.associationId });
  });

  it('finds it again, too, where only a record is proof', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, authority: 'record' };
    world.wish(API);
    world.eks.troubles.loseNextAnswer('create');
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.writes()).toBe(1);
    expect(await world.record(API)).toMatchObject({ origin: 'adopted' });
  });

  it('asks again with the same token where reads do not show the create yet', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.eks.staleFor(3_000);
    world.eks.troubles.loseNextAnswer('create');
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    const [first, second] = world.writeCalls;
    expect(world.writeCalls).toHaveLength(2);
    expect(second).toEqual(first);
    expect(first?.token).toMatch(/^[0-9a-f]{64}$/);
    expect(world.eks.associations(world.cluster)).toHaveLength(1);
  });

  it('finds an update again and writes nothing twice', async () => {
    const world = drifted();
    world.eks.troubles.loseNextAnswer('update');
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.writeCalls.map(({ operation }) => operation)).toEqual(['update']);
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
  });

  it('waits for a stale read of a lost update instead of writing it again', async () => {
    const world = drifted();
    world.eks.staleFor(6_000);
    world.eks.troubles.loseNextAnswer('update');
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.writes()).toBe(1);
  });

  it('tries an update that never arrived once more when it should have settled, with the same token', async () => {
    const world = drifted();
    world.eks.troubles.failNext('update', 'aws.unavailable');
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.writeCalls).toHaveLength(2);
    expect(world.writeCalls[1]).toEqual(world.writeCalls[0]);
    expect(world.clock.now()).toBeGreaterThanOrEqual(1_795_176_000_000 + world.settings.settleMs);
  });

  it('counts an overwrite that it had to try again once', async () => {
    const world = drifted();
    world.settings = { ...world.settings, brake: { clusterFloor: 1, clusterShare: 0, fleet: 1 } };
    world.eks.troubles.failNext('update', 'aws.unavailable', { times: 2 });
    const repair = await world.repair();
    expect(endings(repair)).toEqual({ [API]: 'applied' });
    expect(repair.braked).toBe(0);
    expect(world.writes()).toBe(3);
    expect(await world.memory.brakeUse(world.cluster, world.clock.now())).toEqual({ cluster: 1, fleet: 1 });
  });

  it('gives a later repair other tokens', async () => {
    const world = drifted();
    await world.repair();
    await world.clock.advance(20_000);
    const { associationId } = world.find(API) ?? { associationId: '' };
    world.eks.change(world.cluster, associationId, { roleArn: ANOTHER_ROLE });
    await world.repair();
    const [first, second] = world.writeCalls;
    expect(second?.arguments).toEqual(first?.arguments);
    expect(second?.token).not.toBe(first?.token);
  });

  it('deletes once', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, prune: 'unwished' };
    world.putOurs(API);
    world.eks.troubles.loseNextAnswer('delete');
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.writes()).toBe(1);
  });
});

describe('repairCluster, when access to an association is denied', () => {
  const remove = (world: ReconcileWorld, id: string) => world.eks.remove(world.cluster, id);
  const untag = (world: ReconcileWorld, id: string) => world.eks.change(world.cluster, id, { tags: {} });

  // EKS decides on access before it says that something is gone, and our role may change only what bears our tag.
  it.each([
    { operation: 'update', meanwhile: 'it was deleted', act: remove, end: 'applied', role: A_ROLE },
    { operation: 'delete', meanwhile: 'it was deleted', act: remove, end: 'applied', role: undefined },
    {
      operation: 'update',
      meanwhile: 'our tag was taken off',
      act: untag,
      // What it looked at first is on record as ours.
      end: 'applied',
      role: A_ROLE,
    },
    {
      operation: 'delete',
      meanwhile: 'our tag was taken off',
      act: untag,
      end: 'report',
      role: ANOTHER_ROLE,
    },
    {
      operation: 'update',
      meanwhile: 'nothing happened',
      act: () => undefined,
      end: 'failed aws.accessDenied',
      role: ANOTHER_ROLE,
    },
  ] as const)(
    'tells a missing permission from $operation when $meanwhile',
    async ({ operation, act, end, role }) => {
      const world = drifted();
      if (operation === 'delete') world.wishes.clear();
      world.settings = { ...world.settings, prune: 'unwished' };
      const denied = new AppError('aws.accessDenied', `not authorized to ${operation}`, { retryable: false });
      const own = world.writer[operation].bind(world.writer);
      let isFirst = true;
      Object.assign(world.writer, {
        [operation]: async (...call: Parameters<typeof own>) => {
          if (!isFirst) return await (own as (...all: typeof call) => unknown)(...call);
          isFirst = false;
          act(world, world.find(API)?.associationId ?? '');
          throw denied;
        },
      });
      expect(endings(await world.repair())).toEqual({ [API]: end });
      expect(world.find(API)?.roleArn).toBe(role);
    },
  );
});

describe('repairCluster, when the role is refused', () => {
  const refused = (kind: 'roleNotFound' | 'trustPolicyInvalid') => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.eks.refuseRole(A_ROLE, { kind });
    return world;
  };
  const start = 1_795_176_000_000;

  it.each(['roleNotFound', 'trustPolicyInvalid'] as const)(
    'waits until EKS sees what IAM has already (%s)',
    async (kind) => {
      const world = refused(kind);
      void world.clock.sleep(9_000).then(() => world.eks.acceptRole(A_ROLE));
      expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
      expect(world.clock.now()).toBe(start + 10_000);
      // Every two seconds: at 0, 2, 4, 6, 8 and 10.
      expect(world.writes()).toBe(6);
      expect(new Set(world.writeCalls.map(({ token }) => token)).size).toBe(1);
    },
  );

  it.each([
    {
      kind: 'roleNotFound',
      end: 'found roleMissing',
      message: `EKS says that ${A_ROLE} does not exist, and still did 30 s later`,
    },
    {
      kind: 'trustPolicyInvalid',
      end: 'found trustPolicyInvalid',
      message: `EKS finds the trust policy of ${A_ROLE} invalid, and still did 30 s later`,
    },
  ] as const)('says so when EKS never sees it (%s)', async ({ kind, end, message }) => {
    const world = refused(kind);
    const repair = await world.repair();
    expect(endings(repair)).toEqual({ [API]: end });
    expect(repair.outcomes).toMatchObject([{ outcome: { message, roleArn: A_ROLE } }]);
    expect(world.clock.now()).toBe(start + 30_000);
  });

  it('gives each key its own time, however long others took before', async () => {
    const world = refused('roleNotFound');
    world.settings = { ...world.settings, concurrency: 1 };
    const fields = anAssociation({ roleArn: 'arn:aws:iam::111122223333:role/other' });
    for (let index = 0; index < 100; index += 1) world.wish(`n/s${index}`, { fields });
    const { create } = world.writer;
    Object.assign(world.writer, {
      create: async (...call: Parameters<typeof create>) => {
        await world.clock.sleep(1_000);
        return await create(...call);
      },
    });
    expect(endings(await world.repair())[API]).toBe('found roleMissing');
    expect(world.clock.now()).toBeGreaterThan(start + 100_000 + 30_000);
  });

  it('says at once that a role is missing where IAM has none', async () => {
    const world = refused('roleNotFound');
    world.roles.remove('111122223333', 'payments-api');
    const repair = await world.repair();
    expect(endings(repair)).toEqual({ [API]: 'found roleMissing' });
    expect(repair.outcomes).toMatchObject([
      { outcome: { message: `the role ${A_ROLE} does not exist: create it, or correct the mapping` } },
    ]);
    expect(world.clock.sleeps).toEqual([]);
    expect(world.calls()['iam:GetRole']).toBe(1);
  });

  it('names the role that there is when only the path is wrong', async () => {
    const world = refused('roleNotFound');
    const roleArn = 'arn:aws:iam::111122223333:role/teams/payments-api';
    world.roles.add('111122223333', 'payments-api', { roleArn });
    const repair = await world.repair();
    expect(repair.outcomes).toMatchObject([
      {
        outcome: {
          kind: 'found',
          finding: 'roleMissing',
          message: `there is no ${A_ROLE}; the role of that name is ${roleArn}: correct the path in the mapping`,
        },
      },
    ]);
  });

  it('says what the trust policy must say', async () => {
    const world = refused('trustPolicyInvalid');
    const trustPolicy =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
    world.roles.add('111122223333', 'payments-api', { trustPolicy });
    const repair = await world.repair();
    expect(repair.outcomes).toMatchObject([
      {
        outcome: {
          kind: 'found',
          finding: 'trustPolicyInvalid',
          roleArn: A_ROLE,
          message: `the trust policy of ${A_ROLE} must let pods.eks.amazonaws.com do sts:AssumeRole and sts:TagSession`,
        },
      },
    ]);
    expect(world.clock.sleeps).toEqual([]);
  });

  it('takes EKS’s word when IAM cannot be read, but not at once', async () => {
    const world = refused('roleNotFound');
    world.roles.troubles.deny('get');
    expect(endings(await world.repair())).toEqual({ [API]: 'found roleMissing' });
    expect(world.clock.now()).toBe(start + 30_000);
  });

  it('says that a role must be in the cluster’s account', async () => {
    const world = new ReconcileWorld();
    world.wish(API, { fields: anAssociation({ roleArn: 'arn:aws:iam::444455556666:role/x' }) });
    const repair = await world.repair();
    expect(endings(repair)).toEqual({ [API]: 'found roleInOtherAccount' });
    expect(repair.outcomes).toMatchObject([
      {
        outcome: {
          message:
            "arn:aws:iam::444455556666:role/x is not in the cluster's account 111122223333: use a role there, with this one as targetRoleArn",
        },
      },
    ]);
  });

  it.each([
    { refusal: { kind: 'invalid', message: 'Nonsense.' } as const, message: 'Nonsense.' },
    {
      refusal: { kind: 'roleInOtherAccount' } as const,
      message: `EKS says that passing ${A_ROLE} would cross accounts, though the cluster is in the same`,
    },
  ])('passes on what it cannot explain: $message', async ({ refusal, message }) => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.eks.refuseRole(A_ROLE, refusal);
    const repair = await world.repair();
    expect(repair.outcomes).toMatchObject([{ outcome: { kind: 'found', finding: 'refused', message } }]);
  });

  it('says that a cluster is full', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    Object.assign(world.writer, { create: async () => ({ kind: 'limitExceeded' }) });
    expect(endings(await world.repair())).toEqual({ [API]: 'found quotaReached' });
  });
});

describe('repairCluster, when the world moves', () => {
  it('makes anew what vanished before its update', async () => {
    const world = drifted();
    const { associationId } = world.find(API) ?? { associationId: '' };
    world.eks.troubles.beforeNext('update', () => world.eks.remove(world.cluster, associationId));
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.find(API)?.associationId).not.toBe(associationId);
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
  });

  it.each(['tag', 'untag'] as const)('makes anew what vanished before its %s', async (operation) => {
    const world = new ReconcileWorld();
    world.wish(API);
    const there = world.putOurs(
      API,
      operation === 'tag' ? { tags: { 'rolecall.dev/mapping': 'x' } } : { tags: { old: '1' } },
    );
    await world.remember({ [API]: aRecord({ associationId: there.associationId, managedTagKeys: ['old'] }) });
    world.eks.troubles.beforeNext(operation, () => world.eks.remove(world.cluster, there.associationId));
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.find(API)?.associationId).not.toBe(there.associationId);
  });

  it('puts a replacement of ours right where it stands', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, authority: 'record' };
    world.wish(API);
    const ours = world.putOurs(API);
    await world.remember({ [API]: aRecord({ associationId: ours.associationId }) });
    world.eks.remove(world.cluster, ours.associationId);
    const theirs = world.put(API, { roleArn: ANOTHER_ROLE, tags: THEIRS });
    const repair = await world.repair();
    expect(repair.outcomes).toMatchObject([
      { decision: { drift: ['replaced', 'roleDrift', 'tagDrift'] }, outcome: { kind: 'applied' } },
    ]);
    expect(world.find(API)).toMatchObject({ associationId: theirs.associationId, roleArn: A_ROLE });
    expect((await world.record(API))?.associationId).toBe(theirs.associationId);
    // The role that writes may change only what bears our tag (stacks/spoke.yaml).
    expect(world.writeCalls.map(({ operation }) => operation)).toEqual(['tag', 'update']);
  });

  it('makes ours by the tag first, then changes it, and takes old tags off last', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, authority: 'record' };
    world.wish(API);
    const { associationId } = world.put(API, { roleArn: ANOTHER_ROLE, tags: { old: '1' } });
    await world.remember({ [API]: aRecord({ associationId, managedTagKeys: ['old'] }) });
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.writeCalls.map(({ operation }) => operation)).toEqual(['tag', 'update', 'untag']);
    expect(world.find(API)).toMatchObject({ roleArn: A_ROLE, tags: OUR_TAGS });
  });

  it('takes a replacement for one even when somebody looked while ours was gone', async () => {
    const world = new ReconcileWorld({ mode: 'observe' });
    world.settings = { ...world.settings, authority: 'record' };
    world.wish(API);
    await world.remember({ [API]: aRecord({ associationId: 'a-00000000000000009' }) });
    await world.check();
    world.put(API, { roleArn: ANOTHER_ROLE });
    expect((await world.check()).decisions).toMatchObject([{ drift: ['replaced', 'roleDrift', 'tagDrift'] }]);
  });

  it('writes nothing a second time while reads are stale after its own write', async () => {
    const world = drifted();
    world.eks.staleFor(10_000);
    await world.repair();
    expect(world.writes()).toBe(1);
    expect((await world.check()).decisions).toMatchObject([
      { verdict: { kind: 'settling' }, drift: ['roleDrift'] },
    ]);
    expect(endings(await world.repair())).toEqual({});
    await world.clock.advance(10_000);
    expect((await world.check()).decisions).toMatchObject([{ verdict: { kind: 'converged' } }]);
    expect(world.writes()).toBe(1);
  });

  it('deletes nothing of somebody else’s where it deleted its own', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, authority: 'record', prune: 'unwished' };
    const ours = world.putOurs(API);
    await world.remember({ [API]: aRecord({ associationId: ours.associationId }) });
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    const theirs = world.put(API);
    await world.clock.advance(60_000);
    await world.repair();
    expect(world.find(API)).toEqual(theirs);
  });
});

describe('repairCluster, when calls fail', () => {
  it.each([
    { code: 'aws.accessDenied', end: 'failed aws.accessDenied', writes: 1 },
    { code: 'aws.credentials', end: 'failed aws.credentials', writes: 1 },
    { code: 'aws.refused', end: 'failed aws.refused', writes: 1 },
    { code: 'cluster.notFound', end: 'failed cluster.notFound', writes: 1 },
  ] as const)('fails one key with $code and goes on with the others', async ({ code, end, writes }) => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, concurrency: 1 };
    world.wish('n/a');
    world.wish('n/b');
    world.eks.troubles.failNext('create', code, { times: 1 });
    expect(endings(await world.repair())).toEqual({ 'n/a': end, 'n/b': 'applied' });
    expect(world.writes()).toBe(writes + 1);
    expect(await world.record('n/a')).toBeUndefined();
  });

  it('goes on when it is throttled for a while, and ends when it is for long', async () => {
    const world = drifted();
    world.eks.troubles.failNext('update', 'aws.throttled', { times: 3 });
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.clock.sleeps).toEqual([5_000, 5_000, 5_000]);

    const hopeless = drifted();
    hopeless.eks.troubles.failNext('update', 'aws.throttled', { times: 1_000 });
    expect(endings(await hopeless.repair())).toEqual({ [API]: 'later throttled' });
    // At 0 s, 5 s … 45 s: propagation and settling together.
    expect(hopeless.writes()).toBe(10);
  });

  it('does not hurry one key because another one may be tried sooner', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, concurrency: 1 };
    world.wish('n/a');
    world.wish('n/b');
    world.eks.troubles.failNext('create', 'aws.throttled');
    world.eks.troubles.beforeNext('create', () => world.put('n/b', { tags: OUR_TAGS }));
    await world.repair();
    expect(world.clock.sleeps).toEqual([500, 4_500]);
  });

  it('says that it does not know when a key can no longer be read', async () => {
    const world = drifted();
    const check = await world.check();
    world.eks.troubles.deny('describe');
    expect(endings(await world.repairChecked(check))).toEqual({ [API]: 'unknown describeFailed' });
    expect(world.writes()).toBe(0);
  });

  it('remembers an update whose tags failed, and does what is left of it afterwards', async () => {
    const world = drifted();
    const { associationId } = world.find(API) ?? { associationId: '' };
    world.eks.change(world.cluster, associationId, { tags: { 'rolecall.dev/installation': 'hub' } });
    world.eks.troubles.failNext('tag', 'aws.accessDenied');
    expect(endings(await world.repair())).toEqual({ [API]: 'failed aws.accessDenied' });
    expect(await world.record(API)).toMatchObject({ lastWriteAt: world.clock.now() });
    await world.clock.advance(15_000);
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.writeCalls.map(({ operation }) => operation)).toEqual(['update', 'tag', 'tag']);
  });
});

describe('repairCluster and a session policy', () => {
  const POLICY = '{"Version":"2012-10-17","Statement":[]}';
  const keeping = () => {
    const world = new ReconcileWorld();
    world.wish(API, { fields: anAssociation({ disableSessionTags: true }) });
    world.putOurs(API, { disableSessionTags: true, policy: POLICY, tags: { 'rolecall.dev/mapping': 'x' } });
    return world;
  };

  it('clears it where EKS does', async () => {
    const world = keeping();
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.find(API)).not.toHaveProperty('policy');
  });

  it('finds that EKS keeps it, and does the rest all the same', async () => {
    const world = keeping();
    const update = world.writer.update;
    Object.assign(world.writer, {
      update: (...[cluster, id, changes, options]: Parameters<typeof update>) =>
        update(cluster, id, { ...changes, policy: POLICY }, options),
    });
    const there = world.find(API);
    const repair = await world.repair();
    expect(repair.outcomes).toMatchObject([
      {
        outcome: {
          kind: 'found',
          finding: 'sessionPolicyKept',
          message: `EKS kept the session policy of ${there?.associationId} although it was cleared: delete the association by hand and let it be made again`,
        },
      },
    ]);
    expect(world.find(API)?.tags['rolecall.dev/mapping']).toBe('default/payments/api');
    expect(await world.record(API)).toMatchObject({ lastWriteAt: world.clock.now() });
    expect(await world.record(API)).not.toHaveProperty('matchedWish');
  });

  it('says again that session tags are off when it sets one: EKS may look at the request only', async () => {
    const world = new ReconcileWorld();
    world.wish(API, { fields: anAssociation({ disableSessionTags: true, policy: POLICY }) });
    world.putOurs(API, { disableSessionTags: true });
    await world.repair();
    expect(world.writeCalls[0]?.arguments[1]).toEqual({ policy: POLICY, disableSessionTags: true });
  });

  it('clears a target role', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.putOurs(API, { targetRoleArn: A_TARGET_ROLE });
    expect(endings(await world.repair())).toEqual({ [API]: 'applied' });
    expect(world.find(API)).not.toHaveProperty('targetRoleArn');
  });
});

describe('repairCluster under an approved plan', () => {
  it('does what was approved, past the brake', async () => {
    const world = drifted();
    world.settings = { ...world.settings, brake: { clusterFloor: 0, clusterShare: 0, fleet: 0 } };
    const check = await world.check();
    expect(endings(await world.repairChecked(check))).toEqual({ [API]: 'hold brake' });
    expect(endings(await world.repairChecked(check, { approved: approvalOf(check) }))).toEqual({
      [API]: 'applied',
    });
    expect(await world.memory.brakeUse(world.cluster, world.clock.now())).toEqual({ cluster: 0, fleet: 0 });
  });

  it.each([
    { what: 'another field', change: { targetRoleArn: A_TARGET_ROLE } },
    { what: 'a tag', change: { tags: {} } },
  ])('holds a step that became another one since: $what', async ({ change }) => {
    const world = drifted();
    const check = await world.check();
    world.eks.change(world.cluster, world.find(API)?.associationId ?? '', change);
    if ('tags' in change)
      await world.remember({ [API]: aRecord({ associationId: world.find(API)?.associationId ?? '' }) });
    const repair = await world.repairChecked(check, { approved: approvalOf(check) });
    expect(endings(repair)).toEqual({ [API]: 'hold notInPlan' });
    expect(world.writes()).toBe(0);
  });

  it('holds what nobody approved', async () => {
    const world = drifted();
    expect(endings(await world.repair({ approved: new Map() }))).toEqual({ [API]: 'hold notInPlan' });
  });

  it('holds the adoption of what somebody else made where a create was approved', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.eks.troubles.beforeNext('create', () => world.put(API));
    const check = await world.check();
    const repair = await world.repairChecked(check, { approved: approvalOf(check) });
    expect(endings(repair)).toEqual({ [API]: 'hold notInPlan' });
    expect(world.find(API)?.tags).toEqual({});
  });

  it('does the rest of what it had begun', async () => {
    const world = drifted();
    world.eks.change(world.cluster, world.find(API)?.associationId ?? '', {
      tags: { 'rolecall.dev/installation': 'hub' },
    });
    world.eks.troubles.failNext('tag', 'aws.throttled');
    const check = await world.check();
    const repair = await world.repairChecked(check, { approved: approvalOf(check) });
    expect(endings(repair)).toEqual({ [API]: 'applied' });
    expect(world.find(API)).toMatchObject({ roleArn: A_ROLE, tags: OUR_TAGS });
  });

  it('takes for its own what a lost create had made, also where only a record is proof', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, authority: 'record' };
    world.wish(API);
    world.eks.troubles.loseNextAnswer('create');
    const check = await world.check();
    expect(endings(await world.repairChecked(check, { approved: approvalOf(check) }))).toEqual({
      [API]: 'applied',
    });
  });
});

describe('repairCluster and the brake', () => {
  const manyDrifted = (count: number) => {
    const world = new ReconcileWorld();
    for (let index = 0; index < count; index += 1) {
      world.wish(`n/s${index}`);
      world.putOurs(`n/s${index}`, { roleArn: ANOTHER_ROLE });
    }
    return world;
  };
  const changed = (world: ReconcileWorld) =>
    world.eks.associations(world.cluster).filter(({ roleArn }) => roleArn === A_ROLE).length;

  it('overwrites as many as the cap says, and the rest not before a day has passed', async () => {
    const world = manyDrifted(12);
    const first = await world.repair();
    expect(first.braked).toBe(7);
    expect(changed(world)).toBe(5);
    await world.clock.advance(3_600_000);
    expect((await world.repair()).braked).toBe(7);
    expect(changed(world)).toBe(5);
    await world.clock.advance(23 * 3_600_000);
    expect((await world.repair()).braked).toBe(2);
    expect(changed(world)).toBe(10);
  });

  it('reckons with the associations of the whole cluster, not with the keys of a round', async () => {
    const world = manyDrifted(120);
    expect((await world.repair()).braked).toBe(108);
    expect(changed(world)).toBe(12);
  });

  it('counts harm of another kind to the same key as more harm', async () => {
    const world = drifted();
    world.settings = {
      ...world.settings,
      prune: 'tombstones',
      brake: { clusterFloor: 1, clusterShare: 0, fleet: 1 },
    };
    world.eks.troubles.failNext('update', 'aws.throttled');
    const check = await world.check();
    void world.clock.sleep(1_000).then(() => world.wishes.set(API, aTombstone()));
    expect(endings(await world.repairChecked(check))).toEqual({ [API]: 'hold brake' });
    expect(world.find(API)).toBeDefined();
  });

  it('does not let an overwrite pass because tags of the key were written before', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, brake: { clusterFloor: 0, clusterShare: 0, fleet: 0 } };
    world.wish(API);
    const { associationId } = world.putOurs(API, { tags: { 'rolecall.dev/mapping': 'x' } });
    world.eks.troubles.failNext('tag', 'aws.throttled');
    const check = await world.check();
    void world.clock.sleep(1_000).then(() => {
      world.eks.change(world.cluster, associationId, { roleArn: ANOTHER_ROLE });
    });
    expect(endings(await world.repairChecked(check))).toEqual({ [API]: 'hold brake' });
    expect(world.find(API)?.roleArn).toBe(ANOTHER_ROLE);
  });

  it('holds what other clusters used up between the plan and the write', async () => {
    const world = manyDrifted(3);
    world.settings = {
      ...world.settings,
      concurrency: 1,
      brake: { clusterFloor: 5, clusterShare: 0, fleet: 3 },
    };
    const elsewhere = { ...world.cluster, name: 'prod-2' };
    const { memory } = world;
    let asked = 0;
    world.memory = {
      ...memory,
      beginWrite: async (cluster, key, intent) => {
        asked += 1;
        if (asked === 2) {
          const theirs = { kind: 'delete', token: 't', at: intent.at, drift: [], braked: true } as const;
          await memory.beginWrite(elsewhere, key, theirs);
        }
        return await memory.beginWrite(cluster, key, intent);
      },
    };
    const repair = await world.repair();
    expect(Object.values(endings(repair))).toEqual(['applied', 'applied', 'hold brake']);
    expect(repair.braked).toBe(1);
    expect(changed(world)).toBe(2);
  });

  it('counts what other clusters use meanwhile', async () => {
    const world = manyDrifted(3);
    const elsewhere = { ...world.cluster, name: 'prod-2' };
    for (let index = 0; index < 49; index += 1) {
      const intent = { kind: 'delete', token: 't', at: world.clock.now(), drift: [], braked: true } as const;
      await world.memory.beginWrite(elsewhere, { namespace: 'n', serviceAccount: 's' }, intent);
    }
    expect((await world.repair()).braked).toBe(2);
    expect(changed(world)).toBe(1);
  });
});

describe('repairCluster and leave to write', () => {
  it.each(['frozen', 'superseded'] as const)('writes nothing when it is %s', async (answer) => {
    const world = drifted();
    world.memory = { ...world.memory, beginWrite: async () => answer };
    expect(endings(await world.repair())).toEqual({ [API]: `held ${answer}` });
    expect(world.writes()).toBe(0);
  });

  it('deletes nothing on a cluster that was read in part, whatever a look at the key alone says', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, prune: 'tombstones' };
    world.wish(API);
    world.wish('n/other');
    world.putOurs(API, { roleArn: ANOTHER_ROLE });
    world.putOurs('n/other');
    world.settings = { ...world.settings, concurrency: 1 };
    world.eks.troubles.failNext('describe', 'aws.unavailable', { after: 1 });
    const check = await world.check();
    expect(check.failures).toHaveLength(1);
    world.wishes.set(API, aTombstone());
    expect(endings(await world.repairChecked(check))).toEqual({ [API]: 'hold clusterPartlyRead' });
    expect(world.find(API)).toBeDefined();
  });
});

describe('repairCluster, given up half way', () => {
  it('rejects, has written what it had begun, and is found consistent by the next', async () => {
    const world = new ReconcileWorld();
    world.settings = { ...world.settings, concurrency: 1 };
    for (const key of ['n/a', 'n/b', 'n/c'] as const) world.wish(key);
    const controller = new AbortController();
    world.eks.troubles.beforeNext('create', () => undefined);
    world.eks.troubles.beforeNext('create', () => controller.abort());
    const repairing = world.repair({ call: { signal: controller.signal } });
    await expect(repairing).rejects.toMatchObject({ code: 'cancelled' });
    // The second was carried out, and its answer never heard.
    expect(world.eks.associations(world.cluster).map(formatKey)).toEqual(['n/a', 'n/b']);
    expect(await world.record('n/a')).toMatchObject({ origin: 'created' });
    expect(await world.record('n/b')).toBeUndefined();
    await world.clock.advance(20_000);
    expect(endings(await world.repair())).toEqual({ 'n/c': 'applied' });
    expect(world.eks.associations(world.cluster)).toHaveLength(3);
  });

  it('remembers a write that was under way, so that its echo is known', async () => {
    const world = drifted();
    const controller = new AbortController();
    world.eks.troubles.beforeNext('update', () => controller.abort());
    await expect(world.repair({ call: { signal: controller.signal } })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await world.record(API)).toMatchObject({ lastWriteAt: world.clock.now() });
  });

  it('rejects while it waits', async () => {
    const world = new ReconcileWorld();
    world.wish(API);
    world.eks.refuseRole(A_ROLE, { kind: 'roleNotFound' });
    const controller = new AbortController();
    void world.clock.sleep(3_000).then(() => controller.abort());
    await expect(world.repair({ call: { signal: controller.signal } })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
