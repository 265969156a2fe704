import { beforeEach, describe, expect, it } from 'vitest';
import { parseOutbound } from '#events/outbound/parse-outbound.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import type { RecordScope } from '#shared/runtime/worker.ts';
import { FakeBus } from '#test/fakes/fake-bus.ts';
import { FakeQueue } from '#test/fakes/fake-queue.ts';
import { ManualClock, NOON } from '#test/fakes/manual-clock.ts';
import { createHandler } from './create-handler.ts';

const CLUSTER = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-west-1',
  name: 'c1',
  createdAt: 1_780_000_000_000,
};
const ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/c1';
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const CAUSE = { principal: 'eve', eventId: 'e-1', at: NOON - 7_000 };
const FINDING = {
  clusterArn: ARN,
  id: 'contested/payments/api',
  kind: 'contested',
  severity: 'critical',
  causeKey: 'event/e-1',
} as const;

let queue: FakeQueue;
let enrolQueue: FakeQueue;
let bus: FakeBus;
beforeEach(() => {
  queue = new FakeQueue({ clock: new ManualClock(), name: 'reconcile.fifo', fifo: true });
  enrolQueue = new FakeQueue({ clock: new ManualClock(), name: 'enrol' });
  bus = new FakeBus();
});

const log = { scope: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const scope: RecordScope = { signal: new AbortController().signal, log, metrics: { add: () => {} } };

function dispatch(...entries: readonly OutboxEntry[]): Promise<void> {
  const row = { pk: ARN, sk: 'x', id: 'row-1', at: NOON, entries };
  return createHandler({ reconcileQueue: queue, enrolQueue, bus }).handle({ id: '1', row }, scope);
}

describe('what a row tells', () => {
  const entries: readonly { readonly entry: OutboxEntry; readonly type: string; readonly detail: object }[] =
    [
      {
        entry: { type: 'AssociationDrifted', drift: ['roleDrift'], cluster: CLUSTER, ...KEY, cause: CAUSE },
        type: 'AssociationDrifted',
        detail: { key: KEY, drift: ['roleDrift'], causeKey: 'event/e-1' },
      },
      {
        entry: {
          type: 'AssociationRepaired',
          step: 'update',
          drift: ['roleDrift'],
          cluster: CLUSTER,
          ...KEY,
          revision: 3,
          associationId: 'a-1',
          cause: CAUSE,
        },
        type: 'AssociationRepaired',
        detail: { step: 'update', revision: 3, associationId: 'a-1', tookMs: 7_000 },
      },
      {
        entry: {
          type: 'AssociationRepairFailed',
          step: 'update',
          drift: ['roleDrift'],
          cluster: CLUSTER,
          ...KEY,
          cause: CAUSE,
          causeKey: 'event/e-0',
          failure: { class: 'quotaReached', code: 'quotaReached', message: 'c1 is full' },
        },
        type: 'AssociationRepairFailed',
        detail: {
          causeKey: 'event/e-0',
          failure: { class: 'quotaReached', code: 'quotaReached', message: 'c1 is full' },
          advice:
            'Delete associations on the cluster that nobody needs: EKS allows 5,000, and that cannot be raised.',
          retries: false,
        },
      },
      {
        entry: { type: 'AssociationApplied', step: 'create', cluster: CLUSTER, ...KEY },
        type: 'AssociationApplied',
        detail: { step: 'create' },
      },
      {
        entry: { type: 'FindingOpened', ...FINDING, key: KEY, message: 'eve fights back', cause: CAUSE },
        type: 'FindingOpened',
        detail: {
          finding: 'contested',
          findingId: FINDING.id,
          severity: 'critical',
          summary: 'eve fights back',
        },
      },
      {
        entry: {
          type: 'FindingResolved',
          ...FINDING,
          status: 'resolved',
          cause: { ...CAUSE, eventId: 'e-2' },
        },
        type: 'FindingResolved',
        detail: { finding: 'contested', status: 'resolved', causeKey: 'event/e-1' },
      },
      {
        entry: {
          type: 'CauseNoticed',
          ...FINDING,
          id: 'roleMissing/payments/api',
          kind: 'roleMissing',
          key: KEY,
          roleArn: 'arn:aws:iam::111122223333:role/r',
          message: 'the role r does not exist',
          cause: { ...CAUSE, eventName: 'DeleteRole', affected: { serviceAccounts: 200, clusters: 50 } },
        },
        type: 'CauseNoticed',
        detail: {
          finding: 'roleMissing',
          causeKey: 'event/e-1',
          roleArn: 'arn:aws:iam::111122223333:role/r',
          text:
            'critical: roleMissing: the role r does not exist (payments/api on c1; 200 service accounts on 50 ' +
            'clusters use the role). DeleteRole by eve. All of it: rolecall get findings --cause event/e-1',
        },
      },
      {
        entry: {
          type: 'CauseNoticed',
          ...FINDING,
          id: 'brakeEngaged',
          kind: 'brakeEngaged',
          causeKey: 'brake/fleet',
          message: 'some are held',
        },
        type: 'CauseNoticed',
        detail: {
          causeKey: 'brake/fleet',
          text: 'critical: brakeEngaged: some are held (c1). All of it: rolecall get findings --cause brake/fleet',
        },
      },
      {
        entry: { type: 'BrakeEngaged', scope: ARN, held: 7, cap: 5 },
        type: 'BrakeEngaged',
        detail: {
          scope: 'cluster',
          cluster: { name: 'c1', account: '111122223333' },
          held: 7,
          cap: 5,
          causeKey: `brake/${ARN}`,
        },
      },
      {
        entry: { type: 'BrakeEngaged', scope: 'fleet', held: 1, cap: 50 },
        type: 'BrakeEngaged',
        detail: { scope: 'fleet', held: 1, cap: 50, causeKey: 'brake/fleet' },
      },
      {
        entry: { type: 'ClusterEnrolled', cluster: CLUSTER, mode: 'observe' },
        type: 'ClusterEnrolled',
        detail: { cluster: CLUSTER, mode: 'observe' },
      },
      {
        entry: {
          type: 'ClusterModeChanged',
          cluster: CLUSTER,
          from: 'observe',
          to: 'enforce',
          by: 'alice',
          reason: 'looked',
        },
        type: 'ClusterModeChanged',
        detail: { from: 'observe', to: 'enforce', by: 'alice', reason: 'looked' },
      },
      {
        entry: { type: 'ClusterRetired', cluster: CLUSTER, why: 'recreated' },
        type: 'ClusterRetired',
        detail: { why: 'recreated' },
      },
      {
        entry: { type: 'WritesFrozen', by: 'alice', reason: 'incident' },
        type: 'Frozen',
        detail: { by: 'alice', reason: 'incident' },
      },
      {
        entry: { type: 'WritesUnfrozen', by: 'alice', reason: 'over' },
        type: 'Unfrozen',
        detail: { by: 'alice', reason: 'over' },
      },
      {
        entry: { type: 'BrakeReleased', scope: 'fleet', by: 'alice', reason: 'looked' },
        type: 'BrakeReleased',
        detail: { scope: 'fleet' },
      },
      {
        entry: { type: 'BrakeReleased', scope: ARN, by: 'alice', reason: 'looked' },
        type: 'BrakeReleased',
        detail: { scope: 'cluster', cluster: { name: 'c1', account: '111122223333' } },
      },
    ];

  it.each(entries)('is on the bus as $type, as its schema says', async ({ entry, type, detail }) => {
    await dispatch(entry);
    expect(bus.published).toMatchObject([
      { source: 'rolecall', 'detail-type': type, detail: { at: NOON, ...detail } },
    ]);
    expect(parseOutbound(bus.published[0])).toMatchObject({ kind: 'event' });
    expect(queue.sent).toEqual([]);
  });
});

describe('a request', () => {
  it('goes to the reconcile queue and not on the bus', async () => {
    await dispatch({ type: 'ReconcileRequested', cluster: CLUSTER, keys: [KEY], why: 'released' });
    expect(JSON.parse(queue.sent[0]?.body ?? '')).toEqual({
      version: 1,
      cluster: CLUSTER,
      keys: [KEY],
      why: 'released',
    });
    expect(queue.sent[0]?.group).toBe(ARN);
    expect(bus.published).toEqual([]);
  });

  it('of many keys goes in parts, and once when the row comes again', async () => {
    const keys = Array.from({ length: 230 }, (_, index) => ({
      namespace: 'shop',
      serviceAccount: `s${index}`,
    }));
    const request = { type: 'ReconcileRequested', cluster: CLUSTER, keys, why: 'released' } as const;
    await dispatch(request);
    await dispatch(request);
    const parts = queue.sent.map(({ body }) => (JSON.parse(body) as { keys: unknown[] }).keys.length);
    expect(parts).toEqual([100, 100, 30]);
  });

  it('to enrol clusters goes to the enrol queue and nowhere else', async () => {
    const place = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };
    await dispatch({ type: 'EnrolmentRequested', requestId: 'r-1', place });
    expect(enrolQueue.sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { version: 1, change: 'place', requestId: 'r-1', place },
    ]);
    expect(queue.sent).toEqual([]);
    expect(bus.published).toEqual([]);
  });

  it('has a group even when the cluster’s name is too long for one', async () => {
    const cluster = { ...CLUSTER, partition: 'aws-us-gov', region: 'us-gov-west-1', name: 'c'.repeat(100) };
    await dispatch({ type: 'ReconcileRequested', cluster, keys: 'all', why: 'released' });
    expect(queue.sent[0]?.group).toHaveLength(64);
  });
});

