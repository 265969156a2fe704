import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { A_TARGET_ROLE, anAssociation, anObservedAssociation } from '#test/builders/an-association.ts';
import { anyFields, anyObserved } from '#test/builders/any-situation.ts';
import { differenceOf } from './difference.ts';

const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
/** The same document in other words. */
const REWRITTEN =
  '{ "Statement": {"Resource": ["*"], "Action": ["s3:GetObject"], "Effect": "Allow"}, "Version": "2012-10-17" }';
const observed = (given: Parameters<typeof anObservedAssociation>[0] = {}) =>
  anObservedAssociation({ tags: {}, ...given });

interface TagRow {
  readonly wished: Readonly<Record<string, string>>;
  readonly there: Readonly<Record<string, string>>;
  readonly former: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

describe('differenceOf', () => {
  it.each([
    { when: 'all is equal', desired: anAssociation(), seen: observed() },
    {
      when: 'others have set tags',
      desired: anAssociation({ tags: { a: '1' } }),
      seen: observed({ tags: { a: '1', theirs: '2' } }),
    },
    {
      when: 'the session policy says the same in other words',
      desired: anAssociation({ disableSessionTags: true, policy: POLICY }),
      seen: observed({ disableSessionTags: true, policy: REWRITTEN }),
    },
  ])('is nothing when $when', ({ desired, seen }) => {
    expect(differenceOf(desired, seen)).toEqual({
      drift: [],
      changes: {},
      tagChanges: { set: {}, remove: [] },
    });
  });

  it('clears what is not wished for with the empty string, because leaving it out changes nothing', () => {
    const seen = observed({ targetRoleArn: A_TARGET_ROLE, disableSessionTags: true, policy: POLICY });
    expect(differenceOf(anAssociation({ disableSessionTags: true }), seen)).toEqual({
      drift: ['targetRoleDrift', 'sessionPolicyDrift'],
      changes: { targetRoleArn: '', policy: '' },
      tagChanges: { set: {}, remove: [] },
    });
  });

  it.each<TagRow>([
    { wished: { a: '1' }, there: {}, former: [], set: { a: '1' }, remove: [] },
    { wished: { a: '1' }, there: { a: '2', b: '3' }, former: [], set: { a: '1' }, remove: [] },
    { wished: { a: '' }, there: {}, former: [], set: { a: '' }, remove: [] },
    { wished: {}, there: { b: '3' }, former: ['b', 'c'], set: {}, remove: ['b'] },
    { wished: { b: '3' }, there: { b: '3' }, former: ['b'], set: {}, remove: [] },
    { wished: { b: '4' }, there: { b: '3' }, former: ['b'], set: { b: '4' }, remove: [] },
    // Names that every object has.
    {
      wished: {},
      there: { constructor: 'x' },
      former: ['constructor', 'toString'],
      set: {},
      remove: ['constructor'],
    },
    { wished: { constructor: 'x' }, there: {}, former: [], set: { constructor: 'x' }, remove: [] },
  ])('sets $set and removes $remove for tags $wished wished, $there there, $former ours before', (row) => {
    const desired = anAssociation({ tags: row.wished });
    const difference = differenceOf(desired, observed({ tags: row.there }), row.former);
    expect(difference.tagChanges).toEqual({ set: row.set, remove: row.remove });
    expect(difference.drift).toEqual(
      row.remove.length > 0 || Object.keys(row.set).length > 0 ? ['tagDrift'] : [],
    );
  });

  it('finds no difference to an association that is exactly as wished, whatever the wish', () => {
    fc.assert(
      fc.property(anyFields, anyObserved, (fields, other) => {
        const { targetRoleArn: _, policy: __, ...rest } = other;
        const same = { ...rest, ...fields, tags: { ...other.tags, ...fields.tags } };
        expect(differenceOf(fields, same).drift).toEqual([]);
      }),
    );
  });
});
