import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTORY_MS } from '../timeline.ts';
import type { Association, AssociationSeed, GeneratedAssociations } from './association.ts';
import { AssociationStore } from './association-store.ts';

const GENERATED = 5;
const idOf = (n: number) => `a-${String(n).padStart(17, '0')}`;
const seedOf = (n: number, changes: Partial<AssociationSeed> = {}): AssociationSeed => ({
  associationId: idOf(n),
  namespace: `n${n % 2}`,
  serviceAccount: `sa-${n}`,
  roleArn: 'arn:aws:iam::111122223333:role/r1',
  ...changes,
});
const generated: GeneratedAssociations = {
  count: GENERATED,
  at: (index) => seedOf(index),
  indexOfId(id) {
    const n = Number(id.slice(2));
    return n < GENERATED ? n : undefined;
  },
  indexOfKey(namespace, serviceAccount) {
    const n = Number(serviceAccount.slice(3));
    return n < GENERATED && namespace === `n${n % 2}` ? n : undefined;
  },
};
const complete = (seed: AssociationSeed): Association => ({
  clusterName: 'c1',
  associationArn: `arn:${seed.associationId}`,
  tags: {},
  disableSessionTags: false,
  createdAt: 0,
  modifiedAt: 0,
  ...seed,
});
const aStore = () => new AssociationStore(complete, generated);

/** All of them, page by page. */
function listAll(store: AssociationStore, asOf: number, limit = 3): readonly Association[] {
  const all: Association[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page = store.page({}, from, limit, asOf);
    all.push(...page.items);
    from = page.next;
  }
  return all;
}

const roles = (associations: readonly Association[]) =>
  associations.map((one) => `${one.associationId} ${one.serviceAccount} ${one.roleArn}`);

/** One step of somebody's work; `n` chooses among the service accounts 0 to 8, of which 0 to 4 are generated. */
const steps = fc.array(
  fc.record({ act: fc.constantFrom('create', 'replace', 'remove'), n: fc.integer({ min: 0, max: 8 }) }),
  { maxLength: 40 },
);

describe('AssociationStore', () => {
  it('is a plain map, of which every moment of the recent past stays readable', () => {
    fc.assert(
      fc.property(steps, (work) => {
        const store = aStore();
        const model = new Map(Array.from({ length: GENERATED }, (_, n) => [`sa-${n}`, complete(seedOf(n))]));
        const past: Association[][] = [[...model.values()]];
        work.forEach(({ act, n }, i) => {
          const now = i + 1;
          const serviceAccount = `sa-${n}`;
          const there = model.get(serviceAccount);
          if (act === 'create' && !there) {
            model.set(serviceAccount, store.create(seedOf(n, { associationId: idOf(1000 + i) }), now));
          } else if (act === 'replace' && there) {
            const changed = { ...there, roleArn: `role-${i}` };
            store.replace(changed, now);
            model.set(serviceAccount, changed);
          } else if (act === 'remove' && there) {
            store.remove(there.associationId, now);
            model.delete(serviceAccount);
          }
          past.push([...model.values()]);
        });
        past.forEach((expected, time) => {
          expect(roles(listAll(store, time)).sort()).toEqual(roles(expected).sort());
          for (const one of expected) {
            expect(store.byId(one.associationId, time)?.roleArn).toBe(one.roleArn);
            expect(store.byKey(one.namespace, one.serviceAccount, time)?.associationId).toBe(
              one.associationId,
            );
          }
        });
        expect(store.count()).toBe(model.size);
      }),
    );
  });

  it('lists what stays exactly once, whatever comes and goes between the pages', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (work, limit) => {
        const store = aStore();
        for (let n = 20; n < 26; n++) store.create(seedOf(n), 0);
        const touched = new Set(work.map(({ n }) => `sa-${n}`));
        const staying = listAll(store, 0).filter((one) => !touched.has(one.serviceAccount));
        const seen: Association[] = [];
        let from: number | undefined = 0;
        for (let i = 0; from !== undefined; i++) {
          const page = store.page({}, from, limit, i);
          seen.push(...page.items);
          from = page.next;
          const step = work[i];
          const there = step && store.byKey(`n${step.n % 2}`, `sa-${step.n}`, i);
          if (there) store.remove(there.associationId, i);
          else if (step) store.create(seedOf(step.n, { associationId: idOf(1000 + i) }), i);
        }
        const seenStaying = seen.filter((one) => !touched.has(one.serviceAccount));
        expect(roles(seenStaying)).toEqual(roles(staying));
      }),
    );
  });

  it('forgets what was deleted longer ago than anybody can ask for', () => {
    const store = aStore();
    for (let n = 10; n < 1_010; n++) store.create(seedOf(n), 0);
    for (let n = 10; n < 1_009; n++) store.remove(idOf(n), 1);
    expect(store.knows(idOf(10))).toBe(true);
    store.remove(idOf(1_009), HISTORY_MS + 2);
    expect(store.knows(idOf(10))).toBe(false);
    expect(store.byKey('n0', 'sa-10', HISTORY_MS + 2)).toBeUndefined();
    expect(listAll(store, HISTORY_MS + 2)).toHaveLength(GENERATED);
    expect(store.count()).toBe(GENERATED);
  });

  it('ends a page of a filter that matches little early and goes on from there', () => {
    const many: GeneratedAssociations = {
      ...generated,
      count: 25_000,
      at: (index) => seedOf(index, { namespace: index % 10_000 === 9_999 ? 'rare' : 'common' }),
    };
    const store = new AssociationStore(complete, many);
    const lengths: number[] = [];
    let from: number | undefined = 0;
    while (from !== undefined) {
      const page = store.page({ namespace: 'rare' }, from, 100, 0);
      lengths.push(page.items.length);
      from = page.next;
    }
    expect(lengths).toEqual([1, 1, 0]);
  });
});
