import { expect, it } from 'vitest';
import {
  A_ROLE,
  A_TARGET_ROLE,
  anAssociation,
  anObservedAssociation,
} from '#test/builders/an-association.ts';
import type { Step } from './decision.ts';
import { podEffectOf } from './pod-effect.ts';

const fields = anAssociation();
const observed = anObservedAssociation();
const chained = anObservedAssociation({ targetRoleArn: A_TARGET_ROLE });
const tagChanges = { set: { a: '1' }, remove: [] };

it.each<{ step: Step; effect: string }>([
  { step: { kind: 'create', fields }, effect: 'restartToGain' },
  { step: { kind: 'delete', observed }, effect: 'loseOnExpiry' },
  { step: { kind: 'update', observed, fields, changes: {}, tagChanges }, effect: 'none' },
  { step: { kind: 'adopt', observed, fields, changes: {}, tagChanges }, effect: 'none' },
  {
    step: { kind: 'update', observed, fields, changes: { roleArn: A_ROLE }, tagChanges },
    effect: 'within6h',
  },
  { step: { kind: 'adopt', observed, fields, changes: { policy: '' }, tagChanges }, effect: 'within6h' },
  // What counts is what the pods hold now: credentials of the target role live 59 minutes.
  {
    step: { kind: 'update', observed: chained, fields, changes: { targetRoleArn: '' }, tagChanges },
    effect: 'within59min',
  },
])('running pods notice of $step.kind: $effect', ({ step, effect }) => {
  expect(podEffectOf(step)).toBe(effect);
});
