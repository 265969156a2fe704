import { describe, expect, it } from 'vitest';
import type { Step } from '#shared/domain/decision.ts';
import { aWish } from '#test/builders/a-situation.ts';
import {
  A_ROLE,
  A_TARGET_ROLE,
  ANOTHER_ROLE,
  anAssociation,
  anObservedAssociation,
} from '#test/builders/an-association.ts';
import { fieldsRevision, stepDigest, wishDigest } from './wish-digest.ts';

const tags = { a: '1', b: '2' };
const fields = anAssociation({ tags });
/** The same with every key the other way round. */
const reordered = { tags: { b: '2', a: '1' }, disableSessionTags: false, roleArn: A_ROLE };
const mapping = aWish().mapping;

describe('wishDigest', () => {
  it('is the same for the same wish, however it was put together', () => {
    expect(wishDigest(aWish({ fields: reordered }), 'hub')).toBe(wishDigest(aWish({ fields }), 'hub'));
  });

  it('says nothing of what does not show on the association', () => {
    const other = aWish({ fields, revision: '2', mode: 'observe', takeover: true });
    expect(wishDigest(other, 'hub')).toBe(wishDigest(aWish({ fields }), 'hub'));
  });

  it.each([
    { what: 'role', other: aWish({ fields: { ...fields, roleArn: ANOTHER_ROLE } }) },
    { what: 'target role', other: aWish({ fields: { ...fields, targetRoleArn: A_TARGET_ROLE } }) },
    { what: 'session tags', other: aWish({ fields: { ...fields, disableSessionTags: true } }) },
    { what: 'session policy', other: aWish({ fields: { ...fields, policy: '{}' } }) },
    { what: 'tag', other: aWish({ fields: { ...fields, tags: { a: '1', b: '3' } } }) },
    { what: 'tag key', other: aWish({ fields: { ...fields, tags: { a: '1' } } }) },
    { what: 'mapping', other: aWish({ fields, mapping: { ...mapping, clusterSet: 'lab' } }) },
  ])('differs with another $what', ({ other }) => {
    expect(wishDigest(other, 'hub')).not.toBe(wishDigest(aWish({ fields }), 'hub'));
  });

  it('differs with another installation', () => {
    expect(wishDigest(aWish({ fields }), 'lab')).not.toBe(wishDigest(aWish({ fields }), 'hub'));
  });
});

describe('stepDigest', () => {
  const observed = anObservedAssociation();
  const update: Step & { kind: 'update' } = {
    kind: 'update',
    observed,
    fields,
    changes: { roleArn: A_ROLE, policy: '' },
    tagChanges: { set: tags, remove: ['c', 'd'] },
  };
  const create: Step = { kind: 'create', fields };
  const remove: Step = { kind: 'delete', observed };

  it.each<{ what: string; step: Step; same: Step }>([
    { what: 'create', step: create, same: { kind: 'create', fields: reordered } },
    {
      what: 'update',
      step: update,
      same: {
        ...update,
        changes: { policy: '', roleArn: A_ROLE },
        tagChanges: { set: { b: '2', a: '1' }, remove: ['d', 'c'] },
      },
    },
    { what: 'delete', step: remove, same: { kind: 'delete', observed: { ...observed, modifiedAt: 1 } } },
  ])('is the same for the same $what, however it was put together', ({ step, same }) => {
    expect(stepDigest(same)).toBe(stepDigest(step));
  });

  const elsewhere = anObservedAssociation({ associationId: 'a-2' });
  it.each<{ what: string; step: Step; other: Step }>([
    { what: 'fields created', step: create, other: { kind: 'create', fields: { ...fields, tags: {} } } },
    { what: 'kind', step: update, other: { ...update, kind: 'adopt' } },
    { what: 'id updated', step: update, other: { ...update, observed: elsewhere } },
    {
      what: 'field changed',
      step: update,
      other: { ...update, changes: { roleArn: ANOTHER_ROLE, policy: '' } },
    },
    { what: 'number of fields', step: update, other: { ...update, changes: { roleArn: A_ROLE } } },
    {
      what: 'tag set',
      step: update,
      other: { ...update, tagChanges: { set: { a: '1' }, remove: ['c', 'd'] } },
    },
    { what: 'tag removed', step: update, other: { ...update, tagChanges: { set: tags, remove: ['c'] } } },
    { what: 'id deleted', step: remove, other: { kind: 'delete', observed: elsewhere } },
  ])('differs with another $what', ({ step, other }) => {
    expect(stepDigest(other)).not.toBe(stepDigest(step));
  });
});

describe('fieldsRevision', () => {
  it('is short, and the same for the same fields of the same mapping only', () => {
    const revision = fieldsRevision(fields, mapping);
    expect(revision).toMatch(/^[\w-]{10}$/);
    expect(fieldsRevision(reordered, mapping)).toBe(revision);
    expect(fieldsRevision({ ...fields, tags: {} }, mapping)).not.toBe(revision);
    expect(fieldsRevision(fields, { ...mapping, serviceAccount: 'web' })).not.toBe(revision);
  });
});
