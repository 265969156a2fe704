import { beforeEach, describe, expect, it } from 'vitest';
import { freeze, unfreeze } from '#shared/app/registry/freeze.ts';
import type { KeyText } from '#shared/domain/key.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { METRIC } from '#shared/runtime/names.ts';
import { aHub, Hub } from '#test/builders/a-hub.ts';
import { ROGUE_ROLE } from '#test/builders/a-registry-world.ts';
import { A_ROLE, OUR_TAGS } from '#test/builders/an-association.ts';
import { ALICE, anEvent } from '#test/builders/an-event.ts';

const API: KeyText = 'payments/api';
const WEB: KeyText = 'payments/web';

let hub: Hub;
let id: string;
beforeEach(async () => {
  hub = await aHub();
  id = (await hub.world.converge(API)).associationId;
  hub.world.registry.outbox.length = 0;
});

function now(): number {
  return hub.world.clock.now();
}

let events = 0;
beforeEach(() => {
  events = 0;
});

/** Somebody swaps the role, and CloudTrail tells. */
async function swapRole(roleArn = ROGUE_ROLE): Promise<void> {
  hub.world.tamper(API, { roleArn });
  await updated();
}

async function updated(): Promise<void> {
  events += 1;
  const associationId = hub.world.find(API)?.associationId ?? id;
  await hub.deliver(
    anEvent('UpdatePodIdentityAssociation', { at: now(), associationId, eventId: `e-${events}` }),
  );
}

function role(): string | undefined {
  return hub.world.find(API)?.roleArn;
}

function waiting(): readonly { readonly why: string; readonly delaySeconds: number | undefined }[] {
  return hub.waiting.sent.map(({ body, delaySeconds }) => {
    const { why } = JSON.parse(body) as { why: string };
    return { why, delaySeconds };
  });
}

async function openFindings(): Promise<readonly string[]> {
  return (await hub.world.findings()).filter(({ status }) => status === 'open').map((finding) => finding.id);
}

/** The writes that EKS was asked for. */
function eksWrites(): number {
  const counts = hub.world.counter.snapshot();
  return ['Create', 'Update', 'Delete'].reduce(
    (sum, verb) => sum + (counts[`eks:${verb}PodIdentityAssociation`] ?? 0),
    0,
  );
}

