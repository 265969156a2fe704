import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { aRegistryWorld, RegistryReconcileWorld, ROGUE_ROLE } from '#test/builders/a-registry-world.ts';
import { aRecord } from '#test/builders/a-situation.ts';
import { A_ROLE, ADDON_ARN, OUR_TAGS } from '#test/builders/an-association.ts';
import { noteUnread } from '../drift/note-unread.ts';
import { changeMode } from './change-mode.ts';
import { noteKey } from './findings.ts';
import { freeze, unfreeze } from './freeze.ts';
import type { ReconcileAnswer } from './reconcile.ts';
import { releaseBrake } from './release-brake.ts';

const API: KeyText = 'payments/api';
const WEB: KeyText = 'payments/web';
const MALLORY: Cause = {
  principal: 'arn:aws:sts::111122223333:assumed-role/Admin/mallory',
  eventId: 'e-1',
  eventName: 'UpdatePodIdentityAssociation',
  at: 1_795_176_000_000,
};

let world: RegistryReconcileWorld;
beforeEach(async () => {
  world = await aRegistryWorld();
});

function key(text: KeyText) {
  const [namespace = '', serviceAccount = ''] = text.split('/');
  return { namespace, serviceAccount };
}

function told(): readonly string[] {
  return world.registry.told.map(({ type }) => type);
}

function ended(answer: ReconcileAnswer): readonly string[] {
  if (answer.kind !== 'reconciled') return [answer.kind];
  return answer.outcomes.map(({ decision, outcome }) => {
    const { verdict } = decision;
    const held = verdict.kind === 'hold' ? `hold ${verdict.reason}` : verdict.kind;
    return outcome ? `${outcome.kind}${'reason' in outcome ? ` ${outcome.reason}` : ''}` : held;
  });
}

describe('a drifted association', () => {
  beforeEach(async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.registry.outbox.length = 0;
  });

  it('is put right for four requests to the registry and two calls to EKS', async () => {
    const answer = await world.reconcileKey(API, { cause: MALLORY, eventId: 'e-1' });
    expect(ended(answer)).toEqual(['applied']);
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
    expect(world.eksCalls()).toBe(2);
    expect(world.registry.requests).toEqual(['get', 'readBrake', 'commit', 'commit']);
  });

  it('is told as drifted and repaired, once each, with who, what and which revision', async () => {
    await world.reconcileKey(API, { cause: MALLORY, eventId: 'e-1' });
    const { partition, account, region, name, createdAt } = world.cluster;
    const about = {
      namespace: 'payments',
      serviceAccount: 'api',
      cluster: { partition, account, region, name, createdAt },
      mapping: { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' },
      revision: 1,
      associationId: world.find(API)?.associationId,
      cause: MALLORY,
    };
    expect(world.registry.told).toEqual([
      { type: 'AssociationDrifted', drift: ['roleDrift'], ...about },
      { type: 'AssociationRepaired', step: 'update', drift: ['roleDrift'], ...about },
    ]);
  });

  it('leaves a finding that was repaired, an audit entry and the event as seen, all in one commit', async () => {
    await world.reconcileKey(API, { cause: MALLORY, eventId: 'e-1' });
    expect(await world.findings()).toEqual([
      { id: 'roleDrift/payments/api', status: 'repaired', cause: MALLORY },
    ]);
    const [entry] = (await world.registry.auditOfCluster(world.cluster.arn)).items;
    expect(entry).toMatchObject({
      action: 'associationWritten',
      step: 'update',
      drift: ['roleDrift'],
      revision: 1,
      cause: MALLORY,
      why: `role is ${ROGUE_ROLE}, should be ${A_ROLE}`,
    });
    expect(await world.registry.get([{ type: 'seenEvent', id: 'e-1' }])).not.toEqual([undefined]);
  });

  it('knows afterwards that it is as revision 1 wants', async () => {
    await world.reconcileKey(API);
    const item = await world.item(API);
    expect(item?.record).toMatchObject({ origin: 'created', observedRevision: '1' });
    expect(item?.record?.observed).toBeUndefined();
    expect(item?.intent).toMatchObject({ kind: 'update', ended: true });
    expect(item?.findings).toBeUndefined();
  });

  it('writes nothing and tells nothing when it is reconciled again', async () => {
    await world.reconcileKey(API);
    world.clock.jump(60_000);
    const writes = world.registry.writes;
    expect(ended(await world.reconcileKey(API))).toEqual(['converged']);
    expect(world.registry.writes).toBe(writes);
    expect(world.eksCalls()).toBe(3);
  });

  it('is only told of in a cluster that is observed, once, and resolved when somebody puts it right', async () => {
    await world.put(API, {});
    const observed = await aRegistryWorld({ mode: 'observe' });
    await observed.release(API);
    observed.putAssociation(API, { roleArn: ROGUE_ROLE, tags: OUR_TAGS });
    await observed.put(API, { record: aRecord({ associationId: observed.find(API)?.associationId ?? '' }) });
    await observed.reconcileKey(API, { cause: MALLORY });
    expect(await observed.findings()).toMatchObject([{ id: 'roleDrift/payments/api', status: 'open' }]);
    expect(observed.find(API)?.roleArn).toBe(ROGUE_ROLE);
    const writes = observed.registry.writes;
    await observed.reconcileKey(API);
    expect(observed.registry.writes).toBe(writes);
    observed.tamper(API, { roleArn: A_ROLE });
    await observed.reconcileKey(API);
    expect(await observed.findings()).toMatchObject([{ status: 'resolved' }]);
    expect(observed.registry.told.map(({ type }) => type)).toEqual([
      'FindingOpened',
      'CauseNoticed',
      'FindingResolved',
    ]);
  });

  it('shows what was seen, and for whom the role index asks, while it is held', async () => {
    world.settings = { ...world.settings, brake: { clusterFloor: 0, clusterShare: 0, fleet: 50 } };
    expect(ended(await world.reconcileKey(API))).toEqual(['hold brake']);
    expect((await world.item(API))?.record?.observed).toEqual({
      roleArn: ROGUE_ROLE,
      disableSessionTags: false,
    });
    expect(told()).toEqual([
      'AssociationDrifted',
      'FindingOpened',
      'FindingOpened',
      'CauseNoticed',
      'BrakeEngaged',
    ]);
    expect((await world.findings()).map(({ id }) => id)).toEqual(['brakeEngaged', 'roleDrift/payments/api']);
  });

  it('goes on when the brake is let go, and the findings with it', async () => {
    world.settings = { ...world.settings, brake: { clusterFloor: 1, clusterShare: 0, fleet: 50 } };
    await world.reconcileKey(API);
    world.clock.jump(60_000);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    expect(ended(await world.reconcileKey(API))).toEqual(['hold brake']);
    world.registry.outbox.length = 0;
    await releaseBrake(world.deps, world.cluster.arn, { by: 'alice', why: 'looked' });
    expect(told()).toEqual(['BrakeReleased', 'ReconcileRequested', 'FindingResolved']);
    world.episodeId = 'message-2';
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect(await world.findings()).toMatchObject([
      { id: 'brakeEngaged', status: 'resolved' },
      { id: 'roleDrift/payments/api', status: 'repaired' },
    ]);
  });
});

