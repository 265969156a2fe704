import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AssociationFields, ObservedAssociation } from '#shared/domain/association.ts';
import { differenceOf } from '#shared/domain/difference.ts';
import type { KeyText } from '#shared/domain/key.ts';
import { ownershipTags } from '#shared/domain/ownership.ts';
import type { Wish } from '#shared/domain/wish.ts';
import { endings, ReconcileWorld } from '#test/builders/a-reconcile-world.ts';
import { aTombstone, aWish } from '#test/builders/a-situation.ts';
import { ADDON_ARN } from '#test/builders/an-association.ts';
import { anyFields } from '#test/builders/any-situation.ts';
import type { FakeEksOperation } from '#test/fakes/fake-eks.ts';
import type { ReconcileSettings } from './settings.ts';

/** Who made an association before we came, and how EKS shows it. */
type Maker = 'us' | 'nobody known' | 'another tool' | 'an add-on' | 'another installation';
const MARKS: Readonly<Record<Maker, Partial<ObservedAssociation>>> = {
  us: { tags: { 'rolecall.dev/installation': 'hub' } },
  'nobody known': { tags: { owner: 'alice' } },
  'another tool': { tags: { 'eksctl.io/owner': 'x' } },
  'an add-on': { ownerArn: ADDON_ARN },
  'another installation': { tags: { 'rolecall.dev/installation': 'lab' } },
};

interface KeyModel {
  readonly key: KeyText;
  readonly there?: { readonly by: Maker; readonly fields: AssociationFields } | undefined;
  readonly wish?: Wish | undefined;
}

const mappingOf = (key: string) => {
  const [namespace = '', serviceAccount = ''] = key.split('/');
  return { clusterSet: 'default', namespace, serviceAccount };
};
const mode = fc.constantFrom('enforce' as const, 'enforce' as const, 'observe' as const, 'ignore' as const);
const someFields = fc.oneof(anyFields, fc.constant<AssociationFields>(aWish().fields));

const anyKey = (key: KeyText): fc.Arbitrary<KeyModel> => {
  const mapping = mappingOf(key);
  const wish: fc.Arbitrary<Wish> = fc.oneof(
    fc
      .record({ fields: someFields, mode, takeover: fc.boolean() })
      .map((given) => aWish({ ...given, mapping })),
    mode.map((wished) => aTombstone({ mapping, mode: wished })),
  );
  const maker = fc.constantFrom(...(Object.keys(MARKS) as Maker[]));
  return fc.record({
    key: fc.constant(key),
    there: fc.option(fc.record({ by: maker, fields: someFields }), { nil: undefined }),
    wish: fc.option(wish, { nil: undefined }),
  });
};

/** What may go wrong on the way; each at most once or twice, so that patience suffices. */
const anyTrouble = fc.record({
  operation: fc.constantFrom<FakeEksOperation>('create', 'update', 'delete', 'tag', 'untag'),
  how: fc.constantFrom('lost' as const, 'never arrives' as const, 'throttled' as const),
  after: fc.nat({ max: 2 }),
});

const anyScene = fc.record({
  keys: fc.tuple(...(['a/a', 'a/b', 'a/c', 'b/a'] as const).map(anyKey)),
  prune: fc.constantFrom<ReconcileSettings['prune']>('off', 'tombstones', 'unwished'),
  troubles: fc.array(anyTrouble, { maxLength: 2 }),
  staleMs: fc.constantFrom(0, 0, 900, 8_000),
});

/** What should become of a key, said once more and more simply than the product does. */
function hoped(
  { there, wish }: KeyModel,
  prune: ReconcileSettings['prune'],
): 'unchanged' | 'gone' | 'as wished' {
  if (there?.by === 'an add-on') return 'unchanged';
  if (wish === undefined) return there?.by === 'us' && prune === 'unwished' ? 'gone' : 'unchanged';
  if (wish.kind === 'unresolvable' || wish.mode !== 'enforce') return 'unchanged';
  if (wish.kind === 'absent') return there?.by === 'us' && prune !== 'off' ? 'gone' : 'unchanged';
  if (!there || there.by === 'us' || wish.takeover) return 'as wished';
  const { tags: _, ...wished } = wish.fields;
  const same = differenceOf({ ...wished, tags: {} }, { ...there.fields, tags: {} } as ObservedAssociation);
  return there.by === 'nobody known' && same.drift.length === 0 ? 'as wished' : 'unchanged';
}

function isAsWished(found: ObservedAssociation | undefined, wish: Wish | undefined): boolean {
  if (!found || wish?.kind !== 'fields') return false;
  const tags = { ...wish.fields.tags, ...ownershipTags('hub', wish.mapping) };
  return differenceOf({ ...wish.fields, tags }, found).drift.length === 0;
}

function build(scene: typeof anyScene extends fc.Arbitrary<infer Scene> ? Scene : never): ReconcileWorld {
  const world = new ReconcileWorld();
  world.settings = {
    ...world.settings,
    prune: scene.prune,
    brake: { clusterFloor: 100, clusterShare: 0, fleet: 100 },
  };
  for (const { key, there, wish } of scene.keys) {
    if (there) world.put(key, { ...there.fields, ...MARKS[there.by] });
    if (wish) world.wishes.set(key, wish);
  }
  for (const { operation, how, after } of scene.troubles) {
    if (how === 'lost') world.eks.troubles.loseNextAnswer(operation, { after });
    else
      world.eks.troubles.failNext(operation, how === 'throttled' ? 'aws.throttled' : 'aws.unavailable', {
        after,
      });
  }
  world.eks.staleFor(scene.staleMs);
  return world;
}

it('gives every key what it may have, leaves the rest exactly as it was, and then has nothing left to do', async () => {
  await fc.assert(
    fc.asyncProperty(anyScene, async (scene) => {
      const world = build(scene);
      const before = new Map(scene.keys.map(({ key }) => [key, world.find(key)]));
      await world.repair();
      for (const model of scene.keys) {
        const found = world.find(model.key);
        const hope = hoped(model, scene.prune);
        if (hope === 'unchanged') expect(found).toEqual(before.get(model.key));
        if (hope === 'gone') expect(found).toBeUndefined();
        if (hope === 'as wished') {
          expect(isAsWished(found, model.wish)).toBe(true);
          // Changed in place: the id, and with it the external id, survives.
          if (model.there) expect(found?.associationId).toBe(before.get(model.key)?.associationId);
        }
      }
      await world.clock.advance(world.settings.settleMs);
      const writes = world.writes();
      expect(endings(await world.repair())).toEqual({});
      expect(world.writes()).toBe(writes);
    }),
    { numRuns: 300 },
  );
});
