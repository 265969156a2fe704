import { beforeEach, describe, expect, it } from 'vitest';
import { aRegistryWorld, type RegistryReconcileWorld, ROGUE_ROLE } from '#test/builders/a-registry-world.ts';
import { aRecord } from '#test/builders/a-situation.ts';
import { A_ROLE } from '#test/builders/an-association.ts';
import { noteKey, waive } from './findings.ts';
import { freeze, readFreeze, unfreeze } from './freeze.ts';
import { HintReader } from './read-hint.ts';
import { releaseBrake } from './release-brake.ts';
import { parseRole, whoUses } from './who-uses.ts';

const ASKED = { by: 'alice', why: 'because' };
const API = 'payments/api';

let world: RegistryReconcileWorld;
beforeEach(async () => {
  world = await aRegistryWorld();
});

const audit = async (clusterArn?: string) => (await world.registry.auditOfCluster(clusterArn)).items;

describe('freeze', () => {
  it('is on until it is let go, tells it once, and is written down with who and why', async () => {
    expect(await readFreeze(world.deps)).toBeUndefined();
    expect(await freeze(world.deps, ASKED)).toBe('changed');
    expect(await freeze(world.deps, { by: 'bob', why: 'too' })).toBe('unchanged');
    expect(await readFreeze(world.deps)).toMatchObject({ frozen: true, by: 'alice', reason: 'because' });
    expect(await unfreeze(world.deps, ASKED)).toBe('changed');
    expect(await readFreeze(world.deps)).toMatchObject({ frozen: false });
    // What drifted meanwhile is looked at now, whoever told of it.
    expect(world.registry.told).toMatchObject([
      { type: 'WritesFrozen' },
      { type: 'WritesUnfrozen' },
      { type: 'ReconcileRequested', cluster: { name: 'prod-1' }, keys: 'all' },
    ]);
    expect((await audit()).map(({ action, by }) => `${action} ${by}`).sort()).toEqual([
      'writesFrozen alice',
      'writesUnfrozen alice',
    ]);
  });

  it('unfreezing what nobody froze writes nothing', async () => {
    expect(await unfreeze(world.deps, ASKED)).toBe('unchanged');
    expect(world.registry.told).toEqual([]);
  });
});

describe('the brake', () => {
  it('is let go for the fleet without naming a cluster', async () => {
    expect(await releaseBrake(world.deps, 'fleet', ASKED)).toBe('released');
    expect(world.registry.told).toEqual([
      { type: 'BrakeReleased', scope: 'fleet', by: 'alice', reason: 'because' },
    ]);
    expect(await audit()).toMatchObject([{ action: 'brakeReleased', by: 'alice', why: 'because' }]);
  });

  it('is let go although the clock of whoever asks is behind', async () => {
    await world.converge(API);
    world.settings = { ...world.settings, brake: { clusterFloor: 1, clusterShare: 0, fleet: 50 } };
    world.clock.jump(180_000);
    for (const round of [1, 2]) {
      world.episodeId = `message-${round}`;
      world.tamper(API, { roleArn: ROGUE_ROLE });
      await world.reconcileKey(API);
      world.clock.jump(60_000);
    }
    expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
    const late = { now: () => world.clock.now() - 180_000, sleep: world.clock.sleep };
    await releaseBrake({ ...world.deps, clock: late }, world.cluster.arn, ASKED);
    world.episodeId = 'message-3';
    await world.reconcileKey(API);
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
  });

  it('of the fleet, let go, has every cluster looked at on which something is held', async () => {
    await world.converge(API);
    world.settings = { ...world.settings, brake: { clusterFloor: 5, clusterShare: 0, fleet: 0 } };
    world.tamper(API, { roleArn: ROGUE_ROLE });
    await world.reconcileKey(API);
    world.registry.outbox.length = 0;
    await releaseBrake(world.deps, 'fleet', ASKED);
    expect(world.registry.told).toMatchObject([
      { type: 'BrakeReleased', scope: 'fleet' },
      { type: 'ReconcileRequested', cluster: { name: 'prod-1' }, keys: 'all' },
    ]);
  });

  it('is not let go for a cluster that nobody knows', async () => {
    expect(await releaseBrake(world.deps, 'arn:nobody', ASKED)).toBe('unknownCluster');
    expect(world.registry.told).toEqual([]);
  });
});