describe('the brake', () => {
  const engaged = () => world.registry.told.filter(({ type }) => type === 'BrakeEngaged');
  const noticed = () =>
    world.registry.told.flatMap((entry) => (entry.type === 'CauseNoticed' ? [entry.causeKey] : []));
  const tamper = async (...keys: readonly KeyText[]) => {
    for (const key of keys) world.tamper(key, { roleArn: ROGUE_ROLE });
  };
  const WORLD_KEYS: readonly KeyText[] = ['a/a', 'b/b', 'c/c'];

  beforeEach(async () => {
    for (const key of WORLD_KEYS) await world.converge(key);
    world.settings = {
      ...world.settings,
      verify: 'full',
      brake: { clusterFloor: 1, clusterShare: 0, fleet: 50 },
    };
    world.registry.outbox.length = 0;
  });

  it('is told once, however many keys it holds and however often they are looked at', async () => {
    await tamper(...WORLD_KEYS);
    await world.reconcile();
    for (const key of WORLD_KEYS) {
      world.clock.jump(60_000);
      await world.reconcileKey(key, { cause: { ...MALLORY, eventId: `e ${key}` } });
    }
    await world.reconcile();
    expect(engaged()).toEqual([{ type: 'BrakeEngaged', scope: world.cluster.arn, held: 2, cap: 1 }]);
    // What it holds is its doing: nobody is told of each.
    expect(noticed()).toEqual([`brake/${world.cluster.arn}`]);
    const { items } = await world.registry.findings('open');
    expect(new Set(items.map(({ causeKey }) => causeKey))).toEqual(new Set([`brake/${world.cluster.arn}`]));
  });

  it.each([
    { what: 'could not be read', trouble: () => world.eks.troubles.failNext('list', 'aws.unavailable') },
    { what: 'was read in part', trouble: () => world.eks.troubles.failNext('describe', 'aws.unavailable') },
    {
      what: 'is left alone in part because of a fight',
      trouble: async () => await world.put(API, { backOffUntil: world.clock.now() + 1e9 }),
    },
  ])('is not over by a look at a cluster that $what', async ({ trouble }) => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.settings = { ...world.settings, brake: { clusterFloor: 0, clusterShare: 0, fleet: 50 } };
    await world.reconcile();
    await trouble();
    world.episodeId = 'message-2';
    await world.reconcile();
    const isOpen = async () =>
      (await world.findings()).some(({ id, status }) => id === 'brakeEngaged' && status === 'open');
    expect(await isOpen()).toBe(true);
    world.tamper(API, { roleArn: A_ROLE });
    world.clock.jump(1e9);
    world.episodeId = 'message-3';
    await world.reconcile();
    expect(await isOpen()).toBe(false);
  });

  it('is told again when it holds again after somebody let it go, also on the same day', async () => {
    for (let times = 0; times < 2; times += 1) {
      await tamper(...WORLD_KEYS);
      await world.reconcile();
      await releaseBrake(world.deps, world.cluster.arn, { by: 'alice', why: 'looked' });
      world.settings = { ...world.settings, brake: { clusterFloor: 50, clusterShare: 0, fleet: 50 } };
      world.clock.jump(60_000);
      world.episodeId = `released ${times}`;
      await world.reconcile();
      await releaseBrake(world.deps, world.cluster.arn, { by: 'alice', why: 'looked' });
      world.clock.jump(60_000);
      world.settings = { ...world.settings, brake: { clusterFloor: 1, clusterShare: 0, fleet: 50 } };
      world.episodeId = `again ${times}`;
    }
    expect(engaged()).toHaveLength(2);
  });

  it('of the fleet is told once for all clusters that it holds, and again after it was let go', async () => {
    world.settings = { ...world.settings, brake: { clusterFloor: 50, clusterShare: 0, fleet: 1 } };
    const other = new RegistryReconcileWorld(
      world.registry,
      { name: 'prod-2', arn: world.cluster.arn.replace('prod-1', 'prod-2') },
      'two',
    );
    await other.enrol();
    await other.converge('a/a');
    other.settings = world.settings;
    // That somebody let one cluster's own brake go before makes it no other brake.
    await releaseBrake(other.deps, other.cluster.arn, { by: 'alice', why: 'looked' });
    const holdBoth = async () => {
      await tamper(...WORLD_KEYS);
      await world.reconcile();
      other.clock.jump(world.clock.now() - other.clock.now());
      other.tamper('a/a', { roleArn: ROGUE_ROLE });
      await other.reconcile();
    };
    await holdBoth();
    expect(engaged()).toEqual([{ type: 'BrakeEngaged', scope: 'fleet', held: 2, cap: 1 }]);
    expect(noticed()).toEqual(['brake/fleet']);
    for (const scope of ['fleet', world.cluster.arn, other.cluster.arn]) {
      await releaseBrake(world.deps, scope, { by: 'alice', why: 'looked' });
    }
    world.clock.jump(60_000);
    world.episodeId = 'message-2';
    await holdBoth();
    expect(engaged()).toHaveLength(2);
  });
});

