import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRecord, aSituation, aTombstone, aWish, planningRules } from '#test/builders/a-situation.ts';
import {
  ADDON_ARN,
  ANOTHER_ROLE,
  anAssociation,
  anObservedAssociation,
  OUR_TAGS,
} from '#test/builders/an-association.ts';
import { anyRules, anySituation } from '#test/builders/any-situation.ts';
import type { ObservedAssociation } from './association.ts';
import type { Step } from './decision.ts';
import { isSameRecord, recordAfterLook, recordAfterWrite } from './learn.ts';
import { type KeySituation, type Observation, type PlanningRules, planKey } from './plan.ts';
import type { AssociationRecord } from './record.ts';

const { now, settleMs } = planningRules();
const lesson = { wishDigest: 'd1', now, settleMs };
const described = (given: Partial<ObservedAssociation> = {}): Observation => ({
  kind: 'described',
  association: anObservedAssociation(given),
});
const absent: Observation = { kind: 'absent' };
const taggedWish = aWish({ fields: anAssociation({ tags: { team: 'a', 'cost-centre': '42' } }) });
const asTagged = { ...OUR_TAGS, team: 'a', 'cost-centre': '42' };

/** What is remembered after the situation was planned. */
function learn(given: Partial<KeySituation>, rules: Partial<PlanningRules> = {}) {
  const situation = aSituation(given);
  const digest = situation.wish?.kind === 'fields' ? 'd1' : undefined;
  return recordAfterLook(situation, planKey(situation, planningRules(rules)), {
    ...lesson,
    wishDigest: digest,
  });
}

describe('recordAfterLook', () => {
  it.each<{
    when: string;
    given: Partial<KeySituation>;
    rules?: Partial<PlanningRules>;
    record: AssociationRecord | undefined;
  }>([
    {
      when: 'ours is as wished',
      given: {},
      record: { associationId: 'a-00000000000000001', origin: 'created', matchedWish: 'd1' },
    },
    {
      when: 'ours is as wished, and it was written moments ago',
      given: { record: aRecord({ origin: 'adopted', lastWriteAt: now - 1 }) },
      record: {
        associationId: 'a-00000000000000001',
        origin: 'adopted',
        matchedWish: 'd1',
        lastWriteAt: now - 1,
      },
    },
    {
      when: 'ours bears exactly the tags wished for: older ones are not ours any more',
      given: {
        wish: taggedWish,
        observation: described({ tags: asTagged }),
        record: aRecord({ managedTagKeys: ['older'] }),
      },
      record: {
        associationId: 'a-00000000000000001',
        origin: 'created',
        matchedWish: 'd1',
        managedTagKeys: ['cost-centre', 'team'],
      },
    },
    {
      when: 'ours differs: no wish is matched, and keys only wished for were not set by us',
      given: { wish: taggedWish, record: aRecord({ matchedWish: 'd1', managedTagKeys: ['older'] }) },
      record: { associationId: 'a-00000000000000001', origin: 'created', managedTagKeys: ['older'] },
    },
    {
      when: 'ours was replaced: the id that we knew stays',
      given: { observation: described({ associationId: 'a-2' }), record: aRecord({ matchedWish: 'd1' }) },
      record: { associationId: 'a-00000000000000001', origin: 'created' },
    },
    {
      when: 'ours was replaced by one that differs',
      given: { observation: described({ associationId: 'a-2', roleArn: ANOTHER_ROLE }) },
      record: { associationId: 'a-00000000000000001', origin: 'created' },
    },
    {
      when: 'its tag proves it ours',
      given: { record: undefined },
      rules: { authority: 'recordOrTag' },
      record: { associationId: 'a-00000000000000001', origin: 'adopted', matchedWish: 'd1' },
    },
    {
      when: 'ours is no longer wished for, and held',
      given: { wish: undefined },
      record: { associationId: 'a-00000000000000001', origin: 'created' },
    },
    {
      when: 'somebody else’s may be adopted: it is not ours before it is',
      given: { observation: described({ tags: {} }), record: undefined },
      record: { associationId: 'a-00000000000000001', origin: 'seen' },
    },
    {
      when: 'somebody else’s is reported',
      given: {
        observation: described({ roleArn: ANOTHER_ROLE, tags: { 'eksctl.io/x': '' } }),
        record: undefined,
      },
      record: { associationId: 'a-00000000000000001', origin: 'seen', finding: 'foreign', owner: 'eksctl' },
    },
    {
      when: 'one bears our tag, which proves nothing',
      given: { observation: described({ roleArn: ANOTHER_ROLE, tags: OUR_TAGS }), record: undefined },
      record: {
        associationId: 'a-00000000000000001',
        origin: 'seen',
        finding: 'unmanaged',
        unproven: true,
      },
    },
    {
      when: 'an add-on owns it now',
      given: { observation: described({ ownerArn: ADDON_ARN }) },
      record: {
        associationId: 'a-00000000000000001',
        ownerArn: ADDON_ARN,
        origin: 'seen',
        finding: 'addonOwned',
        owner: 'add-on aws-ebs-csi-driver',
      },
    },
    {
      when: 'ours is gone and still wished for: who makes another has replaced ours',
      given: { observation: absent, record: aRecord({ matchedWish: 'd1', managedTagKeys: ['team'] }) },
      record: { associationId: 'a-00000000000000001', origin: 'created', managedTagKeys: ['team'] },
    },
    {
      when: 'ours is gone and wished away',
      given: { observation: absent, wish: aTombstone() },
      record: undefined,
    },
    {
      when: 'ours is gone and nobody wishes for it',
      given: { observation: absent, wish: undefined },
      record: undefined,
    },
    {
      when: 'somebody else’s is gone',
      given: { observation: absent, record: aRecord({ origin: 'seen', finding: 'unmanaged' }) },
      record: undefined,
    },
    {
      when: 'nothing is there and never was',
      given: { observation: absent, record: undefined },
      record: undefined,
    },
  ])('when $when', ({ given, rules, record }) => {
    expect(learn(given, rules)).toEqual(record);
  });

  const remembered = aRecord({ matchedWish: 'd1', lastWriteAt: now - 1 });
  it.each<{ when: string; given: Partial<KeySituation>; rules?: Partial<PlanningRules> }>([
    { when: 'our write settles and it is gone', given: { observation: absent } },
    { when: 'our delete settles and it is gone', given: { observation: absent, wish: aTombstone() } },
    {
      when: 'our write settles and it differs',
      given: { observation: described({ roleArn: ANOTHER_ROLE }) },
    },
    {
      when: 'it was listed only',
      given: { observation: { kind: 'listed', summary: anObservedAssociation(), remembered: true } },
    },
    { when: 'it could not be read', given: { observation: { kind: 'unseen', reason: 'describeFailed' } } },
    {
      when: 'it is ignored',
      given: { observation: described({ roleArn: ANOTHER_ROLE }) },
      rules: { clusterMode: 'ignore' },
    },
    {
      when: 'the wish is unreadable',
      given: { wish: { kind: 'unresolvable', mapping: aWish().mapping, problem: 'no label' } },
    },
  ])('leaves the record as it is when $when', ({ given, rules }) => {
    expect(learn({ ...given, record: remembered }, rules)).toBe(remembered);
  });

  it('has learnt all there is from one look: a second one changes nothing', () => {
    fc.assert(
      fc.property(anySituation, anyRules, (situation, rules) => {
        const times = { ...lesson, wishDigest: situation.wish?.kind === 'fields' ? 'd1' : undefined };
        const record = recordAfterLook(situation, planKey(situation, rules), times);
        const again = { ...situation, record };
        expect(isSameRecord(recordAfterLook(again, planKey(again, rules), times), record)).toBe(true);
      }),
    );
  });
});

