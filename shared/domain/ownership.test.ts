import { describe, expect, it } from 'vitest';
import { aRecord } from '#test/builders/a-situation.ts';
import { ADDON_ARN, anObservedAssociation, OUR_TAGS } from '#test/builders/an-association.ts';
import { addonOwner, isOurs, ownershipOf, ownershipTags, ownershipWithoutWish } from './ownership.ts';

const ours = { kind: 'ours' };
const unproven = { kind: 'unproven' };
const unmanaged = { kind: 'unmanaged' };

describe('ownershipOf', () => {
  it.each([
    { when: 'we have a record of making it', record: aRecord(), tags: {}, byRecord: ours, byTag: ours },
    { when: 'we adopted it', record: aRecord({ origin: 'adopted' }), tags: {}, byRecord: ours, byTag: ours },
    {
      when: 'it replaced ours',
      record: aRecord({ associationId: 'a-9' }),
      tags: {},
      byRecord: ours,
      byTag: ours,
    },
    {
      when: 'ours bears another tool’s tag',
      record: aRecord(),
      tags: { 'eksctl.io/x': '' },
      byRecord: ours,
      byTag: ours,
    },
    { when: 'it bears our tag only', record: undefined, tags: OUR_TAGS, byRecord: unproven, byTag: ours },
    {
      when: 'it was only ever seen',
      record: aRecord({ origin: 'seen' }),
      tags: {},
      byRecord: unmanaged,
      byTag: unmanaged,
    },
    {
      when: 'our tag wins over another tool’s',
      record: undefined,
      tags: { 'managed-by': 'terraform', ...OUR_TAGS },
      byRecord: unproven,
      byTag: ours,
    },
  ])('when $when', ({ record, tags, byRecord, byTag }) => {
    const observed = anObservedAssociation({ tags });
    expect(ownershipOf(observed, record, { installation: 'hub', authority: 'record' })).toEqual(byRecord);
    expect(ownershipOf(observed, record, { installation: 'hub', authority: 'recordOrTag' })).toEqual(byTag);
  });
});

describe('ownershipWithoutWish', () => {
  it.each([
    { when: 'the record is of it', record: aRecord(), tags: {}, byRecord: ours, byTag: unmanaged },
    {
      when: 'the record is of another',
      record: aRecord({ associationId: 'a-9' }),
      tags: {},
      byRecord: unmanaged,
      byTag: unmanaged,
    },
    {
      when: 'the record is of another, and it bears our tag',
      record: aRecord({ associationId: 'a-9' }),
      tags: OUR_TAGS,
      byRecord: unproven,
      byTag: ours,
    },
    { when: 'it bears our tag only', record: undefined, tags: OUR_TAGS, byRecord: unproven, byTag: ours },
    {
      when: 'it bears our tag and another tool’s',
      record: undefined,
      tags: { ...OUR_TAGS, 'managed-by': 'terraform' },
      byRecord: unproven,
      byTag: { kind: 'foreign', owner: 'terraform' },
    },
    {
      when: 'our tags were copied from another association',
      record: undefined,
      tags: { ...OUR_TAGS, 'rolecall.dev/mapping': 'default/other/thing' },
      byRecord: unproven,
      byTag: unproven,
    },
    {
      when: 'its mapping tag is missing',
      record: undefined,
      tags: { 'rolecall.dev/installation': 'hub' },
      byRecord: unproven,
      byTag: ours,
    },
  ])('when $when', ({ record, tags, byRecord, byTag }) => {
    const observed = anObservedAssociation({ tags });
    expect(ownershipWithoutWish(observed, record, { installation: 'hub', authority: 'record' })).toEqual(
      byRecord,
    );
    expect(ownershipWithoutWish(observed, record, { installation: 'hub', authority: 'recordOrTag' })).toEqual(
      byTag,
    );
  });
});

describe('addonOwner', () => {
  it.each([
    { ownerArn: ADDON_ARN, owner: 'add-on aws-ebs-csi-driver' },
    { ownerArn: 'arn:aws:eks:something-else', owner: 'arn:aws:eks:something-else' },
  ])('reads $owner out of $ownerArn', ({ ownerArn, owner }) => {
    expect(addonOwner(anObservedAssociation({ ownerArn }))).toBe(owner);
  });

  it('is nobody without an owner', () => {
    expect(addonOwner(anObservedAssociation())).toBeUndefined();
  });
});

describe('isOurs', () => {
  it.each([
    { record: undefined, ours: false },
    { record: aRecord({ origin: 'seen' }), ours: false },
    { record: aRecord({ origin: 'created' }), ours: true },
    { record: aRecord({ origin: 'adopted' }), ours: true },
  ])('$record: $ours', ({ record, ours: expected }) => {
    expect(isOurs(record)).toBe(expected);
  });
});

describe('ownershipTags', () => {
  it('cuts the mapping’s name where EKS would refuse a longer value', () => {
    const tags = ownershipTags('hub', {
      clusterSet: 'default',
      namespace: 'n',
      serviceAccount: 's'.repeat(253),
    });
    expect(tags).toEqual({
      'rolecall.dev/installation': 'hub',
      'rolecall.dev/mapping': `default/n/${'s'.repeat(246)}`,
    });
  });
});