describe('a release', () => {
  it('is carried out and told as such: nobody had changed anything', async () => {
    await world.release(API);
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect(told()).toEqual(['AssociationApplied']);
    expect(await world.findings()).toEqual([]);
  });

  it('of another revision is no drift either, and is never counted as a fight', async () => {
    await world.converge(API);
    for (const revision of [2, 3, 4, 5]) {
      world.clock.jump(60_000);
      const roleArn = revision % 2 === 0 ? ROGUE_ROLE : A_ROLE;
      await world.release(API, { revision, fields: { roleArn, disableSessionTags: false, tags: {} } });
      expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    }
    expect(await world.findings()).toEqual([]);
    expect((await world.item(API))?.disturbances).toBeUndefined();
  });

  it('of the same fields is met as soon as it was seen to be', async () => {
    await world.converge(API);
    await world.release(API, { revision: 2 });
    await world.reconcileKey(API);
    expect((await world.item(API))?.record).toMatchObject({ observedRevision: '2' });
  });

  it('whose role is not there is a finding, and none any more when it can be given', async () => {
    await world.release(API, { fields: { roleArn: ROGUE_ROLE, disableSessionTags: false, tags: {} } });
    world.eks.refuseRole(ROGUE_ROLE, { kind: 'roleNotFound' });
    expect(ended(await world.reconcileKey(API))).toEqual(['found']);
    expect((await world.findings()).map(({ id, status }) => `${status} ${id}`)).toEqual([
      'open missing/payments/api',
      'open roleMissing/payments/api',
    ]);
    world.eks.acceptRole(ROGUE_ROLE);
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect((await world.findings()).map(({ status }) => status)).toEqual(['repaired', 'repaired']);
  });

  it('whose role EKS does not see yet comes back later, without waiting here, and has an end', async () => {
    await world.release(API);
    world.eks.refuseRole(A_ROLE, { kind: 'roleNotFound' });
    const now = world.clock.now();
    expect(ended(await world.reconcileKey(API))).toEqual(['later']);
    expect(world.clock.now()).toBe(now);
    expect(await world.findings()).toEqual([]);
    world.clock.jump(31_000);
    expect(ended(await world.reconcileKey(API, { refusedSince: now }))).toEqual(['found']);
  });
});