describe('recordAfterWrite', () => {
  const fields = anAssociation({ tags: asTagged });
  const observed = anObservedAssociation({ associationId: 'a-2', roleArn: ANOTHER_ROLE });
  const noTags = { set: {}, remove: [] };
  const create: Step = { kind: 'create', fields };
  const update: Step = {
    kind: 'update',
    observed,
    fields,
    changes: { roleArn: fields.roleArn },
    tagChanges: noTags,
  };
  const adopt: Step = { ...update, kind: 'adopt' };
  const remove: Step = { kind: 'delete', observed };
  const right = anObservedAssociation({ associationId: 'a-2', tags: asTagged });
  const ours = aRecord({ matchedWish: 'd0', managedTagKeys: ['older'] });
  const managedTagKeys = ['cost-centre', 'team'];

  it.each<{
    when: string;
    step: Step;
    association?: ObservedAssociation;
    before?: AssociationRecord;
    record: AssociationRecord;
  }>([
    {
      when: 'created',
      step: create,
      association: right,
      record: {
        associationId: 'a-2',
        origin: 'created',
        matchedWish: 'd1',
        managedTagKeys,
        lastWriteAt: now,
      },
    },
    {
      when: 'created in the place of one that is gone',
      step: create,
      association: right,
      before: aRecord({ origin: 'adopted', matchedWish: 'd0' }),
      record: {
        associationId: 'a-2',
        origin: 'created',
        matchedWish: 'd1',
        managedTagKeys,
        lastWriteAt: now,
      },
    },
    {
      when: 'updated',
      step: update,
      association: right,
      before: aRecord({ associationId: 'a-2', managedTagKeys: ['older'] }),
      record: {
        associationId: 'a-2',
        origin: 'created',
        matchedWish: 'd1',
        managedTagKeys,
        lastWriteAt: now,
      },
    },
    {
      when: 'updated, and AWS answers with something else than was wished for',
      step: update,
      association: observed,
      before: ours,
      record: { associationId: 'a-2', origin: 'created', managedTagKeys, lastWriteAt: now },
    },
    {
      when: 'adopted',
      step: adopt,
      association: right,
      before: aRecord({ origin: 'seen', finding: 'unmanaged' }),
      record: {
        associationId: 'a-2',
        origin: 'adopted',
        matchedWish: 'd1',
        managedTagKeys,
        lastWriteAt: now,
      },
    },
    {
      when: 'the replacement of ours adopted: it stays as much ours as before',
      step: adopt,
      association: right,
      before: aRecord(),
      record: {
        associationId: 'a-2',
        origin: 'created',
        matchedWish: 'd1',
        managedTagKeys,
        lastWriteAt: now,
      },
    },
  ])('when $when', ({ step, association, before, record }) => {
    const situation = aSituation({ wish: taggedWish, record: before });
    expect(recordAfterWrite(situation, step, { kind: 'done', association }, lesson)).toEqual(record);
  });

  it.each<{ when: string; step: Step; before?: AssociationRecord; record: AssociationRecord | undefined }>([
    { when: 'a create, of which no id is known', step: create, record: undefined },
    {
      when: 'a create where somebody else’s was before',
      step: create,
      before: aRecord({ origin: 'seen' }),
      record: undefined,
    },
    {
      when: 'a create in the place of ours',
      step: create,
      before: ours,
      record: {
        associationId: 'a-00000000000000001',
        origin: 'created',
        managedTagKeys: ['cost-centre', 'older', 'team'],
        lastWriteAt: now,
      },
    },
    {
      when: 'an update: the id that we knew stays, and tag keys that may still be there are ours to remove',
      step: update,
      before: ours,
      record: {
        associationId: 'a-00000000000000001',
        origin: 'created',
        managedTagKeys: ['cost-centre', 'older', 'team'],
        lastWriteAt: now,
      },
    },
    {
      when: 'an update of what its tag proves ours',
      step: update,
      record: { associationId: 'a-2', origin: 'adopted', managedTagKeys, lastWriteAt: now },
    },
    {
      when: 'an adoption: nothing was adopted yet',
      step: adopt,
      before: aRecord({ origin: 'seen', finding: 'unmanaged' }),
      record: { associationId: 'a-2', origin: 'seen', lastWriteAt: now },
    },
  ])('when it may or may not have happened: $when', ({ step, before, record }) => {
    const situation = aSituation({ wish: taggedWish, record: before });
    expect(recordAfterWrite(situation, step, { kind: 'perhaps' }, lesson)).toEqual(record);
  });

  it.each(['done', 'perhaps'] as const)('remembers a delete until it has settled (%s)', (kind) => {
    const deleted = { wish: aTombstone(), record: ours };
    expect(recordAfterWrite(aSituation(deleted), remove, { kind }, lesson)).toEqual({
      associationId: 'a-00000000000000001',
      origin: 'created',
      managedTagKeys: ['older'],
      lastWriteAt: now,
    });
    const byTag = { wish: undefined, record: undefined };
    expect(recordAfterWrite(aSituation(byTag), remove, { kind }, lesson)).toEqual({
      associationId: 'a-2',
      origin: 'adopted',
      lastWriteAt: now,
    });
  });
});

