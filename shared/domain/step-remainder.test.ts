import { expect, it } from 'vitest';
import { A_ROLE, ANOTHER_ROLE, anAssociation, anObservedAssociation } from '#test/builders/an-association.ts';
import type { Step } from './decision.ts';
import { isRemainderOf } from './step-remainder.ts';

const fields = anAssociation();
const observed = anObservedAssociation();
const none = { set: {}, remove: [] };
const update = (given: Partial<Step & { kind: 'update' }> = {}): Step => ({
  kind: 'update',
  observed,
  fields,
  changes: { roleArn: A_ROLE, policy: '' },
  tagChanges: { set: { a: '1', b: '2' }, remove: ['c'] },
  ...given,
});
const adopt = (given: Partial<Step & { kind: 'adopt' }> = {}): Step => ({
  kind: 'adopt',
  observed,
  fields,
  changes: {},
  tagChanges: none,
  ...given,
});
const create: Step = { kind: 'create', fields };
const remove: Step = { kind: 'delete', observed };
const elsewhere = anObservedAssociation({ associationId: 'a-2' });

it.each<{ what: string; begun: Step; step: Step; rest: boolean }>([
  { what: 'the whole update', begun: update(), step: update(), rest: true },
  { what: 'the tags of an update', begun: update(), step: update({ changes: {} }), rest: true },
  {
    what: 'one tag of an update',
    begun: update(),
    step: update({ changes: {}, tagChanges: { set: { b: '2' }, remove: [] } }),
    rest: true,
  },
  {
    what: 'another role',
    begun: update(),
    step: update({ changes: { roleArn: ANOTHER_ROLE } }),
    rest: false,
  },
  {
    what: 'one field more',
    begun: update(),
    step: update({ changes: { disableSessionTags: true } }),
    rest: false,
  },
  {
    what: 'another tag value',
    begun: update(),
    step: update({ tagChanges: { set: { a: '3' }, remove: [] } }),
    rest: false,
  },
  {
    what: 'one tag key more removed',
    begun: update(),
    step: update({ tagChanges: { set: {}, remove: ['d'] } }),
    rest: false,
  },
  {
    what: 'a tag named like what every object has',
    begun: update(),
    step: update({ tagChanges: { set: { toString: '1' }, remove: [] } }),
    rest: false,
  },
  {
    what: 'the same of another association',
    begun: update(),
    step: update({ observed: elsewhere }),
    rest: false,
  },
  { what: 'an adoption instead of an update', begun: update(), step: adopt(), rest: false },
  { what: 'a delete instead of an update', begun: update(), step: remove, rest: false },
  { what: 'the bare adoption of what was created', begun: create, step: adopt(), rest: true },
  {
    what: 'the adoption of something else than was created',
    begun: create,
    step: adopt({ observed: anObservedAssociation({ roleArn: ANOTHER_ROLE }) }),
    rest: false,
  },
  {
    what: 'an adoption that still has to be tagged: somebody else made it',
    begun: create,
    step: adopt({ tagChanges: { set: { a: '1' }, remove: [] } }),
    rest: false,
  },
  { what: 'an update after a create', begun: create, step: update(), rest: false },
  { what: 'the same delete', begun: remove, step: remove, rest: true },
  {
    what: 'the delete of another',
    begun: remove,
    step: { kind: 'delete', observed: elsewhere },
    rest: false,
  },
  { what: 'an update after a delete', begun: remove, step: update(), rest: false },
])('$what: $rest', ({ begun, step, rest }) => {
  expect(isRemainderOf(begun, step)).toBe(rest);
});
