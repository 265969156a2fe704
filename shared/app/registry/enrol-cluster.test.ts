import { beforeEach, describe, expect, it } from 'vitest';
import type { Mapping } from '#shared/domain/mapping.ts';
import type { EnrolmentRule } from '#shared/domain/registry/enrolment.ts';
import { withRules } from '#shared/domain/registry/enrolment-rules.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { DescribedCluster } from '#shared/ports/clusters.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { aMapping, aTarget } from '#test/builders/a-mapping.ts';
import { allOf } from '#test/builders/registry-items.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { SequenceIds } from '#test/fakes/sequence-ids.ts';
import { changeMode } from './change-mode.ts';
import { enrolCluster } from './enrol-cluster.ts';
import { loadManifests } from './load-manifests.ts';
import { releaseToEnrolled } from './release-to-enrolled.ts';
import { retireCluster } from './retire-cluster.ts';

const ASKED = { by: 'enrol-cluster', why: 'clusterCreated' };
const { clusterSet: _, labels: __, mode: ___, ...FACTS } = aCluster();
const FOUND: DescribedCluster = { ...FACTS, tags: { env: 'prod' } };
const { arn: PROD, createdAt: CREATED_AT } = FOUND;
const FIRST = { clusterArn: PROD, clusterCreatedAt: CREATED_AT };
const AGAIN = { ...FOUND, createdAt: CREATED_AT + 1 };

const forEnv = (env: string, serviceAccount: string): Mapping =>
  aMapping({
    key: { serviceAccount },
    targets: [aTarget({ clusters: { matchLabels: { env } } })],
  });

let registry: FakeRegistry;
let clock: ManualClock;
let deps: Parameters<typeof enrolCluster>[0];
beforeEach(() => {
  registry = new FakeRegistry();
  clock = new ManualClock();
  const ids = new SequenceIds('commit');
  deps = { registry, clock, newId: () => ids.next() };
});

const load = (...mappings: Mapping[]) => loadManifests(deps, mappings, { by: 'alice', why: 'first load' });
const enrol = (found = FOUND, options = {}) => enrolCluster(deps, found, ASKED, options);
const putRules = async (...rules: EnrolmentRule[]) => {
  const put = [withRules(undefined, rules, { by: 'alice', why: 'first', at: clock.now() })];
  await registry.commit({ id: deps.newId(), at: clock.now(), put });
};
const cluster = async () => (await registry.get([{ type: 'cluster', clusterArn: PROD }]))[0];
const keys = async (of = FIRST) =>
  (await allOf((paging) => registry.associations(of, paging))).map(({ serviceAccount, desired }) =>
    desired?.kind === 'fields'
      ? `${serviceAccount} ${desired.fields.roleArn}`
      : `${serviceAccount} ${desired?.kind}`,
  );

