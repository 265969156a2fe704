import fc from 'fast-check';
import type { AssociationFields, ObservedAssociation } from '#shared/domain/association.ts';
import { MODES } from '#shared/domain/mode.ts';
import type { KeySituation, Observation, PlanningRules } from '#shared/domain/plan.ts';
import type { AssociationRecord } from '#shared/domain/record.ts';
import type { Wish } from '#shared/domain/wish.ts';
import { planningRules } from './a-situation.ts';
import { ADDON_ARN, anObservedAssociation, OUR_TAGS } from './an-association.ts';

/** Few values, so that wishes and what is there often agree, in part or in all. */
const roleArn = fc
  .constantFrom('payments-api', 'other')
  .map((name) => `arn:aws:iam::111122223333:role/${name}`);
const targetRoleArn = fc.constant('arn:aws:iam::777788889999:role/ledger-read');
const policy = fc.constantFrom(
  '{"Version":"2012-10-17","Statement":[]}',
  '{"Statement":[],"Version":"2012-10-17"}',
  '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
);
const id = fc.constantFrom('a-00000000000000001', 'a-00000000000000002');
const tagKey = fc.constantFrom('cost-centre', 'team', 'constructor');
const plainTags = fc.dictionary(tagKey, fc.constantFrom('1', '2'), { maxKeys: 2, noNullPrototype: true });
const ownerTags = fc.constantFrom<Record<string, string>>(
  {},
  {},
  OUR_TAGS,
  { ...OUR_TAGS, 'rolecall.dev/installation': 'lab' },
  { 'eksctl.io/owner': 'x' },
  { 'managed-by': 'terraform' },
);

function optional<Value, Key extends string>(key: Key, value: fc.Arbitrary<Value>) {
  return fc
    .option(value, { nil: undefined })
    .map((given) => (given === undefined ? {} : { [key]: given })) as fc.Arbitrary<
    Partial<Record<Key, Value>>
  >;
}

/** What a valid mapping may wish for: a session policy only with session tags off. */
export const anyFields: fc.Arbitrary<AssociationFields> = fc
  .tuple(
    roleArn,
    optional('targetRoleArn', targetRoleArn),
    fc.boolean(),
    optional('policy', policy),
    plainTags,
  )
  .map(([role, target, disableSessionTags, text, tags]) => ({
    roleArn: role,
    ...target,
    disableSessionTags: disableSessionTags || text.policy !== undefined,
    ...text,
    tags,
  }));

/** An association of `payments/api` made by anybody. */
export const anyObserved: fc.Arbitrary<ObservedAssociation> = fc
  .tuple(anyFields, id, ownerTags, fc.constantFrom({}, {}, {}, {}, { ownerArn: ADDON_ARN }))
  .map(([fields, associationId, marks, owner]) =>
    anObservedAssociation({ ...fields, associationId, ...owner, tags: { ...fields.tags, ...marks } }),
  );

const mapping = { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' };
const mode = fc.constantFrom('enforce' as const, ...MODES);

export const anyFieldsWish: fc.Arbitrary<Wish & { kind: 'fields' }> = fc
  .tuple(anyFields, mode, fc.boolean())
  .map(([fields, wished, takeover]) => ({
    kind: 'fields',
    fields,
    mapping,
    revision: '1',
    mode: wished,
    takeover,
  }));

const anyWish: fc.Arbitrary<Wish | undefined> = fc.oneof(
  { weight: 6, arbitrary: anyFieldsWish },
  {
    weight: 2,
    arbitrary: mode.map((wished): Wish => ({ kind: 'absent', mapping, revision: '2', mode: wished })),
  },
  { weight: 1, arbitrary: fc.constant<Wish>({ kind: 'unresolvable', mapping, problem: 'no label env' }) },
  { weight: 2, arbitrary: fc.constant(undefined) },
);

const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  {
    weight: 6,
    arbitrary: anyObserved.map((association): Observation => ({ kind: 'described', association })),
  },
  { weight: 2, arbitrary: fc.constant<Observation>({ kind: 'absent' }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyObserved, fc.boolean())
      .map(([summary, remembered]): Observation => ({ kind: 'listed', summary, remembered })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('clusterUnread' as const, 'describeFailed' as const)
      .map((reason): Observation => ({ kind: 'unseen', reason })),
  },
);

const anyRecord: fc.Arbitrary<AssociationRecord> = fc
  .tuple(
    id,
    fc.oneof(
      fc.constantFrom<Pick<AssociationRecord, 'origin'>>(
        { origin: 'created' },
        { origin: 'adopted' },
        { origin: 'seen' },
      ),
      fc
        .constantFrom('unmanaged' as const, 'foreign' as const)
        .map((finding) => ({ origin: 'seen' as const, finding })),
    ),
    optional('managedTagKeys', fc.subarray(['constructor', 'cost-centre', 'team'])),
    optional(
      'lastWriteAt',
      fc.integer({ min: -20_000, max: 0 }).map((age) => planningRules().now + age),
    ),
  )
  .map(([associationId, origin, keys, write]) => ({ associationId, ...origin, ...keys, ...write }));

export const anyRules: fc.Arbitrary<PlanningRules> = fc
  .record({
    authority: fc.constantFrom('record' as const, 'recordOrTag' as const),
    clusterMode: mode,
    clusterStatus: fc.constantFrom(
      'ACTIVE' as const,
      'ACTIVE' as const,
      'UPDATING' as const,
      'DELETING' as const,
    ),
    partlyRead: fc.boolean(),
    prune: fc.constantFrom('off' as const, 'tombstones' as const, 'unwished' as const),
  })
  .map(planningRules);

/** Anything that may be found at a key, likely or not. */
export const anySituation: fc.Arbitrary<KeySituation> = fc
  .record({
    wish: anyWish,
    observation: anyObservation,
    record: fc.option(anyRecord, { nil: undefined }),
  })
  .map((situation) => ({ key: { namespace: 'payments', serviceAccount: 'api' }, ...situation }));