describe('a waiver', () => {
  const finding = () => ({ clusterArn: world.cluster.arn, id: 'roleDrift/payments/api' });
  const drift = async () => {
    await world.converge(API);
    world.settings = { ...world.settings, brake: { clusterFloor: 0, clusterShare: 0, fleet: 50 } };
    world.tamper(API, { roleArn: ROGUE_ROLE });
    await world.reconcileKey(API);
  };

  it('takes a finding out of the open ones until its date, also when it goes and comes back', async () => {
    await drift();
    const until = world.clock.now() + 86_400_000;
    expect(await waive(world.deps, finding(), until, ASKED)).toBe('waived');
    const waived = async () => (await world.registry.findings('waived')).items;
    expect(await waived()).toMatchObject([{ waiver: { reason: 'because', by: 'alice', until } }]);
    world.tamper(API, { roleArn: A_ROLE });
    await world.reconcileKey(API);
    world.registry.outbox.length = 0;
    world.tamper(API, { roleArn: ROGUE_ROLE });
    await world.reconcileKey(API);
    expect((await waived()).length).toBe(1);
    expect(world.registry.told.map(({ type }) => type)).not.toContain('FindingOpened');
    world.clock.jump(86_400_000);
    await world.reconcileKey(API);
    expect(await waived()).toEqual([]);
    const open = (await world.registry.findings('open')).items;
    expect(open.map(({ id }) => id)).toContain('roleDrift/payments/api');
    expect(world.registry.told.map(({ type }) => type)).toContain('FindingOpened');
  });

  it('that is over has its finding told again, though the event that brought it about was told', async () => {
    await world.converge(API);
    const { arn: clusterArn, createdAt: clusterCreatedAt } = world.cluster;
    const of = { clusterArn, clusterCreatedAt, namespace: 'payments', serviceAccount: 'api' };
    const cause = { principal: 'arn:mallory', eventId: 'e-9', at: 1 };
    const wanted = [{ kind: 'roleMissing', message: 'the role was deleted', roleArn: A_ROLE }] as const;
    const look = () => noteKey(world.deps, of, { wanted, judged: ['roleMissing'], cause });
    await look();
    const id = 'roleMissing/payments/api';
    await waive(world.deps, { clusterArn, id }, world.clock.now() + 60_000, ASKED);
    world.registry.outbox.length = 0;
    await look();
    expect(world.registry.told).toEqual([]);
    world.clock.jump(60_000);
    await look();
    await look();
    const causeKey = `roleMissing/${A_ROLE}`;
    expect(world.registry.told).toMatchObject([
      { type: 'FindingOpened', id, causeKey, cause },
      { type: 'CauseNoticed', id, causeKey, cause },
    ]);
  });

  it.each([
    { case: 'what is no finding', id: 'no-such-kind/a/b', days: 1, answer: 'notFound' },
    { case: 'what was not found', id: 'missing/payments/api', days: 1, answer: 'notFound' },
    { case: 'a date that is past', id: 'roleDrift/payments/api', days: 0, answer: 'untilPast' },
  ])('refuses $case', async ({ id, days, answer }) => {
    await drift();
    const until = world.clock.now() + days * 86_400_000;
    expect(await waive(world.deps, { ...finding(), id }, until, ASKED)).toBe(answer);
  });

  it('refuses what is over', async () => {
    await drift();
    world.tamper(API, { roleArn: A_ROLE });
    await world.reconcileKey(API);
    expect(await waive(world.deps, finding(), world.clock.now() + 1, ASKED)).toBe('notOpen');
  });
});