describe('first contact', () => {
  it('is in mode observe, with labels copied from tags, and releases what selects the cluster', async () => {
    await load(forEnv('prod', 'api'), forEnv('dev', 'web'), aMapping({ key: { clusterSet: 'other' } }));
    expect(await enrol()).toMatchObject({ kind: 'enrolled' });
    expect((await cluster())?.cluster).toMatchObject({ mode: 'observe', labels: { env: 'prod' } });
    expect((await cluster())?.enrolment).toMatchObject({ state: 'enrolled', by: 'enrol-cluster' });
    expect(await keys()).toEqual(['api arn:aws:iam::111122223333:role/payments-api']);
  });

  it('tells the reconcile queue which keys, then the world that it is enrolled', async () => {
    await load(forEnv('prod', 'api'));
    await enrol();
    const { partition, account, region, name, createdAt } = FOUND;
    const address = { partition, account, region, name, createdAt };
    const api = { namespace: 'payments', serviceAccount: 'api' };
    expect(registry.told).toEqual([
      { type: 'ReconcileRequested', cluster: address, keys: [api], why: 'clusterCreated' },
      { type: 'ClusterEnrolled', cluster: address, mode: 'observe' },
      { type: 'ReconcileRequested', cluster: address, keys: 'all', why: 'clusterEnrolled' },
    ]);
  });

  it('is in the mode that the first approved rule for it says, which the audit names', async () => {
    await putRules(
      { name: 'late', priority: 30, clusters: 'all', mode: 'ignore' },
      { name: 'dev', priority: 10, clusters: { matchLabels: { env: 'dev' } }, mode: 'ignore' },
      { name: 'prod', priority: 20, clusters: { matchLabels: { env: 'prod' } }, mode: 'enforce' },
    );
    await enrol();
    expect((await cluster())?.cluster.mode).toBe('enforce');
    const [entry] = (await registry.auditOfCluster(PROD)).items;
    expect(entry).toMatchObject({ action: 'clusterEnrolled', detail: 'mode enforce by rule prod' });
  });

  it.each([
    {
      what: 'a rule says more than this version understands',
      spoil: () =>
        putRules({
          name: 'new',
          priority: 1,
          clusters: { versions: ['1.40'] } as EnrolmentRule['clusters'],
          mode: 'enforce',
        }),
      says: 'rule new: it selects by versions, which this version does not know',
    },
    {
      what: 'the item cannot be read',
      spoil: async () => {
        await putRules({ name: 'all', priority: 1, clusters: 'all', mode: 'enforce' });
        const get = registry.get.bind(registry);
        registry.get = (async (refs: Parameters<typeof get>[0]) => {
          if (refs[0]?.type !== 'enrolmentRules') return await get(refs);
          throw new AppError('registry.unreadable', 'format 9', { retryable: false });
        }) as typeof registry.get;
      },
      says: 'format 9',
    },
  ])('only observes when $what, and says so', async ({ spoil, says }) => {
    await spoil();
    expect(await enrol()).toMatchObject({ kind: 'enrolled', cluster: { mode: 'observe' } });
    const [entry] = (await registry.auditOfCluster(PROD)).items;
    expect(entry?.detail).toBe(`mode observe, since the enrolment rules cannot be read: ${says}`);
  });

  it('does not begin while the rules cannot be asked for', async () => {
    const get = registry.get.bind(registry);
    registry.get = (async (refs: Parameters<typeof get>[0]) => {
      if (refs[0]?.type !== 'enrolmentRules') return await get(refs);
      throw new AppError('aws.unavailable', 'away', { retryable: true });
    }) as typeof registry.get;
    await expect(enrol()).rejects.toMatchObject({ code: 'aws.unavailable' });
    registry.get = get;
    expect(await cluster()).toBeUndefined();
  });

  it('takes its cluster set from the tag', async () => {
    await load(aMapping({ key: { clusterSet: 'eu' } }));
    await enrol({ ...FOUND, tags: { 'rolecall.dev/cluster-set': 'eu' } });
    expect(await keys()).toHaveLength(1);
  });

  it('of a mapping that cannot be made concrete releases that, not nothing', async () => {
    await load(aMapping({ targets: [aTarget({ roleArn: 'arn:aws:iam::{account}:role/{label:team}' })] }));
    await enrol();
    expect(await keys()).toEqual(['api unresolvable']);
  });

  it('waits until EKS has made it', async () => {
    expect(await enrol({ ...FOUND, status: 'CREATING' })).toEqual({ kind: 'notReady', status: 'CREATING' });
    expect(await cluster()).toBeUndefined();
  });
});

describe('an enrolment that is cut short', () => {
  it('is taken up where it was left, and ends as if it had not been', async () => {
    const mappings = Array.from({ length: 250 }, (_, index) =>
      forEnv('prod', `sa-${String(index).padStart(3, '0')}`),
    );
    await load(...mappings);
    // Time is up after the first step.
    expect(await enrol(FOUND, { until: clock.now() + 1, onProgress: () => clock.jump(1) })).toMatchObject({
      kind: 'unfinished',
    });
    expect((await keys()).length).toBe(100);
    expect((await cluster())?.enrolment.state).toBe('enrolling');
    expect((await registry.runningJobs()).items).toHaveLength(1);
    expect(await enrol()).toMatchObject({ kind: 'enrolled' });
    expect((await keys()).length).toBe(250);
    expect((await registry.runningJobs()).items).toEqual([]);
    const asked = registry.told.flatMap((entry) =>
      entry.type === 'ReconcileRequested' && entry.keys !== 'all' ? entry.keys : [],
    );
    expect(asked.length).toBe(250);
  });

  it('goes on when the job itself was lost', async () => {
    await load(forEnv('prod', 'api'));
    await enrol(FOUND, { until: clock.now() });
    registry.forget({ type: 'job', id: `enrol ${PROD} ${CREATED_AT}` });
    expect(await enrol()).toMatchObject({ kind: 'enrolled' });
    expect(await keys()).toHaveLength(1);
  });

  it('keeps a revision that was released meanwhile', async () => {
    await load(forEnv('prod', 'api'));
    await enrol(FOUND, { until: clock.now() });
    const desired = {
      kind: 'absent',
      clusterSet: 'default',
      revision: 7,
      releasedAt: 1,
      mode: 'enforce',
    } as const;
    const key = { namespace: 'payments', serviceAccount: 'api' };
    await registry.commit({
      id: 'rollout',
      at: 1,
      put: [{ type: 'association', version: 0, ...FIRST, ...key, desired }],
    });
    await enrol();
    expect(await keys()).toEqual(['api absent']);
  });
});

describe('a cluster that is known', () => {
  it('is left as it is: nothing is written when nothing is new', async () => {
    await enrol();
    const writes = registry.writes;
    expect(await enrol()).toMatchObject({ kind: 'known' });
    expect(registry.writes).toBe(writes);
  });

  it('gets what EKS says now; tags that differ from the labels are a finding and change nothing', async () => {
    await enrol();
    const found = { ...FOUND, version: '1.35', tags: { env: 'dev' } };
    expect(await enrol(found)).toMatchObject({ kind: 'known', cluster: { version: '1.35' } });
    expect((await cluster())?.cluster).toMatchObject({ version: '1.35', labels: { env: 'prod' } });
    expect((await registry.findingsOfCluster(PROD)).items).toMatchObject([
      { id: 'labelDrift', status: 'open' },
    ]);
    await enrol({ ...found, tags: FOUND.tags });
    expect((await registry.findingsOfCluster(PROD)).items).toMatchObject([{ status: 'resolved' }]);
  });
});