describe('from the event to the repair', () => {
  it('takes two calls to EKS and five requests to the registry for a role that was swapped', async () => {
    // The process has met the cluster before.
    await updated();
    await hub.pass(60_000, 20_000);
    hub.world.eksCalls();
    hub.world.registry.requests.length = 0;
    await swapRole();
    await hub.settle();
    expect(role()).toBe(A_ROLE);
    expect(hub.world.eksCalls()).toBe(2);
    expect(hub.world.registry.requests).toEqual(['get', 'get', 'readBrake', 'commit', 'commit']);
  });

  it('takes two calls to EKS for one that was deleted', async () => {
    hub.world.remove(API);
    await hub.deliver(anEvent('DeletePodIdentityAssociation', { at: now(), associationId: id }));
    await hub.settle();
    expect(role()).toBe(A_ROLE);
    expect(hub.world.eksCalls()).toBe(2);
  });

  it('is told on the bus, once, with who did it and how long it took', async () => {
    hub.world.tamper(API, { roleArn: ROGUE_ROLE });
    await hub.deliver(
      anEvent('UpdatePodIdentityAssociation', { at: now() - 4_000, associationId: id, eventId: 'e-1' }),
    );
    await hub.settle();
    expect(hub.bus.types()).toEqual(['AssociationDrifted', 'AssociationRepaired']);
    expect(hub.bus.published[1]).toMatchObject({
      source: 'rolecall',
      resources: [hub.world.cluster.arn],
      detail: {
        schemaVersion: 1,
        causeKey: 'event/e-1',
        key: { namespace: 'payments', serviceAccount: 'api' },
        step: 'update',
        drift: ['roleDrift'],
        revision: 1,
        tookMs: 4_000,
        cause: { principal: ALICE, eventId: 'e-1' },
      },
    });
    expect(hub.sum(METRIC.driftRepaired)).toBe(1);
    expect(hub.metrics.get(METRIC.eventToRepair)).toEqual([4_000]);
  });

  it('writes once for an event that is delivered three times', async () => {
    hub.world.tamper(API, { roleArn: ROGUE_ROLE });
    const before = eksWrites();
    const event = anEvent('UpdatePodIdentityAssociation', { at: now(), associationId: id });
    await hub.deliver(event, event, event);
    await hub.settle();
    expect(eksWrites() - before).toBe(1);
  });

  it('puts back our tag that somebody took off', async () => {
    const { 'rolecall.dev/installation': _, ...left } = { ...OUR_TAGS };
    hub.world.tamper(API, { tags: left });
    await hub.deliver(anEvent('UntagResource', { at: now(), associationId: id }));
    await hub.settle();
    expect(hub.world.find(API)?.tags).toEqual(OUR_TAGS);
  });

  it('leaves alone a stranger’s association that somebody gave our tags, and says so', async () => {
    await hub.world.release(WEB);
    const stranger = hub.world.putAssociation(WEB, { roleArn: ROGUE_ROLE, tags: OUR_TAGS });
    const { associationId } = stranger;
    const before = eksWrites();
    await hub.deliver(anEvent('TagResource', { at: now(), associationId }));
    await hub.settle();
    expect(hub.world.find(WEB)).toEqual(stranger);
    expect(eksWrites()).toBe(before);
    expect(await openFindings()).toContain('unmanaged/payments/web');
  });

  it('looks again when the event came faster than EKS shows what happened', async () => {
    await updated();
    await hub.settle();
    expect(waiting()).toEqual([{ why: 'settling', delaySeconds: 15 }]);
    hub.world.tamper(API, { roleArn: ROGUE_ROLE });
    await hub.pass(16_000);
    expect(role()).toBe(A_ROLE);
    expect(waiting()).toHaveLength(1);
  });

  it('looks once more, and not again and again, at what was changed right after our own write', async () => {
    await swapRole();
    await hub.settle();
    await hub.pass(4_000);
    hub.world.eksCalls();
    await swapRole();
    await hub.settle();
    expect(waiting()).toEqual([{ why: 'settling', delaySeconds: 11 }]);
    await hub.pass(11_000);
    expect(role()).toBe(A_ROLE);
    // The look that was too early, the one that was not, and the write.
    expect(hub.world.eksCalls()).toBe(3);
  });
});

describe('a crash', () => {
  it('between EKS and the registry is made good by the next delivery, without a second write', async () => {
    await swapRole();
    await hub.detect();
    const before = eksWrites();
    // Open, brake and intent go well; the conclusion does not.
    const { registry } = hub.world;
    const commit = registry.commit.bind(registry);
    let commits = 0;
    registry.commit = async (given) => {
      commits += 1;
      if (commits === 2) throw new AppError('aws.unavailable', 'gone', { retryable: true });
      return await commit(given);
    };
    const answer = await hub.reconcileOnce();
    expect(answer.batchItemFailures).toHaveLength(1);
    expect(role()).toBe(A_ROLE);
    registry.commit = commit;
    await hub.pass(60_000);
    expect(role()).toBe(A_ROLE);
    expect(eksWrites() - before).toBe(1);
    expect(hub.reconcile.depth).toBe(0);
    expect(await openFindings()).toEqual([]);
    expect((await hub.world.item(API))?.record).toMatchObject({ observedRevision: '1' });
  });

  it('of EKS’s answer is looked into, and nothing is written twice', async () => {
    await swapRole();
    const before = eksWrites();
    hub.world.eks.troubles.loseNextAnswer('update');
    await hub.settle();
    expect(waiting()).toEqual([{ why: 'answerLost', delaySeconds: 1 }]);
    await hub.pass(60_000);
    expect(role()).toBe(A_ROLE);
    expect(eksWrites() - before).toBe(1);
    expect(await openFindings()).toEqual([]);
  });
});