describe('a tombstone', () => {
  it('is carried out on what is ours, and the record goes with it', async () => {
    await world.converge(API);
    await world.releaseTombstone(API);
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect(world.find(API)).toBeUndefined();
    world.clock.jump(60_000);
    await world.reconcileKey(API);
    expect((await world.item(API))?.record).toBeUndefined();
  });

  it.each([
    { when: 'it bears our tag', tags: OUR_TAGS, calls: 2 },
    // Under the spoke's policy nothing else may be deleted.
    { when: 'somebody took our tag off: it is set first', tags: {}, calls: 3 },
  ])('takes its calls when $when', async ({ tags, calls }) => {
    await world.converge(API);
    world.tamper(API, { tags });
    await world.releaseTombstone(API);
    world.eksCalls();
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect(world.eksCalls()).toBe(calls);
    expect(world.find(API)).toBeUndefined();
  });

  it('is not carried out on what somebody else made there', async () => {
    await world.releaseTombstone(API);
    world.putAssociation(API, { tags: OUR_TAGS });
    expect(ended(await world.reconcileKey(API))).toEqual(['report']);
    expect(world.find(API)).toBeDefined();
    expect(await world.findings()).toMatchObject([{ id: 'unmanaged/payments/api', status: 'open' }]);
  });
});

describe('what is not ours', () => {
  it.each([
    { whose: "a stranger's with our tag", given: { tags: OUR_TAGS, roleArn: ROGUE_ROLE }, id: 'unmanaged' },
    { whose: "another tool's", given: { tags: { 'managed-by': 'terraform' } }, id: 'foreign' },
    { whose: "an add-on's", given: { ownerArn: ADDON_ARN }, id: 'addonOwned' },
  ])('$whose is reported as $id, and never touched', async ({ given, id }) => {
    await world.release(API);
    const made = world.putAssociation(API, given);
    await world.reconcileKey(API, { cause: MALLORY });
    expect(world.find(API)).toEqual(made);
    expect(await world.findings()).toMatchObject([{ id: `${id}/payments/api`, status: 'open' }]);
  });

  it('is taken over when the revision says so, and then ours', async () => {
    await world.release(API, { takeover: true });
    world.putAssociation(API, { roleArn: ROGUE_ROLE });
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect((await world.item(API))?.record).toMatchObject({ origin: 'adopted', observedRevision: '1' });
  });
});

describe('nothing is ever deleted for want of a record', () => {
  it('when all but the cluster was emptied', async () => {
    await world.converge(API);
    await world.converge(WEB);
    world.registry.clear();
    await world.enrol();
    const answer = await world.reconcile({ keys: 'all' });
    expect(ended(answer)).toEqual([]);
    expect(world.find(API)).toBeDefined();
    expect(world.find(WEB)).toBeDefined();
    expect((await world.findings()).map(({ id }) => id)).toEqual([
      'unmanaged/payments/api',
      'unmanaged/payments/web',
    ]);
  });

  it('when one item is missing', async () => {
    await world.converge(API);
    await world.converge(WEB);
    const item = await world.item(API);
    if (!item) throw new Error('not there');
    world.registry.forget(item);
    await world.reconcile({ keys: 'all' });
    await world.reconcileKey(API);
    expect(world.find(API)).toBeDefined();
    expect(await world.findings()).toMatchObject([{ id: 'unmanaged/payments/api' }]);
  });

  it('when the registry knows nothing at all', async () => {
    await world.converge(API);
    world.registry.clear();
    expect(await world.reconcile({ keys: 'all' })).toEqual({ kind: 'notEnrolled' });
    expect(world.find(API)).toBeDefined();
  });

  it('when there is no item to write on: a write without a released wish gets no leave', async () => {
    await world.converge(API);
    await world.put(API, { desired: undefined } as never);
    expect(ended(await world.reconcileKey(API))).toEqual(['hold pruneOff']);
    expect(world.find(API)).toBeDefined();
  });
});

describe('frozen', () => {
  it('nothing is written and everything is seen', async () => {
    await world.converge(API);
    await freeze(world.deps, { by: 'alice', why: 'incident' });
    world.tamper(API, { roleArn: ROGUE_ROLE });
    expect(ended(await world.reconcileKey(API))).toEqual(['hold frozen']);
    expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
    expect(await world.findings()).toMatchObject([{ id: 'roleDrift/payments/api', status: 'open' }]);
    await unfreeze(world.deps, { by: 'alice', why: 'over' });
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
  });

  it('between the look and the write, nothing is written either', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.beforeNext('describe', () => undefined);
    world.registry.interleave(async () => {
      await freeze(world.deps, { by: 'alice', why: 'incident' });
    });
    expect(ended(await world.reconcileKey(API))).toEqual(['held frozen']);
    expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
  });
});