describe('what others found at a key', () => {
  const of = () => {
    const { arn: clusterArn, createdAt: clusterCreatedAt } = world.cluster;
    return { clusterArn, clusterCreatedAt, namespace: 'payments', serviceAccount: 'api' };
  };
  const judged = ['roleMissing', 'trustPolicyInvalid'] as const;

  it('is opened once, stays when the key is reconciled, and is resolved when it is gone', async () => {
    await world.converge(API);
    const wanted = [{ kind: 'roleMissing', message: 'the role was deleted' }] as const;
    const cause = { principal: 'arn:mallory', eventId: 'e-9', at: 1 };
    expect(await noteKey(world.deps, of(), { wanted, judged, cause })).toBe('changed');
    expect(await noteKey(world.deps, of(), { wanted, judged, cause })).toBe('unchanged');
    await world.reconcileKey(API);
    expect(await world.findings()).toEqual([{ id: 'roleMissing/payments/api', status: 'open', cause }]);
    await noteKey(world.deps, of(), { wanted: [], judged });
    expect(await world.findings()).toMatchObject([{ status: 'resolved' }]);
    expect(world.registry.told.map(({ type }) => type).slice(-3)).toEqual([
      'FindingOpened',
      'CauseNoticed',
      'FindingResolved',
    ]);
  });
});

describe('who uses a role', () => {
  it.each([
    {
      text: 'arn:aws:iam::111122223333:role/teams/payments-api',
      role: { account: '111122223333', roleName: 'payments-api' },
    },
    { text: '111122223333/payments-api', role: { account: '111122223333', roleName: 'payments-api' } },
    { text: 'payments-api', role: undefined },
    { text: '1111/payments-api', role: undefined },
  ])('$text', ({ text, role }) => {
    expect(parseRole(text)).toEqual(role);
  });

  it('those to which it was released, and those that have it although nobody wished for it', async () => {
    await world.release(API);
    const observed = { roleArn: A_ROLE, disableSessionTags: false };
    await world.put('payments/seen', { record: aRecord({ origin: 'seen', observed }) });
    await world.release('payments/far', {
      fields: { roleArn: ROGUE_ROLE, targetRoleArn: A_ROLE, disableSessionTags: false, tags: {} },
    });
    const users: string[] = [];
    const role = { account: '111122223333', roleName: 'payments-api' };
    for await (const page of whoUses(world.deps, role)) {
      users.push(...page.map(({ item, as }) => `${item.serviceAccount} ${as}`));
    }
    expect(users).toEqual(['api role', 'seen role', 'far targetRole']);
  });
});

describe('reading what an event names', () => {
  const address = (given = {}) => ({ cluster: world.cluster, eventId: 'e-1', ...given });
  const key = { namespace: 'payments', serviceAccount: 'api' };

  it('costs one request once the cluster is known, two before', async () => {
    await world.converge(API);
    const hints = new HintReader(world.deps);
    const first = await hints.read(address({ key }));
    expect(first).toMatchObject({ key, seen: false, item: { serviceAccount: 'api' } });
    expect(world.registry.requests.splice(0)).toEqual(['get', 'get']);
    expect(await hints.read(address({ key }))).toEqual(first);
    expect(world.registry.requests.splice(0)).toEqual(['get']);
  });

  it('finds the key by the id of the association', async () => {
    const { associationId } = await world.converge(API);
    const hints = new HintReader(world.deps);
    expect(await hints.read(address({ associationId }))).toMatchObject({
      key,
      item: { serviceAccount: 'api' },
    });
    expect(await hints.read(address({ associationId: 'a-other' }))).toMatchObject({ key: undefined });
  });

  it('says of an unknown cluster that it is', async () => {
    const cluster = { ...world.cluster, name: 'nobody' };
    const reading = await new HintReader(world.deps).read(address({ cluster, key }));
    expect(reading).toEqual({ cluster: undefined, key, item: undefined, seen: false });
  });

  it('knows an event that was dealt with', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    await world.reconcileKey(API, { eventId: 'e-1' });
    expect(await new HintReader(world.deps).read(address({ key }))).toMatchObject({ seen: true });
  });

  it('reads the present life of a cluster that was made again', async () => {
    await world.converge(API);
    const hints = new HintReader(world.deps);
    await hints.read(address({ key }));
    const [item] = await world.registry.get([{ type: 'cluster', clusterArn: world.cluster.arn }]);
    if (!item) throw new Error('not there');
    const cluster = { ...item.cluster, createdAt: item.cluster.createdAt + 1 };
    await world.registry.commit({ id: 'again', at: 1, put: [{ ...item, cluster }] });
    expect((await hints.read(address({ key }))).item).toBeUndefined();
  });
});