it('fails as a whole when the bus is away, so that the row comes again', async () => {
  bus.failNext(1);
  const entry = { type: 'WritesFrozen', by: 'alice', reason: 'incident' } as const;
  await expect(dispatch(entry)).rejects.toMatchObject({ code: 'aws.unavailable', retryable: true });
  await dispatch(entry);
  expect(bus.types()).toEqual(['Frozen']);
});

it('tells nothing of a row in which a newer version asks for more than this one knows', async () => {
  const known = { type: 'ReconcileRequested', cluster: CLUSTER, keys: [KEY], why: 'released' } as const;
  const newer = { type: 'RolloutRequested', rollout: 'r-1' };
  const row = { id: 'row-1', at: NOON, entries: [known, newer] };
  const handler = createHandler({ reconcileQueue: queue, enrolQueue, bus });
  await expect(handler.handle({ id: '1', row }, scope)).rejects.toThrow(
    "the outbox has an entry 'RolloutRequested', which this version does not know",
  );
  expect([...queue.sent, ...enrolQueue.sent, ...bus.published]).toEqual([]);
});

it('fails on a row that nobody of ours wrote', async () => {
  const handler = createHandler({ reconcileQueue: queue, enrolQueue, bus });
  await expect(handler.handle({ id: '1', row: { pk: 'x' } }, scope)).rejects.toThrow(
    'no row of the outbox: pk',
  );
});