describe('throttling', () => {
  it('of a minute is waited out by the message, which backs off', async () => {
    await swapRole();
    hub.world.eks.troubles.failNext('describe', 'aws.throttled', { times: 2 });
    await hub.settle();
    expect(hub.reconcile.postponed).toEqual([15]);
    await hub.pass(60_000);
    expect(hub.reconcile.postponed).toEqual([15, 30]);
    expect(role()).toBe(A_ROLE);
    expect(hub.reconcile.dead).toEqual([]);
  });

  it('of a write puts the message off, too', async () => {
    await swapRole();
    hub.world.eks.troubles.failNext('update', 'aws.throttled');
    await hub.pass(20_000);
    expect(hub.reconcile.postponed).toEqual([15]);
    expect(role()).toBe(A_ROLE);
  });

  it('without end leads to the dead letters, and a redrive gets it done', async () => {
    await swapRole();
    hub.world.eks.troubles.failNext('describe', 'aws.throttled', { times: 10 });
    await hub.pass(2 * 3_600_000, 60_000);
    expect(hub.reconcile.dead).toHaveLength(1);
    expect(role()).toBe(ROGUE_ROLE);
    const [body = ''] = hub.reconcile.dead;
    await hub.reconcile.send([{ body, group: 'c1', deduplicationId: 'redriven' }]);
    await hub.settle();
    expect(role()).toBe(A_ROLE);
  });
});

describe('another worker', () => {
  it('that releases something else meanwhile is not overwritten', async () => {
    await swapRole();
    await hub.detect();
    const newer = 'arn:aws:iam::111122223333:role/newer';
    hub.world.eks.troubles.beforeNext('describe', () => {
      hub.world.registry.interleave(() =>
        hub.world.release(API, {
          revision: 2,
          fields: { roleArn: newer, disableSessionTags: false, tags: {} },
        }),
      );
    });
    await hub.reconcileOnce();
    expect(role()).toBe(ROGUE_ROLE);
    expect(waiting()).toMatchObject([{ why: 'superseded' }]);
    await hub.pass(5_000);
    expect(role()).toBe(newer);
  });
});

describe('while writes are frozen', () => {
  it('writes nothing, sees everything, and puts it right when they are not any more', async () => {
    await freeze(hub.world.deps, { by: 'alice', why: 'incident' });
    const before = eksWrites();
    await swapRole();
    await hub.settle();
    expect(role()).toBe(ROGUE_ROLE);
    expect(eksWrites()).toBe(before);
    expect(await openFindings()).toEqual(['roleDrift/payments/api']);
    expect(hub.sum(METRIC.frozen)).toBe(1);
    expect(hub.sum(METRIC.driftOpen)).toBe(1);
    await hub.pass(2 * 3_600_000, 60_000);
    expect(eksWrites()).toBe(before);
    await unfreeze(hub.world.deps, { by: 'alice', why: 'over' });
    await hub.pass(16 * 60_000, 60_000);
    expect(role()).toBe(A_ROLE);
    expect(await openFindings()).toEqual([]);
    expect(hub.waiting.depth).toBe(0);
  });

  it('does not take who changed the cluster for who changed a key that is found to differ then', async () => {
    hub.world.tamper(API, { roleArn: ROGUE_ROLE });
    const item = await hub.world.item(API);
    if (item?.record) await hub.world.put(API, { record: { ...item.record, matchedWish: 'another' } });
    await freeze(hub.world.deps, { by: 'alice', why: 'incident' });
    await hub.deliver(anEvent('UpdateClusterConfig', { at: now(), eventId: 'e-cluster' }));
    await hub.settle();
    await hub.pass(20 * 60_000, 60_000);
    expect(await hub.world.findings()).toEqual([{ id: 'roleDrift/payments/api', status: 'open' }]);
  });

  it('comes back once for a key, however many events there are of it', async () => {
    await freeze(hub.world.deps, { by: 'alice', why: 'incident' });
    for (let time = 0; time < 3; time += 1) await swapRole();
    await hub.settle();
    hub.world.eksCalls();
    await hub.pass(16 * 60_000, 60_000);
    expect(hub.world.eksCalls()).toBe(1);
  });
});

describe('a registry that was emptied', () => {
  it('deletes nothing', async () => {
    hub.world.registry.clear();
    await hub.world.enrol();
    const before = eksWrites();
    await updated();
    await hub.deliver(anEvent('UpdateClusterConfig', { at: now(), eventId: 'e-all' }));
    await hub.settle();
    expect(role()).toBe(A_ROLE);
    expect(eksWrites()).toBe(before);
  });

  it('of one key only reports what is there', async () => {
    await hub.world.put(API, {});
    const item = await hub.world.item(API);
    if (item) hub.world.registry.forget(item);
    const before = eksWrites();
    await swapRole();
    await hub.settle();
    expect(role()).toBe(ROGUE_ROLE);
    expect(eksWrites()).toBe(before);
    expect(await openFindings()).toEqual(['unmanaged/payments/api']);
  });
});

