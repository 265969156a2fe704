import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import { AppError } from '#shared/ports/app-error.ts';
import {
  aRegistryWorld,
  ended,
  MALLORY,
  type RegistryReconcileWorld,
  ROGUE_ROLE,
  typesTold,
} from '#test/builders/a-registry-world.ts';
import { aRecord } from '#test/builders/a-situation.ts';
import { A_ROLE, ADDON_ARN, OUR_TAGS } from '#test/builders/an-association.ts';
import { noteUnread } from '../drift/note-unread.ts';
import { freeze, unfreeze } from './freeze.ts';
import { releaseBrake } from './release-brake.ts';

const API: KeyText = 'payments/api';
const WEB: KeyText = 'payments/web';

let world: RegistryReconcileWorld;
beforeEach(async () => {
  world = await aRegistryWorld();
});

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
    expect(typesTold(world)).toEqual([
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
    expect(typesTold(world)).toEqual(['BrakeReleased', 'ReconcileRequested', 'FindingResolved']);
    world.episodeId = 'message-2';
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect(await world.findings()).toMatchObject([
      { id: 'brakeEngaged', status: 'resolved' },
      { id: 'roleDrift/payments/api', status: 'repaired' },
    ]);
  });
});

describe('a release', () => {
  it('is carried out and told as such: nobody had changed anything', async () => {
    await world.release(API);
    expect(ended(await world.reconcileKey(API))).toEqual(['applied']);
    expect(typesTold(world)).toEqual(['AssociationApplied']);
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
