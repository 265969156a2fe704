import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brakeEntry } from '#shared/domain/registry/brake-ledger.ts';
import { withRules } from '#shared/domain/registry/enrolment-rules.ts';
import type { RegistryItem, VersionedItem } from '#shared/domain/registry/item-ref.ts';
import { newJob } from '#shared/domain/registry/job.ts';
import { firstRevision } from '#shared/domain/registry/mapping-item.ts';
import type { OutboxRow } from '#shared/domain/registry/outbox-entry.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { aMapping } from '#test/builders/a-mapping.ts';
import { aRecord } from '#test/builders/a-situation.ts';
import { aClusterItem, aDesired, aFinding, allOf, anAssociationItem } from '#test/builders/registry-items.ts';
import { SequenceIds } from '#test/fakes/sequence-ids.ts';

export interface RegistryWorld {
  /** Empty. */
  readonly registry: Registry;
  /** What is in the outbox, oldest first. */
  outbox(): Promise<readonly OutboxRow[]>;
  stop(): Promise<void>;
}

const NOON = 1_795_176_000_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const { arn: PROD, createdAt: CREATED_AT } = aCluster();
const INCARNATION = { clusterArn: PROD, clusterCreatedAt: CREATED_AT };
const API = { type: 'association', ...INCARNATION, namespace: 'payments', serviceAccount: 'api' } as const;
const MAPPING = { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' };

/** What a caller of the registry may rely on. */
export function registryContract(name: string, start: () => Promise<RegistryWorld>): void {
  describe(`registry: ${name}`, () => {
    let world: RegistryWorld;
    let registry: Registry;
    const ids = new SequenceIds(`commit-${name.replaceAll(' ', '-').slice(0, 10)}`);
    beforeEach(async () => {
      world = await start();
      registry = world.registry;
    });
    afterEach(() => world.stop());

    const commit = (given: Partial<RegistryCommit>) =>
      registry.commit({ id: ids.next(), at: NOON, ...given });
    const put = async (...items: VersionedItem[]) => {
      expect(await commit({ put: items })).toBe('done');
    };
    const association = async () => (await registry.get([API]))[0];

    it('knows nothing at first', async () => {
      expect(await registry.get([API, { type: 'cluster', clusterArn: PROD }])).toEqual([
        undefined,
        undefined,
      ]);
      expect(await allOf((paging) => registry.associations(INCARNATION, paging))).toEqual([]);
      expect(await allOf((paging) => registry.findings('open', paging))).toEqual([]);
    });

    const { item: mappingItem, revision } = firstRevision(aMapping(), {
      by: 'alice',
      why: 'first load',
      at: NOON,
    });
    const versioned: readonly VersionedItem[] = [
      mappingItem,
      aClusterItem({ labels: { env: 'prod' } }, { bucketsVerifiedAt: [1, 2, 3], associations: 7 }),
      anAssociationItem({
        record: aRecord({ observedRevision: '1', managedTagKeys: ['a'] }),
        observedAt: NOON,
        intent: { kind: 'update', token: 't2', at: NOON, ended: true },
        earlierTokens: ['t1'],
        findings: { roleDrift: { firstSeenAt: 1, lastSeenAt: 2, fingerprint: 'x' } },
        disturbances: [{ at: 1, by: 'bob' }, { at: 2 }],
        backOffUntil: 3,
      }),
      { type: 'freeze', version: 0, shard: 3, frozen: true, reason: 'incident', by: 'alice', at: NOON },
      { type: 'brakeRelease', version: 0, scope: 'fleet', reason: 'looked', by: 'alice', at: NOON },
      newJob({ id: 'j1', kind: 'retireCluster', ...INCARNATION, by: 'a', why: 'b' }, NOON),
      {
        type: 'toldCause',
        version: 0,
        causeKey: 'brake/fleet',
        severity: 'high',
        toldAt: NOON,
        occurrence: 3,
      },
    ];
    it.each(versioned.map((item) => ({ type: item.type, item })))(
      'gives back a $type as it was put, one version on',
      async ({ item }) => {
        await put(item);
        const ref = item.type === 'cluster' ? { type: 'cluster' as const, clusterArn: PROD } : item;
        expect(await registry.get([ref])).toEqual([{ ...item, version: 1 }]);
      },
    );

    const others: readonly RegistryItem[] = [
      revision,
      aFinding({ cause: { principal: 'arn:x', eventId: 'e', at: 1 } }),
      { type: 'seenEvent', id: 'e-1', at: NOON },
    ];
    it('gives back what is written without a version', async () => {
      await commit({
        revisions: [revision],
        findings: [aFinding({ cause: { principal: 'arn:x', eventId: 'e', at: 1 } })],
        seen: [{ type: 'seenEvent', id: 'e-1', at: NOON }],
      });
      expect(await registry.get(others.filter((item) => item.type !== 'cluster'))).toEqual(others);
    });

    it('keeps all enrolment rules as one item, changed only over what was read', async () => {
      const asked = { by: 'alice', why: 'first', at: NOON };
      const rule = { name: 'lab', priority: 1, clusters: { names: ['lab-1'] }, mode: 'enforce' } as const;
      const rules = withRules(undefined, [rule], asked);
      await put(rules);
      expect(await commit({ put: [rules] })).toBe('conflict');
      expect(await registry.get([{ type: 'enrolmentRules' }])).toEqual([{ ...rules, version: 1 }]);
    });

    it('answers in the order of the question, once for each time it was asked', async () => {
      await put(anAssociationItem());
      const nobody = { ...API, serviceAccount: 'nobody' };
      const found = await registry.get([nobody, API, API]);
      expect(found.map((item) => item?.serviceAccount)).toEqual([undefined, 'api', 'api']);
    });

    it('reads more than one request gives', async () => {
      const many = Array.from({ length: 230 }, (_, index) =>
        anAssociationItem({ serviceAccount: `sa-${String(index).padStart(3, '0')}` }),
      );
      for (let start = 0; start < many.length; start += 100) await put(...many.slice(start, start + 100));
      const found = await registry.get(many);
      expect(found.map((item) => item?.serviceAccount)).toEqual(many.map((item) => item.serviceAccount));
      expect((await allOf((paging) => registry.associations(INCARNATION, paging), 70)).length).toBe(230);
    });

    it('puts a new item only where there is none, and a changed one only over what was read', async () => {
      await put(anAssociationItem());
      expect(await commit({ put: [anAssociationItem()] })).toBe('conflict');
      const read = await association();
      if (!read) throw new Error('not there');
      await put({ ...read, observedAt: 1 });
      expect(await commit({ put: [{ ...read, observedAt: 2 }] })).toBe('conflict');
      expect(await association()).toMatchObject({ observedAt: 1, version: 2 });
    });

    it('removes only what was read', async () => {
      await put(anAssociationItem());
      expect(await commit({ remove: [anAssociationItem({ version: 7 })] })).toBe('conflict');
      expect(await commit({ remove: [anAssociationItem({ version: 1 })] })).toBe('done');
      expect(await association()).toBeUndefined();
    });

    it('writes all of a commit or nothing of it', async () => {
      await put(anAssociationItem());
      const answer = await commit({
        put: [aClusterItem(), anAssociationItem()],
        findings: [aFinding()],
        seen: [{ type: 'seenEvent', id: 'e-1', at: NOON }],
        audit: [{ action: 'clusterEnrolled', at: NOON, by: 'alice', clusterArn: PROD }],
        brake: { clusterArn: PROD, from: NOON, totalBelow: 9 },
        outbox: [{ type: 'WritesFrozen', by: 'alice', reason: 'r' }],
      });
      expect(answer).toBe('conflict');
      expect(
        await registry.get([
          { type: 'cluster', clusterArn: PROD },
          { type: 'finding', clusterArn: PROD, id: aFinding().id },
          { type: 'seenEvent', id: 'e-1' },
        ]),
      ).toEqual([undefined, undefined, undefined]);
      expect(await registry.readBrake(PROD, NOON)).toMatchObject({ cluster: 0, fleet: 0, total: 0 });
      expect((await registry.auditOfCluster(PROD)).items).toEqual([]);
      expect(await world.outbox()).toEqual([]);
    });

    it.each([
      { commit: 'of one item', more: {} },
      { commit: 'of several', more: { seen: [{ type: 'seenEvent' as const, id: 'e-2', at: NOON }] } },
    ])('does a commit $commit once, however often it is asked to', async ({ more }) => {
      const once: RegistryCommit = { id: ids.next(), at: NOON, put: [anAssociationItem()], ...more };
      expect(await registry.commit(once)).toBe('done');
      expect(await registry.commit(once)).toBe('done');
      expect(await association()).toMatchObject({ version: 1 });
    });

    it('never changes a revision', async () => {
      expect(await commit({ revisions: [revision] })).toBe('done');
      expect(await commit({ revisions: [{ ...revision, by: 'mallory' }] })).toBe('conflict');
      expect(await registry.get([revision])).toEqual([revision]);
    });

    it('loses no update of two workers who take turns at random moments', async () => {
      await put(anAssociationItem({ disturbances: [] }));
      const add = async (stamp: number): Promise<void> => {
        const read = await association();
        if (!read) throw new Error('not there');
        const item = { ...read, disturbances: [...(read.disturbances ?? []), { at: stamp }] };
        if ((await commit({ put: [item] })) === 'conflict') await add(stamp);
      };
      const work = async (stamps: readonly number[]) => {
        for (const stamp of stamps) await add(stamp);
      };
      await Promise.all([work([1, 2, 3, 4, 5]), work([6, 7, 8, 9, 10]), work([11, 12])]);
      const stamps = (await association())?.disturbances?.map(({ at }) => at) ?? [];
      expect([...stamps].sort((left, right) => left - right)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
      ]);
    });

    describe('the switch', () => {
      const freeze = (frozen: boolean, version = 0) =>
        put(
          ...Array.from({ length: 16 }, (_, shard) => {
            return { type: 'freeze' as const, version, shard, frozen, reason: 'r', by: 'b', at: NOON };
          }),
        );
      const guarded = () => commit({ put: [anAssociationItem()], unlessFrozen: INCARNATION });

      it('lets pass when nobody ever touched it', async () => {
        expect(await guarded()).toBe('done');
      });

      it('stops commits that ask for it, and nothing else', async () => {
        await freeze(true);
        expect(await guarded()).toBe('frozen');
        expect(await association()).toBeUndefined();
        await put(anAssociationItem());
      });

      it('lets pass again when it was let go', async () => {
        await freeze(true);
        await freeze(false, 1);
        expect(await guarded()).toBe('done');
      });
    });

    describe('the mode of a cluster', () => {
      const { clusterArn, clusterCreatedAt } = INCARNATION;
      const item = aClusterItem({ arn: clusterArn, createdAt: clusterCreatedAt, mode: 'enforce' });
      const inEnforce = () =>
        commit({ put: [anAssociationItem()], whileMode: { ...INCARNATION, mode: 'enforce' } });

      it.each([
        { when: 'it is that', now: item, answer: 'done' },
        { when: 'something else of the cluster changed', now: { ...item, associations: 7 }, answer: 'done' },
        {
          when: 'it is another',
          now: { ...item, cluster: { ...item.cluster, mode: 'observe' } },
          answer: 'conflict',
        },
        {
          when: 'it is that of another life',
          now: { ...item, cluster: { ...item.cluster, createdAt: 7 } },
          answer: 'conflict',
        },
        {
          when: 'the cluster is retired',
          now: { ...item, enrolment: { ...item.enrolment, state: 'retired' } },
          answer: 'conflict',
        },
        { when: 'nobody enrolled the cluster', now: undefined, answer: 'conflict' },
      ] as const)('is kept to where a commit asks for it: $when, $answer', async ({ now, answer }) => {
        if (now) await put(now);
        expect(await inEnforce()).toBe(answer);
        expect((await association()) !== undefined).toBe(answer === 'done');
      });
    });

    describe('lists', () => {
      it('mappings by cluster set, namespace and service account', async () => {
        const keys = [
          { clusterSet: 'default', namespace: 'payments', serviceAccount: 'web' },
          { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' },
          { clusterSet: 'default-eu', namespace: 'a', serviceAccount: 'b' },
        ];
        const by = { by: 'alice', why: 'w', at: NOON };
        for (const key of keys) await put(firstRevision(aMapping({ key }), by).item);
        const names = (await allOf((paging) => registry.mappings(paging), 2)).map(({ key }) => key);
        expect(names).toEqual([keys[2], keys[1], keys[0]].sort(byText));
        const ofSet = await allOf((paging) => registry.mappings({ ...paging, clusterSet: 'default' }));
        expect(ofSet.map(({ key }) => key.serviceAccount)).toEqual(['api', 'web']);
      });

      it('revisions, newest first', async () => {
        const numbers = [1, 2, 10];
        for (const number of numbers) await commit({ revisions: [{ ...revision, number }] });
        const found = await allOf((paging) => registry.revisions(MAPPING, paging), 2);
        expect(found.map(({ number }) => number)).toEqual([10, 2, 1]);
      });

      it('clusters by account, region and name', async () => {
        await put(aClusterItem({ name: 'b' }), aClusterItem({ name: 'a' }));
        await put(aClusterItem({ account: '000011112222', name: 'z' }));
        const found = await allOf((paging) => registry.clusters(paging), 1);
        expect(found.map(({ cluster }) => cluster.name)).toEqual(['z', 'a', 'b']);
      });

      it('associations of one life of a cluster, by key', async () => {
        await put(anAssociationItem({ serviceAccount: 'web' }), anAssociationItem());
        await put(anAssociationItem({ clusterCreatedAt: CREATED_AT + 1, serviceAccount: 'old' }));
        const found = await allOf((paging) => registry.associations(INCARNATION, paging), 1);
        expect(found.map(({ serviceAccount }) => serviceAccount)).toEqual(['api', 'web']);
      });

      it('associations of a mapping', async () => {
        await put(anAssociationItem(), anAssociationItem({ serviceAccount: 'web' }));
        await put(anAssociationItem({ clusterArn: `${PROD}2` }));
        await put(anAssociationItem({ clusterArn: `${PROD}3`, desired: aDesired({ clusterSet: 'other' }) }));
        const found = await allOf((paging) => registry.associationsOfMapping(MAPPING, paging), 1);
        expect(found.map(({ clusterArn }) => clusterArn)).toEqual([PROD, `${PROD}2`]);
        expect(found[0]).toEqual(API);
      });

      it('associations by id, also those that are not ours', async () => {
        const { desired: _, ...stranger } = anAssociationItem({
          record: aRecord({ associationId: 'a-9', origin: 'seen', finding: 'unmanaged' }),
        });
        await put(stranger);
        expect(await registry.associationsById('a-9')).toEqual([API]);
        expect(await registry.associationsById('a-8')).toEqual([]);
      });

      it('who uses a role, as what, whatever the case of its name and its path', async () => {
        const fields = aDesired().fields;
        const desired = aDesired({
          fields: {
            ...fields,
            roleArn: 'arn:aws:iam::111122223333:role/teams/Payments-API',
            targetRoleArn: 'arn:aws:iam::444455556666:role/Ledger',
          },
        });
        await put(anAssociationItem({ desired }), anAssociationItem({ serviceAccount: 'web' }));
        const users = (account: string, roleName: string, as: 'role' | 'targetRole') =>
          allOf((paging) => registry.usersOfRole({ account, roleName }, as, paging), 1);
        const ofPayments = await users('111122223333', 'payments-api', 'role');
        expect(ofPayments.map(({ serviceAccount }) => serviceAccount)).toEqual(['api', 'web']);
        expect(await users('444455556666', 'Ledger', 'targetRole')).toEqual([API]);
        expect(await users('444455556666', 'Ledger', 'role')).toEqual([]);
        expect(await users('999999999999', 'Payments-API', 'role')).toEqual([]);
      });

      it('who uses a role that nobody wished for, as it was seen', async () => {
        const observed = { roleArn: 'arn:aws:iam::111122223333:role/rogue', disableSessionTags: false };
        const { desired: _, ...stranger } = anAssociationItem({
          record: aRecord({ origin: 'seen', observed }),
        });
        await put(stranger);
        const role = { account: '111122223333', roleName: 'rogue' };
        expect((await registry.usersOfRole(role, 'role')).items).toEqual([API]);
      });

      it('findings of a cluster, and of a status with the newest first', async () => {
        const findings = Array.from({ length: 7 }, (_, index) =>
          aFinding({ id: `roleDrift/payments/sa-${index}`, firstSeenAt: NOON + index }),
        );
        await commit({ findings });
        await commit({ findings: [aFinding({ clusterArn: `${PROD}2`, firstSeenAt: NOON - 1 })] });
        const newest = await allOf((paging) => registry.findings('open', paging), 3);
        expect(newest.map(({ firstSeenAt }) => firstSeenAt - NOON)).toEqual([6, 5, 4, 3, 2, 1, 0, -1]);
        const ofCluster = await allOf((paging) => registry.findingsOfCluster(PROD, paging), 3);
        expect(ofCluster.map(({ id }) => id)).toEqual(findings.map(({ id }) => id));
      });

      it('a finding where it belongs after it ended, with all that it says', async () => {
        await commit({ findings: [aFinding()] });
        const { clusterArn, id, kind } = aFinding();
        await commit({ ends: [{ clusterArn, id, kind, status: 'repaired', endedAt: NOON + 5 }] });
        expect((await registry.findings('open')).items).toEqual([]);
        expect((await registry.findings('repaired')).items).toEqual([
          aFinding({ status: 'repaired', endedAt: NOON + 5 }),
        ]);
      });

      it('the audit of a cluster, of a mapping and of the fleet, newest first', async () => {
        const entry = {
          action: 'revisionReleased',
          by: 'alice',
          clusterArn: PROD,
          mapping: MAPPING,
        } as const;
        for (const at of [3, 1, 2]) await commit({ audit: [{ ...entry, at }] });
        await commit({ audit: [{ action: 'writesFrozen', by: 'bob', at: 4 }] });
        const times = (found: readonly { readonly at: number }[]) => found.map(({ at }) => at);
        const cluster = await allOf((paging) => registry.auditOfCluster(PROD, paging), 2);
        expect(times(cluster)).toEqual([3, 2, 1]);
        expect(cluster[0]).toMatchObject({ ...entry, at: 3 });
        expect(times(await allOf((paging) => registry.auditOfMapping(MAPPING, paging), 2))).toEqual([
          3, 2, 1,
        ]);
        expect(times(await allOf((paging) => registry.auditOfCluster(undefined, paging)))).toEqual([4]);
      });

      it('jobs that run', async () => {
        const job = newJob({ id: 'j1', kind: 'releaseCompleted', ...INCARNATION, by: 'a', why: 'b' }, NOON);
        await put(job, { ...job, id: 'j2', state: 'done' });
        expect((await registry.runningJobs()).items.map(({ id }) => id)).toEqual(['j1']);
        await put({ ...job, version: 1, state: 'done' });
        expect((await registry.runningJobs()).items).toEqual([]);
      });

      it('what was asked to be enrolled, newest first, and how each cluster of it ended by name', async () => {
        const place = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };
        const request = { type: 'enrolmentRequest', version: 0, place, by: 'alice', why: 'first' } as const;
        for (const [id, at] of [
          ['r-1', NOON],
          ['r-2', NOON + 2],
          ['r-3', NOON + 1],
        ] as const) {
          await put({ ...request, id, at });
        }
        const found = await allOf((paging) => registry.enrolmentRequests(paging), 2);
        expect(found.map(({ id }) => id)).toEqual(['r-2', 'r-3', 'r-1']);
        expect(found[0]).toEqual({ ...request, version: 1, id: 'r-2', at: NOON + 2 });
        const outcome = {
          type: 'enrolmentOutcome',
          version: 0,
          requestId: 'r-1',
          clusterArn: PROD,
          state: 'enrolled',
          mode: 'observe',
          at: NOON,
        } as const;
        await put(outcome);
        const refs = ['r-1', 'r-2'].map((requestId) => {
          return { type: 'enrolmentOutcome' as const, requestId, clusterArn: PROD };
        });
        expect(await registry.get(refs)).toEqual([{ ...outcome, version: 1 }, undefined]);
        expect((await registry.enrolmentRequests()).items).toHaveLength(3);
      });

      it('refuses a cursor that it did not hand out', async () => {
        await expect(registry.clusters({ cursor: 'no cursor' })).rejects.toThrow(
          expect.objectContaining({ code: 'registry.badCursor' }),
        );
      });
    });

    describe('the brake', () => {
      const OTHER = `${PROD}2`;
      const read = (clusterArn = PROD, now = NOON) => registry.readBrake(clusterArn, now);
      const use = async (at: number, { clusterArn = PROD, fleetCap = 50 } = {}) => {
        const brake = brakeEntry(clusterArn, at, await registry.readBrake(clusterArn, at), fleetCap);
        return await commit({ brake });
      };

      it('counts for the cluster and the fleet, for a day and the rest of the minute', async () => {
        await use(NOON);
        await use(NOON + 59_999);
        await use(NOON + MINUTE, { clusterArn: OTHER });
        expect(await read(PROD, NOON + DAY)).toMatchObject({ cluster: 2, fleet: 3, total: 3 });
        expect(await read(PROD, NOON + DAY + MINUTE)).toMatchObject({ cluster: 0, fleet: 1, total: 3 });
        expect(await read(OTHER, NOON + DAY + 2 * MINUTE)).toMatchObject({ cluster: 0, fleet: 0, total: 3 });
      });

      it('gives the last place to one of two clusters that want it at once', async () => {
        const ask = async (clusterArn: string) => {
          return brakeEntry(clusterArn, NOON, await read(clusterArn), 1);
        };
        const [first, second] = [await ask(PROD), await ask(OTHER)];
        const answers = [await commit({ brake: first }), await commit({ brake: second })];
        expect(answers).toEqual(['done', 'braked']);
        expect(await read(OTHER)).toMatchObject({ cluster: 0, fleet: 1 });
      });

      it('gives places again when old uses no longer count, and none without a cap of more than 0', async () => {
        expect(await use(NOON, { fleetCap: 1 })).toBe('done');
        expect(await use(NOON + DAY, { fleetCap: 1 })).toBe('braked');
        expect(await use(NOON + DAY + MINUTE, { fleetCap: 1 })).toBe('done');
        expect(await use(NOON + 3 * DAY, { fleetCap: 0 })).toBe('braked');
      });

      it('counts without a bound where the fleet has none', async () => {
        await use(NOON, { fleetCap: Number.POSITIVE_INFINITY });
        expect(await use(NOON, { fleetCap: 1 })).toBe('braked');
        expect(await read()).toMatchObject({ cluster: 1, fleet: 1 });
      });

      it('counts anew, at once, when somebody let it go', async () => {
        const release = { type: 'brakeRelease', version: 0, reason: 'r', by: 'b', at: NOON + 10 } as const;
        await use(NOON + 5);
        await use(NOON + 5, { clusterArn: OTHER });
        await put({ ...release, scope: PROD });
        expect(await read()).toMatchObject({ cluster: 0, fleet: 2 });
        await put({ ...release, scope: 'fleet' });
        await use(NOON + 20);
        expect(await read()).toMatchObject({ cluster: 1, fleet: 1, releasedAt: NOON + 10 });
        expect(await read(OTHER)).toMatchObject({ cluster: 1, fleet: 1 });
      });
    });

    describe('the outbox', () => {
      it('holds what a commit has to tell as one row, and nothing of commits that tell nothing', async () => {
        await put(anAssociationItem());
        const entries = [
          { type: 'WritesFrozen', by: 'alice', reason: 'r' },
          { type: 'WritesUnfrozen', by: 'alice', reason: 's' },
        ] as const;
        await registry.commit({ id: 'told', at: NOON, outbox: entries });
        expect(await world.outbox()).toEqual([{ id: 'told', at: NOON, entries }]);
      });
    });
  });
}

function byText(
  left: { clusterSet: string; namespace: string; serviceAccount: string } | undefined,
  right: typeof left,
): number {
  const text = (key: typeof left) => `${key?.clusterSet}/${key?.namespace}/${key?.serviceAccount}`;
  return text(left) < text(right) ? -1 : 1;
}