describe('two workers', () => {
  it('the one that finds its wish superseded writes nothing', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.registry.interleave(() => world.release(API, { revision: 2 }));
    expect(ended(await world.reconcileKey(API))).toEqual(['held superseded']);
    expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
  });

  it('a finding that was waived meanwhile is no reason not to write', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    const waiver = { reason: 'r', by: 'b', until: world.clock.now() + 1e9 };
    world.registry.interleave(() => world.put(API, { findings: { roleDrift: { waiver } } }));
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect((await world.item(API))?.findings).toEqual({ roleDrift: { waiver } });
  });

  it('a stale look does not overwrite what the other has learnt', async () => {
    await world.converge(API);
    const newer = aRecord({ associationId: 'a-newer', lastWriteAt: world.clock.now() });
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.settings = { ...world.settings, brake: { clusterFloor: 0, clusterShare: 0, fleet: 0 } };
    world.registry.interleave(() => world.put(API, { record: newer }));
    await world.reconcileKey(API);
    expect((await world.item(API))?.record).toEqual(newer);
  });
});

describe('a cluster that is put to observe, or is retired, while a reconcile is under way', () => {
  it.each([
    { change: 'observe', now: { cluster: { mode: 'observe' } } },
    { change: 'retired', now: { enrolment: { state: 'retired' } } },
  ] as const)('is not written any more: $change', async ({ now }) => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    const [item] = await world.registry.get([{ type: 'cluster', clusterArn: world.cluster.arn }]);
    if (!item) throw new Error('the cluster is not enrolled');
    const cluster = { ...item.cluster, ...('cluster' in now ? now.cluster : {}) };
    const enrolment = { ...item.enrolment, ...('enrolment' in now ? now.enrolment : {}) };
    world.registry.interleave(async () => {
      await world.registry.commit({ id: 'meanwhile', at: 1, put: [{ ...item, cluster, enrolment }] });
    });
    expect(ended(await world.reconcileKey(API))).toEqual(['held superseded']);
    expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
  });
});