describe('a fight', () => {
  it('is called by its name after three times, and repaired less and less often', async () => {
    for (let time = 1; time <= 3; time += 1) {
      await swapRole();
      await hub.settle();
      expect(role()).toBe(A_ROLE);
      await hub.pass(60_000, 20_000);
    }
    expect(await openFindings()).toEqual(['contested/payments/api']);
    const contested = (await hub.world.findings()).find((finding) => finding.id.startsWith('contested'));
    expect(contested?.cause?.principal).toBe(ALICE);
    // The minute after the third time is over: it is put right, and then left alone for two.
    await swapRole();
    await hub.settle();
    expect(role()).toBe(A_ROLE);
    await hub.pass(20_000, 20_000);
    await swapRole();
    await hub.settle();
    await hub.pass(80_000, 20_000);
    expect(role()).toBe(ROGUE_ROLE);
    expect(waiting().at(-1)).toEqual({ why: 'contested', delaySeconds: 100 });
    await hub.pass(20_000, 20_000);
    expect(role()).toBe(A_ROLE);
    expect(await openFindings()).toEqual(['contested/payments/api']);
  });

  it('is over when nobody has gone on with it for an hour, without anybody having to look', async () => {
    for (let time = 1; time <= 4; time += 1) {
      await swapRole();
      await hub.settle();
      await hub.pass(60_000, 20_000);
    }
    await hub.pass(50 * 60_000, 60_000);
    expect(await openFindings()).toEqual(['contested/payments/api']);
    hub.world.eksCalls();
    await hub.pass(20 * 60_000, 60_000);
    expect(await openFindings()).toEqual([]);
    expect([hub.waiting.depth, hub.reconcile.depth]).toEqual([0, 0]);
    // However many messages have waited for it: a look a quarter, and one more in the end.
    expect(hub.world.eksCalls()).toBeLessThanOrEqual(2);
  });

  it('is over an hour later also when everything is frozen meanwhile', async () => {
    for (let time = 1; time <= 4; time += 1) {
      await swapRole();
      await hub.settle();
      await hub.pass(60_000, 20_000);
    }
    await freeze(hub.world.deps, { by: 'alice', why: 'looks' });
    await hub.pass(70 * 60_000, 60_000);
    expect(await openFindings()).toEqual([]);
  });
});

describe('access that was lost', () => {
  it('is tried again, then told of, and everything is looked at when it is back', async () => {
    await swapRole();
    hub.world.eks.troubles.deny('describe');
    await hub.pass(120_000);
    expect(hub.reconcile.postponed).toEqual([15, 30]);
    expect(hub.reconcile.depth).toBe(0);
    expect(await openFindings()).toEqual(['clusterUnread']);
    expect(hub.sum(METRIC.clusterUnread)).toBe(1);
    hub.world.eks.troubles.allow('describe');
    await hub.pass(20 * 60_000, 60_000);
    expect(role()).toBe(A_ROLE);
    expect(await openFindings()).toEqual([]);
  });
});

