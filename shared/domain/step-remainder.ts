import type { FieldChanges, TagChanges } from './association.ts';
import type { Step } from './decision.ts';
import { differenceOf, hasFieldChanges, hasTagChanges } from './difference.ts';

/**
 * Whether a step does nothing but what is left to do of one that was begun: the tags when the fields were changed and
 * the rest failed, or the bare adoption of what a create had made before its answer was lost. Whoever approved the
 * whole approved its rest.
 */
export function isRemainderOf(begun: Step, step: Step): boolean {
  switch (begun.kind) {
    case 'create':
      return step.kind === 'adopt' && writesNothing(step) && isAsWished(begun, step);
    case 'update':
    case 'adopt':
      return (
        step.kind === begun.kind &&
        step.observed.associationId === begun.observed.associationId &&
        isPartOfChanges(step.changes, begun.changes) &&
        isPartOfTagChanges(step.tagChanges, begun.tagChanges)
      );
    case 'delete':
      return step.kind === 'delete' && step.observed.associationId === begun.observed.associationId;
  }
}

function writesNothing(step: Step & { kind: 'adopt' }): boolean {
  return !hasFieldChanges(step.changes) && !hasTagChanges(step.tagChanges);
}

function isAsWished(begun: Step & { kind: 'create' }, step: Step & { kind: 'adopt' }): boolean {
  return differenceOf(begun.fields, step.observed).drift.length === 0;
}

function isPartOfChanges(part: FieldChanges, whole: FieldChanges): boolean {
  const values = new Map<string, unknown>(Object.entries(whole));
  return Object.entries(part).every(([field, value]) => values.get(field) === value);
}

function isPartOfTagChanges(part: TagChanges, whole: TagChanges): boolean {
  const set = new Map(Object.entries(whole.set));
  return (
    Object.entries(part.set).every(([key, value]) => set.get(key) === value) &&
    part.remove.every((key) => whole.remove.includes(key))
  );
}