describe('a cluster that was made again, and no event told of it', () => {
  beforeEach(async () => {
    await world.converge(API);
    world.eks.removeCluster(world.cluster);
    world.eks.addCluster(world.cluster, { createdAt: world.cluster.createdAt + 3_600_000 });
    world.registry.outbox.length = 0;
  });

  it.each([
    { what: 'somebody else has an association where ours was', there: true, keys: [key(API)] as const },
    { what: 'nothing is where ours was', there: false, keys: [key(API)] as const },
    { what: 'all of it is looked at', there: true, keys: 'all' as const },
  ])('is not written, and is met first: $what', async ({ there, keys }) => {
    if (there) world.putAssociation(API, { roleArn: ROGUE_ROLE });
    const before = world.find(API);
    expect(await world.reconcile({ keys })).toEqual({
      kind: 'otherCluster',
      createdAt: world.cluster.createdAt + 3_600_000,
    });
    expect(world.find(API)).toEqual(before);
    expect(told()).toEqual(['EnrolmentRequested']);
    await world.reconcile({ keys });
    expect(told()).toEqual(['EnrolmentRequested']);
  });

  it('is left alone as well where EKS has none of that name for a moment', async () => {
    world.putAssociation(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.failNext('describeCluster', 'aws.unavailable');
    await expect(world.reconcileKey(API)).rejects.toMatchObject({ code: 'aws.unavailable' });
    expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
  });
});

describe('what is ours and gone', () => {
  it.each([
    { what: 'nobody told of it', hint: () => ({}), calls: 4 },
    {
      what: 'somebody told that another one was deleted',
      hint: () => ({ gone: true, associationId: 'a-other' }),
      calls: 3,
    },
    {
      what: 'somebody told that it was deleted',
      hint: (id: string) => ({ gone: true, associationId: id }),
      calls: 2,
    },
  ])('is made again, for $calls calls to EKS: $what', async ({ hint, calls }) => {
    const { associationId } = await world.converge(API);
    world.remove(API);
    expect(ended(await world.reconcileKey(API, hint(associationId)))).toEqual(['applied']);
    expect(world.eksCalls()).toBe(calls);
  });
});

describe('what is found of a role or of a repair', () => {
  const KINDS = [
    'roleMissing',
    'trustPolicyInvalid',
    'trustUnknown',
    'repairFailed',
    'refused',
    'quotaReached',
  ] as const;
  const open = async () =>
    (await world.findings()).filter(({ status }) => status === 'open').map(({ id }) => id);
  beforeEach(async () => {
    await world.converge(API);
    const { arn: clusterArn, createdAt: clusterCreatedAt } = world.cluster;
    const wanted = KINDS.map((kind) => ({ kind, message: 'm' }));
    await noteKey(world.deps, { clusterArn, clusterCreatedAt, ...key(API) }, { wanted, judged: KINDS });
    expect(await open()).toHaveLength(KINDS.length);
  });

  it('is over when the association was deleted', async () => {
    await world.releaseTombstone(API);
    await world.reconcileKey(API);
    expect(await open()).toEqual([]);
  });

  it('is over when nothing is bound, nor to be', async () => {
    world.remove(API);
    await world.releaseTombstone(API);
    await world.reconcile();
    expect(await open()).toEqual([]);
  });

  it('is over when EKS has taken another role', async () => {
    world.tamper(API, { roleArn: ROGUE_ROLE });
    await world.reconcileKey(API);
    expect(await open()).toEqual([]);
  });

  it('is not as far as it is of the role, for all that a look at the association tells', async () => {
    await world.reconcile();
    expect([...(await open())].sort()).toEqual([
      'roleMissing/payments/api',
      'trustPolicyInvalid/payments/api',
      'trustUnknown/payments/api',
    ]);
  });
});

describe('a crash', () => {
  it('between the write and its record is found again, and nothing is done twice', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.beforeNext('update', () => {
      world.registry.failNext(new AppError('aws.unavailable', 'crash', { retryable: true }));
    });
    await expect(world.reconcileKey(API)).rejects.toThrow('crash');
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
    expect((await world.item(API))?.intent).toMatchObject({ kind: 'update' });
    await redelivered();
    expect((await world.item(API))?.record).toMatchObject({ observedRevision: '1' });
    expect(world.counter.snapshot()['eks:UpdatePodIdentityAssociation']).toBe(1);
  });

  it.each([
    { write: 'update', make: () => world.tamper(API, { roleArn: ROGUE_ROLE }), drift: ['roleDrift'] },
    { write: 'create', make: () => world.remove(API), drift: ['missing'] },
  ] as const)(
    'between an $write and its record is told as the repair that it was, once',
    async ({ write, make, drift }) => {
      await world.converge(API);
      make();
      world.registry.outbox.length = 0;
      await unrecorded(write);
      expect(told()).toEqual([]);
      await redelivered(MALLORY);
      await redelivered();
      expect(world.registry.told.filter(({ type }) => type.startsWith('Association'))).toEqual([
        expect.objectContaining({ type: 'AssociationDrifted', drift, cause: MALLORY }),
        expect.objectContaining({ type: 'AssociationRepaired', step: write, drift, cause: MALLORY }),
      ]);
      const { items } = await world.registry.auditOfCluster(world.cluster.arn);
      expect(items.filter(({ action, cause }) => action === 'associationWritten' && cause)).toEqual([
        expect.objectContaining({ step: write, drift, cause: MALLORY }),
      ]);
      const item = await world.item(API);
      expect(item?.intent?.ended).toBe(true);
      expect(item?.disturbances).toHaveLength(1);
    },
  );

  it('between a delete and its record is told as that', async () => {
    await world.converge(API);
    await world.releaseTombstone(API);
    world.registry.outbox.length = 0;
    await unrecorded('delete');
    await redelivered();
    await redelivered();
    expect(world.registry.told).toEqual([
      expect.objectContaining({ type: 'AssociationApplied', step: 'delete' }),
    ]);
  });

  it('between a release and its record is told as that', async () => {
    await world.release(API);
    await unrecorded('create');
    await redelivered();
    expect(world.registry.told.filter(({ type }) => type.startsWith('Association'))).toEqual([
      expect.objectContaining({ type: 'AssociationApplied', step: 'create' }),
    ]);
    expect((await world.item(API))?.disturbances).toBeUndefined();
  });

  it('is told by whoever comes first, where two come to the same conclusion', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.registry.outbox.length = 0;
    const keys = [{ namespace: 'payments', serviceAccount: 'api' }];
    world.eks.troubles.beforeNext('update', () =>
      world.registry.interleave(async () => {
        world.clock.jump(60_000);
        await world.reconcileWith(world.registry, 'other', { keys });
      }),
    );
    await world.reconcileKey(API);
    expect(told().filter((type) => type === 'AssociationRepaired')).toHaveLength(1);
  });

  it('before the write is repaired by the next, and counted once by the brake', async () => {
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.failNext('update', 'aws.unavailable');
    expect(ended(await world.reconcileKey(API))).toEqual(['later']);
    await redelivered();
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
    const use = await world.registry.readBrake(world.cluster.arn, world.clock.now());
    expect(use.cluster).toBe(1);
  });

  it('before the write is repaired by the next also where that was the last that the brake let pass', async () => {
    world.settings = { ...world.settings, brake: { clusterFloor: 1, clusterShare: 0, fleet: 1 } };
    await world.converge(API);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    world.eks.troubles.failNext('update', 'aws.timeout');
    await world.reconcileKey(API);
    await redelivered();
    expect(world.find(API)?.roleArn).toBe(A_ROLE);
    expect((await world.findings()).map(({ id }) => id)).not.toContain('brakeEngaged');
    world.clock.jump(60_000);
    world.tamper(API, { roleArn: ROGUE_ROLE });
    expect(ended(await world.reconcileKey(API))).toEqual(['hold brake']);
  });

  /** EKS does it, and the registry is out of reach when that is to be written down. */
  async function unrecorded(write: 'create' | 'update' | 'delete'): Promise<void> {
    world.eks.troubles.beforeNext(write, () => {
      world.registry.failNext(new AppError('aws.unavailable', 'crash', { retryable: true }));
    });
    await expect(world.reconcileKey(API)).rejects.toThrow('crash');
  }

  async function redelivered(cause?: Cause): Promise<void> {
    world.clock.jump(60_000);
    await world.reconcileKey(API, cause ? { cause } : {});
  }
});