describe('a role', () => {
  it('that no longer trusts EKS is a finding until it does', async () => {
    const trust = hub.world.roles.add('111122223333', 'payments-api').trustPolicy;
    hub.world.roles.add('111122223333', 'payments-api', {
      trustPolicy: '{"Version":"2012-10-17","Statement":[]}',
    });
    await hub.deliver(anEvent('UpdateAssumeRolePolicy', { at: now(), eventId: 'r-1' }));
    await hub.settle();
    expect(await openFindings()).toEqual(['trustPolicyInvalid/payments/api']);
    const [told] = (await hub.world.registry.findingsOfCluster(hub.world.cluster.arn)).items;
    expect(told?.message).toMatch(
      /does not let EKS hand it to this service account: add \{"Effect":"Allow","Principal":\{"Service":"pods\.eks\.amazonaws\.com"\},"Action":\["sts:AssumeRole","sts:TagSession"\],/,
    );
    hub.world.roles.add('111122223333', 'payments-api', { trustPolicy: trust });
    hub.world.clock.jump(60_000);
    await hub.deliver(anEvent('UpdateAssumeRolePolicy', { at: now(), eventId: 'r-2' }));
    await hub.settle();
    expect(await openFindings()).toEqual([]);
  });

  it('that was deleted is a finding, with who did it', async () => {
    hub.world.roles.remove('111122223333', 'payments-api');
    await hub.deliver(anEvent('DeleteRole', { at: now(), eventId: 'r-1' }));
    await hub.settle();
    expect(await hub.world.findings()).toMatchObject([
      { id: 'roleMissing/payments/api', status: 'open', cause: { principal: ALICE } },
    ]);
  });

  it('that was deleted while the cluster could not be read is a finding when it can be, with who did it', async () => {
    hub.world.roles.remove('111122223333', 'payments-api');
    hub.world.eks.troubles.deny('describe');
    await hub.deliver(anEvent('DeleteRole', { at: now(), eventId: 'r-1' }));
    await hub.pass(5 * 60_000, 15_000);
    expect(await openFindings()).toEqual(['clusterUnread']);
    hub.world.eks.troubles.allow('describe');
    await hub.pass(20 * 60_000, 60_000);
    const found = (await hub.world.findings()).filter(({ status }) => status === 'open');
    expect(found).toMatchObject([{ id: 'roleMissing/payments/api', cause: { eventId: 'r-1' } }]);
    expect(hub.waiting.depth + hub.reconcile.depth).toBe(0);
  });

  it('whose trust policy somebody changed does not make them who changed the association', async () => {
    hub.world.tamper(API, { roleArn: ROGUE_ROLE });
    await hub.deliver(anEvent('UpdateAssumeRolePolicy', { at: now(), eventId: 'r-1' }));
    await hub.settle();
    expect(role()).toBe(A_ROLE);
    expect(hub.bus.published.map(({ detail }) => [detail['step'], detail['cause']])).toEqual([
      [undefined, undefined],
      ['update', undefined],
    ]);
  });

  it('that EKS does not see yet is waited for beside the queue, and then called missing', async () => {
    hub.world.eks.refuseRole(A_ROLE, { kind: 'roleNotFound' });
    await swapRole();
    await hub.settle();
    expect(waiting()[0]?.why).toBe('rolePropagation');
    expect(hub.reconcile.depth).toBe(0);
    hub.world.eks.acceptRole(A_ROLE);
    await hub.pass(60_000);
    expect(role()).toBe(A_ROLE);
  });
});

describe('a whole cluster', () => {
  it('is verified, and what differs is put right', async () => {
    await hub.world.release(WEB);
    hub.world.tamper(API, { roleArn: ROGUE_ROLE });
    await hub.deliver(anEvent('TagResource', { at: now(), associationId: 'a-zzzzzzzzzzzzzzzzz' }));
    await hub.settle();
    expect(hub.world.find(WEB)?.roleArn).toBe(A_ROLE);
  });

  it('that is too large for one run is looked at in parts', async () => {
    const names = Array.from({ length: 7 }, (_, index): KeyText => `shop/s${index}`);
    for (const name of names) hub.world.putAssociation(name);
    hub.world.settings = { ...hub.world.settings, describeAtMost: 3 };
    const large = new Hub(hub.world);
    await large.deliver(anEvent('UpdateClusterConfig', { at: now() }));
    await large.settle();
    await large.pass(5_000);
    const found = (await large.world.findings()).map((finding) => finding.id);
    expect(found).toEqual(names.map((name) => `unmanaged/${name}`));
    expect(large.waiting.sent.length).toBeGreaterThan(0);
  });
});

it('puts the message back when time is up before it has begun', async () => {
  await swapRole();
  await hub.detect();
  hub.signal = AbortSignal.abort();
  const answer = await hub.reconcileOnce();
  expect(answer.batchItemFailures).toHaveLength(1);
  expect(hub.reconcile.postponed).toEqual([2]);
  expect(role()).toBe(ROGUE_ROLE);
  hub.signal = new AbortController().signal;
  await hub.pass(3_000);
  expect(role()).toBe(A_ROLE);
});