describe('a cluster that is gone', () => {
  it('made again under its name, is first contact: the earlier one is retired', async () => {
    await load(forEnv('prod', 'api'));
    await enrol();
    const change = { clusterArn: PROD, createdAt: CREATED_AT, from: 'observe', to: 'enforce' } as const;
    expect(await changeMode(deps, change, ASKED)).toBe('changed');
    expect(await enrol(AGAIN)).toMatchObject({ kind: 'enrolled' });
    expect((await cluster())?.cluster).toMatchObject({ createdAt: CREATED_AT + 1, mode: 'observe' });
    expect(await keys()).toEqual([]);
    expect(await keys({ ...FIRST, clusterCreatedAt: CREATED_AT + 1 })).toHaveLength(1);
    expect(registry.told).toContainEqual(
      expect.objectContaining({ type: 'ClusterRetired', why: 'recreated' }),
    );
  });

  it('late news of the earlier one change nothing', async () => {
    await enrol(AGAIN);
    expect(await enrol(FOUND)).toEqual({ kind: 'outdated' });
    const asked = { ...ASKED, reason: 'deleted', createdAt: CREATED_AT } as const;
    expect(await retireCluster(deps, PROD, asked)).toBe('unknownCluster');
    expect((await cluster())?.enrolment.state).toBe('enrolled');
  });

  it('is retired with its keys and findings, in steps, and can be enrolled anew', async () => {
    const mappings = Array.from({ length: 130 }, (_, index) => forEnv('prod', `sa-${index}`));
    await load(...mappings);
    await enrol();
    const asked = { ...ASKED, reason: 'deleted' } as const;
    const until = clock.now() + 1;
    expect(await retireCluster(deps, PROD, asked, { until, onProgress: () => clock.jump(1) })).toBe(
      'unfinished',
    );
    expect((await keys()).length).toBe(30);
    expect(await retireCluster(deps, PROD, asked)).toBe('retired');
    expect(await keys()).toEqual([]);
    expect((await cluster())?.enrolment.state).toBe('retired');
    const writes = registry.writes;
    expect(await retireCluster(deps, PROD, asked)).toBe('retired');
    expect(registry.writes).toBe(writes);
    expect(await enrol(AGAIN)).toMatchObject({ kind: 'enrolled' });
  });

  it('is nothing to retire when nobody knows it', async () => {
    expect(await retireCluster(deps, PROD, { ...ASKED, reason: 'deleted' })).toBe('unknownCluster');
  });
});

describe('manifests', () => {
  it('are loaded as revision 1, completed, and loading them again changes nothing', async () => {
    expect(await load(aMapping(), forEnv('prod', 'web'))).toMatchObject({ kind: 'loaded', unchanged: 0 });
    const [item] = (await registry.mappings()).items;
    expect(item).toMatchObject({ latest: 1, completed: { revision: 1 } });
    expect((await registry.revisions(aMapping().key)).items).toMatchObject([{ number: 1, by: 'alice' }]);
    const writes = registry.writes;
    const again = aMapping({ source: { file: 'elsewhere.yaml', line: 9 } });
    expect(await load(again, forEnv('prod', 'web'))).toEqual({ kind: 'loaded', created: [], unchanged: 2 });
    expect(registry.writes).toBe(writes);
  });

  it('that say something else than what is there are refused, and then nothing is written', async () => {
    await load(aMapping());
    const writes = registry.writes;
    expect(await load(aMapping({ team: 'other' }), forEnv('prod', 'web'))).toMatchObject({
      kind: 'refused',
      differing: [{ mapping: { team: 'other' }, item: { completed: { document: { team: 'payments' } } } }],
    });
    expect(registry.writes).toBe(writes);
  });

  it('tell how far they are', async () => {
    const seen: string[] = [];
    const mappings = [aMapping(), forEnv('prod', 'web'), forEnv('prod', 'job')];
    await loadManifests(deps, mappings, ASKED, ({ done, total }) => seen.push(`${done}/${total}`));
    expect(seen).toEqual(['0/3', '1/3', '2/3', '3/3']);
  });

  it('reach clusters that are enrolled already, and leave what these have', async () => {
    await load(forEnv('prod', 'api'));
    await enrol();
    await load(forEnv('prod', 'web'));
    registry.outbox.length = 0;
    const released = [];
    for await (const one of releaseToEnrolled(deps, 'load-2', ASKED)) released.push(one.ended);
    expect(released).toEqual(['done']);
    expect((await keys()).length).toBe(2);
    expect(registry.told).toMatchObject([{ type: 'ReconcileRequested' }]);
  });
});