describe('a registry that fails', () => {
  it.each([1, 2, 3])(
    'at request %i makes the reconcile fail, and nothing is written that is not on record',
    async (at) => {
      await world.converge(API);
      world.tamper(API, { roleArn: ROGUE_ROLE });
      const failure = new AppError('aws.unavailable', 'no registry', { retryable: true });
      const fine: (AppError | undefined)[] = new Array(at - 1).fill(undefined);
      world.registry.failNext(...([...fine, failure, failure, failure] as AppError[]));
      await world.reconcileKey(API).catch(() => undefined);
      expect(world.find(API)?.roleArn).toBe(ROGUE_ROLE);
    },
  );
});

describe('a repair that comes long after the drift', () => {
  it('names who had brought the drift about', async () => {
    await world.converge(API);
    await freeze(world.deps, { by: 'alice', why: 'OPS-7' });
    world.tamper(API, { roleArn: ROGUE_ROLE });
    await world.reconcileKey(API, { cause: MALLORY });
    await unfreeze(world.deps, { by: 'alice', why: 'OPS-7' });
    world.registry.outbox.length = 0;
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect(world.registry.told.find(({ type }) => type === 'AssociationRepaired')).toMatchObject({
      cause: MALLORY,
    });
    const { items } = await world.registry.auditOfCluster(world.cluster.arn);
    expect(items).toContainEqual(
      expect.objectContaining({ action: 'associationWritten', why: expect.any(String), cause: MALLORY }),
    );
  });
});

describe('a fight', () => {
  it('is raised the third time within an hour, naming who, and then left alone for longer and longer', async () => {
    await world.converge(API);
    const pauses: number[] = [];
    for (const round of [1, 2, 3, 4, 5]) {
      world.episodeId = `message-${round}`;
      world.tamper(API, { roleArn: ROGUE_ROLE });
      expect(ended(await world.reconcileKey(API, { cause: MALLORY }))).toEqual(['applied']);
      const until = (await world.item(API))?.backOffUntil;
      pauses.push(until === undefined ? 0 : until - world.clock.now());
      world.clock.jump(Math.max(60_000, pauses.at(-1) ?? 0));
    }
    expect(pauses).toEqual([0, 0, 60_000, 120_000, 240_000]);
    expect(await world.findings()).toMatchObject([
      { id: 'contested/payments/api', status: 'open', cause: MALLORY },
      { id: 'roleDrift/payments/api', status: 'repaired' },
    ]);
  });

  it('accuses whoever undid it, and not whoever came last', async () => {
    await world.converge(API);
    for (const [round, name] of ['mallory', 'mallory', 'mallory', 'bob'].entries()) {
      const principal = `arn:aws:iam::111122223333:user/${name}`;
      world.episodeId = `message-${round}`;
      world.tamper(API, { roleArn: ROGUE_ROLE });
      await world.reconcileKey(API, { cause: { ...MALLORY, principal, eventId: `e-${round}` } });
      world.clock.jump(60_000);
    }
    const [contested] = (await world.registry.findings('open')).items;
    expect(contested).toMatchObject({
      cause: { eventId: 'e-2' },
      message:
        'what Rolecall put right was undone within an hour 3 times by mallory and once by bob; the next repair waits 2 minutes',
    });
  });

  it('is not what becomes ours because it is as wished: that is no finding, before or after', async () => {
    const met = await aRegistryWorld({ mode: 'observe' });
    await met.release(API);
    met.putAssociation(API, { tags: {} });
    await met.reconcileKey(API);
    expect(await met.findings()).toEqual([]);
    const { arn: clusterArn, createdAt } = met.cluster;
    const change = { clusterArn, createdAt, from: 'observe', to: 'enforce' } as const;
    await changeMode(met.deps, change, { by: 'alice', why: 'looked at' });
    expect(ended(await met.reconcileKey(API))).toEqual(['applied']);
    expect(await met.findings()).toEqual([]);
    expect(met.registry.told.map(({ type }) => type)).toContain('AssociationApplied');
  });

  it('has not begun when what a first look found is put right later', async () => {
    const met = await aRegistryWorld({ mode: 'observe' });
    await met.release(API);
    await met.reconcileKey(API);
    expect(await met.findings()).toMatchObject([{ id: 'missing/payments/api', status: 'open' }]);
    met.registry.outbox.length = 0;
    await changeMode(
      met.deps,
      { clusterArn: met.cluster.arn, createdAt: met.cluster.createdAt, from: 'observe', to: 'enforce' },
      { by: 'alice', why: 'looked at' },
    );
    expect(ended(await met.reconcileKey(API))).toEqual(['applied']);
    expect((await met.item(API))?.disturbances).toBeUndefined();
    expect(met.registry.told.map(({ type }) => type)).toContain('AssociationApplied');
    expect(met.registry.told.map(({ type }) => type)).not.toContain('AssociationRepaired');
  });

  it('is left alone without a call to EKS while the pause lasts, and says until when', async () => {
    await world.converge(API);
    await world.put(API, { backOffUntil: world.clock.now() + 5_000 });
    world.tamper(API, { roleArn: ROGUE_ROLE });
    const answer = await world.reconcileKey(API);
    expect(answer).toMatchObject({ outcomes: [], deferred: [{ until: world.clock.now() + 5_000 }] });
    expect(world.eksCalls()).toBe(0);
  });

  it('is over when nobody changed anything for an hour', async () => {
    await world.converge(API);
    for (const round of [1, 2, 3]) {
      world.episodeId = `message-${round}`;
      world.tamper(API, { roleArn: ROGUE_ROLE });
      await world.reconcileKey(API, { cause: MALLORY });
      world.clock.jump(60_000);
    }
    world.clock.jump(3_600_000);
    await world.reconcileKey(API);
    expect(await world.findings()).toContainEqual(
      expect.objectContaining({ id: 'contested/payments/api', status: 'resolved' }),
    );
    expect((await world.item(API))?.disturbances).toBeUndefined();
  });
});