describe('isSameRecord', () => {
  const record = aRecord({
    ownerArn: 'o',
    finding: 'foreign',
    owner: 'eksctl',
    matchedWish: 'd1',
    managedTagKeys: ['a'],
    lastWriteAt: 1,
  });

  it.each([
    { left: undefined, right: undefined, same: true },
    { left: record, right: undefined, same: false },
    { left: undefined, right: record, same: false },
    { left: record, right: { ...record, managedTagKeys: ['a'] }, same: true },
    { left: aRecord(), right: aRecord({ managedTagKeys: [] }), same: true },
    { left: record, right: { ...record, associationId: 'a-2' }, same: false },
    { left: record, right: { ...record, ownerArn: 'p' }, same: false },
    { left: record, right: { ...record, origin: 'adopted' as const }, same: false },
    { left: record, right: { ...record, finding: 'unmanaged' as const }, same: false },
    { left: record, right: { ...record, owner: 'ACK' }, same: false },
    { left: record, right: { ...record, matchedWish: 'd2' }, same: false },
    { left: record, right: { ...record, managedTagKeys: ['a', 'b'] }, same: false },
    { left: record, right: { ...record, lastWriteAt: 2 }, same: false },
  ])('$same', ({ left, right, same }) => {
    expect(isSameRecord(left, right)).toBe(same);
  });
});
