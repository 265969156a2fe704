import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaceMessage } from '#events/messages/enrol-message.ts';
import type { EnrolmentRequest } from '#shared/domain/registry/enrolment-request.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { Hub } from '#test/builders/a-hub.ts';
import { RegistryReconcileWorld } from '#test/builders/a-registry-world.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';
import { enrolPlace } from './enrol-place.ts';
import { readEnrolments } from './read-enrolment.ts';
import { requestEnrolments } from './request-enrolment.ts';

const PLACE = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };
const ASKED = { by: 'alice', why: 'OPS-7' };
const MINUTE_MS = 60_000;

let hub: Hub;
beforeEach(() => {
  hub = new Hub(new RegistryReconcileWorld(new FakeRegistry(), { name: 'c1' }));
});

async function ask(names?: readonly string[]): Promise<EnrolmentRequest> {
  const [request] = await requestEnrolments(hub.world.deps, [{ place: PLACE, names }], ASKED);
  if (!request) throw new Error('no request was made');
  return request;
}

async function work(): Promise<void> {
  await hub.dispatch();
  await hub.settle();
}

async function states(request: EnrolmentRequest): Promise<readonly string[]> {
  const [progress] = await readEnrolments(hub.world.deps, [request.id]);
  return (progress?.clusters ?? []).map(({ name, outcome }) => `${name} ${outcome?.state}`);
}

const placeMessage = ({ id }: EnrolmentRequest): PlaceMessage => {
  return { version: 1, change: 'place', requestId: id, place: PLACE };
};

function add(name: string): void {
  const cluster = aCluster({ name });
  hub.world.eks.addCluster(cluster, { createdAt: cluster.createdAt });
}

describe('a request for a whole place', () => {
  it('becomes a message for each cluster, however many pages EKS lists', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `n${String(index).padStart(3, '0')}`);
    for (const name of names) add(name);
    const request = await ask();
    await hub.dispatch();
    await hub.enrolOnce();
    expect(hub.enrol.depth).toBe(251);
    const [progress] = await readEnrolments(hub.world.deps, [request.id]);
    expect(progress?.request.clusters).toEqual(['c1', ...names]);
    expect(progress?.over).toBe(false);
  });

  it('that is delivered twice lists once, and first contact stays first contact', async () => {
    const request = await ask();
    await work();
    add('c2');
    const { clusters } = hub.world.eks;
    const deps = { ...hub.world.deps, clusters, enrolQueue: hub.enrol };
    expect(await enrolPlace(deps, placeMessage(request))).toEqual({ kind: 'listed', clusters: 1 });
    await hub.settle();
    expect(await states(request)).toEqual(['c1 enrolled']);
    expect(hub.bus.types().filter((type) => type === 'ClusterEnrolled')).toHaveLength(1);
  });

  it('that cannot be listed for now is tried again, and shows why meanwhile', async () => {
    const away = new AppError('aws.throttled', 'slow down', { retryable: true });
    hub.world.eks.troubles.failNext('listClusters', away);
    const request = await ask();
    await work();
    const [before] = await readEnrolments(hub.world.deps, [request.id]);
    expect(before).toMatchObject({
      over: false,
      request: { problem: { code: 'aws.throttled', message: expect.any(String) as string, final: false } },
    });
    await hub.pass(MINUTE_MS);
    const [after] = await readEnrolments(hub.world.deps, [request.id]);
    expect(after?.over).toBe(true);
    expect(after?.request).not.toHaveProperty('problem');
    expect(await states(request)).toEqual(['c1 enrolled']);
  });

  it('that failed half way through a listing knows of no cluster', async () => {
    for (let index = 0; index < 150; index += 1) add(`n${index}`);
    const { clusters } = hub.world.eks;
    const broken = {
      async *list(...args: Parameters<typeof clusters.list>) {
        for await (const page of clusters.list(...args)) {
          yield page;
          throw new AppError('aws.accessDenied', 'no more', { retryable: false });
        }
      },
    };
    const request = await ask();
    const deps = { ...hub.world.deps, clusters: broken, enrolQueue: hub.enrol };
    expect(await enrolPlace(deps, placeMessage(request))).toEqual({
      kind: 'failed',
      code: 'aws.accessDenied',
    });
    expect(hub.enrol.sent).toEqual([]);
    const [progress] = await readEnrolments(hub.world.deps, [request.id]);
    expect(progress).toMatchObject({ over: true, clusters: [] });
    expect(progress?.request).not.toHaveProperty('clusters');
  });

  it('that nobody made is passed over', async () => {
    await hub.enrol.send([{ body: JSON.stringify({ ...placeMessage({ id: 'none' } as EnrolmentRequest) }) }]);
    await hub.settle();
    expect(hub.enrol.depth).toBe(0);
    expect(hub.world.registry.writes).toBe(0);
  });
});

describe('a cluster that somebody asked for', () => {
  it('ends with the reason when its account does not let us in, and is not tried for an hour', async () => {
    hub.world.eks.troubles.deny('describeCluster');
    const request = await ask(['c1']);
    await work();
    expect(await states(request)).toEqual(['c1 failed']);
    expect(hub.enrol.depth).toBe(0);
    expect(hub.enrol.postponed).toEqual([]);
  });

  it('is tried again when the world failed, and shows why meanwhile', async () => {
    const away = new AppError('aws.unavailable', 'EKS is away', { retryable: true });
    hub.world.eks.troubles.failNext('describeCluster', away);
    const request = await ask(['c1']);
    await work();
    expect(await states(request)).toEqual(['c1 retrying']);
    await hub.pass(MINUTE_MS);
    expect(await states(request)).toEqual(['c1 enrolled']);
  });

  it('is not retired although EKS does not show it', async () => {
    await hub.world.enrol();
    hub.world.eks.removeCluster(hub.world.cluster);
    const request = await ask(['c1']);
    await work();
    expect(await states(request)).toEqual(['c1 missing']);
    const { arn: clusterArn } = hub.world.cluster;
    const [item] = await hub.world.registry.get([{ type: 'cluster', clusterArn }]);
    expect(item?.enrolment.state).toBe('enrolled');
  });

  it('is known when it was before: what EKS says is brought up to date, and the mode stays', async () => {
    await hub.world.enrol();
    const { arn: clusterArn, createdAt } = hub.world.cluster;
    hub.world.eks.addCluster(hub.world.cluster, { createdAt, version: '1.35' });
    const request = await ask(['c1']);
    await work();
    expect(await states(request)).toEqual(['c1 known']);
    const [item] = await hub.world.registry.get([{ type: 'cluster', clusterArn }]);
    expect(item?.cluster).toMatchObject({ version: '1.35', mode: 'enforce' });
  });
});