describe('a whole cluster', () => {
  it('is checked, repaired, counted, and then costs one page and writes nothing', async () => {
    await world.converge(API);
    await world.converge(WEB);
    world.remove(WEB);
    world.clock.jump(60_000);
    const answer = await world.reconcile({ keys: 'all' });
    expect(ended(answer)).toEqual(['applied']);
    expect(await world.registry.get([{ type: 'cluster', clusterArn: world.cluster.arn }])).toMatchObject([
      { associations: 1 },
    ]);
    world.clock.jump(60_000);
    world.episodeId = 'message-2';
    await world.reconcile({ keys: 'all' });
    world.eksCalls();
    world.registry.requests.length = 0;
    const writes = world.registry.writes;
    await world.reconcile({ keys: 'all' });
    expect(world.registry.writes).toBe(writes);
    expect(world.registry.requests).toEqual(['get', 'associations', 'get']);
    expect(world.eksCalls()).toBe(1);
  });

  it('that cannot be read is a finding, and nothing of it is called clean or gone', async () => {
    await world.converge(API);
    world.eks.troubles.deny('list');
    await world.reconcile({ keys: 'all' });
    expect(await world.findings()).toMatchObject([{ id: 'clusterUnread', status: 'open' }]);
    expect((await world.item(API))?.record).toMatchObject({ observedRevision: '1' });
    world.eks.troubles.allow('list');
    await world.reconcile({ keys: 'all' });
    expect(await world.findings()).toMatchObject([{ id: 'clusterUnread', status: 'resolved' }]);
  });

  it('and can be read again is written down as such, once', async () => {
    await world.converge(API);
    const error = new AppError('aws.accessDenied', 'not authorized', { retryable: false });
    await noteUnread(world.deps, world.cluster.arn, error);
    await world.reconcile();
    const at = world.clock.now();
    world.clock.jump(60_000);
    await world.reconcile();
    const [item] = await world.registry.get([{ type: 'cluster', clusterArn: world.cluster.arn }]);
    expect(item?.access).toEqual({ kind: 'ok', at });
  });

  it('with many findings writes them in few commits', async () => {
    for (let index = 0; index < 90; index += 1) {
      world.putAssociation(`rogue/sa-${index}`, { roleArn: ROGUE_ROLE });
    }
    world.registry.requests.length = 0;
    await world.reconcile({ keys: 'all' });
    expect(world.registry.told.filter(({ type }) => type === 'FindingOpened').length).toBe(90);
    expect(world.registry.requests.filter((name) => name === 'commit').length).toBe(6);
  });
});

describe('who is not looked after', () => {
  it('an unknown cluster, a retired one, and another life of it are not looked at', async () => {
    const other = { ...world.cluster, name: 'nobody' };
    expect(await world.reconcile({ cluster: other })).toEqual({ kind: 'notEnrolled' });
    expect(await world.reconcile({ createdAt: 1 })).toEqual({
      kind: 'otherCluster',
      createdAt: world.cluster.createdAt,
    });
    expect(world.eksCalls()).toBe(0);
  });
});
