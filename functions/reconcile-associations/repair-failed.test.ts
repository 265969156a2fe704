import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyText } from '#shared/domain/key.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { METRIC } from '#shared/runtime/names.ts';
import { aHub, type Hub } from '#test/builders/a-hub.ts';
import { ROGUE_ROLE } from '#test/builders/a-registry-world.ts';
import { A_ROLE } from '#test/builders/an-association.ts';
import { anEvent } from '#test/builders/an-event.ts';

const API: KeyText = 'payments/api';
const MINUTE = 60_000;

let hub: Hub;
let eventId: number;
beforeEach(async () => {
  hub = await aHub();
  eventId = 0;
  await hub.world.converge(API);
  hub.world.registry.outbox.length = 0;
});

/** Somebody swaps the role, or touches the association, and CloudTrail tells. */
async function updated(roleArn?: string): Promise<void> {
  const { world } = hub;
  if (roleArn !== undefined) world.tamper(API, { roleArn });
  eventId += 1;
  const associationId = world.find(API)?.associationId ?? '';
  const at = world.clock.now();
  await hub.deliver(anEvent('UpdatePodIdentityAssociation', { at, associationId, eventId: `e-${eventId}` }));
  await hub.settle();
}

function published(type: string) {
  return hub.bus.published.filter((event) => event['detail-type'] === type).map(({ detail }) => detail);
}

const denied = (what: string) => new AppError('aws.accessDenied', what, { retryable: false });

describe('a repair that AWS refuses', () => {
  it('is told with the class of its failure, what AWS said and what to do; once, however often it is tried', async () => {
    hub.world.roles.remove('111122223333', 'payments-api');
    hub.world.eks.refuseRole(A_ROLE, { kind: 'roleNotFound' });
    await updated(ROGUE_ROLE);
    for (let looks = 0; looks < 3; looks += 1) {
      hub.world.clock.jump(MINUTE);
      await updated();
    }
    expect(published('AssociationRepairFailed')).toMatchObject([
      {
        causeKey: 'event/e-1',
        key: { namespace: 'payments', serviceAccount: 'api' },
        step: 'update',
        drift: ['roleDrift'],
        revision: 1,
        failure: {
          class: 'roleMissing',
          code: 'roleMissing',
          message: `the role ${A_ROLE} does not exist: create it, or correct the mapping`,
        },
        advice: expect.stringContaining('Create the role'),
        retries: false,
        cause: { eventId: 'e-1' },
      },
    ]);
    expect(published('CauseNoticed').map(({ finding }) => finding)).toEqual(['roleMissing']);
  });

  it('is told again when AWS says something else, and is over when it goes well', async () => {
    const { troubles } = hub.world.eks;
    for (const what of ['may not pass payments-api', 'may not pass payments-api', 'may not update']) {
      troubles.failNext('update', denied(what));
      await updated(ROGUE_ROLE);
      hub.world.clock.jump(MINUTE);
    }
    expect(published('AssociationRepairFailed').map(({ failure }) => failure)).toEqual([
      { class: 'accessDenied', code: 'aws.accessDenied', message: 'may not pass payments-api' },
      { class: 'accessDenied', code: 'aws.accessDenied', message: 'may not update' },
    ]);
    await updated();
    expect(hub.world.find(API)?.roleArn).toBe(A_ROLE);
    const ended = published('FindingResolved').filter(({ finding }) => finding === 'repairFailed');
    expect(ended).toMatchObject([{ status: 'repaired', causeKey: 'event/e-1' }]);
  });

  it('of a release is told as well: nothing had drifted', async () => {
    const { world } = hub;
    world.eks.refuseRole(A_ROLE, { kind: 'roleInOtherAccount' });
    await world.release('payments/web');
    await world.reconcileKey('payments/web');
    await hub.dispatch();
    expect(published('AssociationRepairFailed')).toMatchObject([
      { step: 'create', failure: { class: 'refused' }, retries: false },
    ]);
  });
});

describe('a repair that may go well later', () => {
  it.each([
    { what: 'whose answers are lost', failure: 'aws.timeout', code: 'aws.unavailable' },
    { what: 'that is throttled', failure: 'aws.throttled', code: 'aws.throttled' },
  ] as const)(
    '$what is told when it has not gone well for eight minutes, once, and goes on',
    async ({ failure, code }) => {
      const { troubles } = hub.world.eks;
      troubles.failNext('update', failure, { times: 100_000 });
      await updated(ROGUE_ROLE);
      await hub.pass(7 * MINUTE, 5_000);
      expect(published('AssociationRepairFailed')).toEqual([]);
      expect(hub.sum(METRIC.repairFailed)).toBe(0);
      expect(published('FindingOpened')).toEqual([]);
      await hub.pass(20 * MINUTE, 5_000);
      expect(published('AssociationRepairFailed')).toMatchObject([
        { failure: { class: 'failing', code }, retries: true, causeKey: 'event/e-1' },
      ]);
      expect(hub.sum(METRIC.repairFailed)).toBeGreaterThan(0);
      troubles.forget('update');
      await hub.pass(20 * MINUTE, 5_000);
      expect(hub.world.find(API)?.roleArn).toBe(A_ROLE);
      expect(published('AssociationRepairFailed')).toHaveLength(1);
      expect((await hub.world.findings()).filter(({ status }) => status === 'open')).toEqual([]);
    },
  );
});

describe('a create that does not come to its end', () => {
  const WEB: KeyText = 'payments/web';

  /** EKS says that the key is taken, and shows nobody by what (facts §1.5). */
  function hideAll(): void {
    const { reader } = hub.world.eks;
    reader.list = async function* () {
      yield [];
    };
    reader.describe = async () => undefined;
  }

  it.each([
    {
      what: 'is never answered',
      arrange: () => hub.world.eks.troubles.failNext('create', 'aws.unavailable', { times: 100_000 }),
      code: 'aws.unavailable',
    },
    {
      what: 'meets a key that is taken and never listed',
      arrange: () => {
        hub.world.putAssociation(WEB);
        hideAll();
      },
      code: 'changedMeanwhile',
    },
  ])('because it $what is tried ever more rarely, and told', async ({ arrange, code }) => {
    const { world } = hub;
    await world.release(WEB);
    arrange();
    const { partition, account, region, name, createdAt } = world.cluster;
    const cluster = { partition, account, region, name, createdAt };
    const keys = [{ namespace: 'payments', serviceAccount: 'web' }];
    const body = JSON.stringify({ version: 1, cluster, keys, why: 'RevisionReleased' });
    await hub.reconcile.send([{ body, group: 'c1', deduplicationId: 'released' }]);
    const creates = () => world.counter.snapshot()['eks:CreatePodIdentityAssociation'] ?? 0;
    const before = creates();
    await hub.settle();
    await hub.pass(10_000, 1_000);
    expect(creates() - before).toBeGreaterThanOrEqual(7);
    await hub.pass(10 * MINUTE, 1_000);
    expect(creates() - before).toBeLessThan(40);
    expect(published('AssociationRepairFailed')).toMatchObject([
      { step: 'create', failure: { class: 'failing', code }, retries: true },
    ]);
    await hub.pass(60 * MINUTE, 5_000);
    expect(creates() - before).toBeLessThan(50);
    expect(published('AssociationRepairFailed')).toHaveLength(1);
  });
});
