import type { AssociationFields, FieldChanges, ObservedAssociation, TagChanges } from './association.ts';
import type { Drift } from './decision.ts';
import { isSamePolicy } from './policy-comparison.ts';

/** What differs between a wish and an association, and exactly what would make them equal. */
export interface Difference {
  /** In the order of `DRIFTS`. */
  readonly drift: readonly Drift[];
  readonly changes: FieldChanges;
  readonly tagChanges: TagChanges;
}

const NO_KEYS: readonly string[] = [];

export const NO_TAG_CHANGES: TagChanges = { set: {}, remove: [] };

/**
 * Compares an association with the fields it should have. Only managed tag keys count: tags that nobody wished for
 * are none of our business, except those that we set ourselves before (`formerTagKeys`).
 */
export function differenceOf(
  desired: AssociationFields,
  observed: ObservedAssociation,
  formerTagKeys: readonly string[] = NO_KEYS,
): Difference {
  const drift: Drift[] = [];
  const changes: { -readonly [Field in keyof FieldChanges]: FieldChanges[Field] } = {};
  if (desired.roleArn !== observed.roleArn) {
    drift.push('roleDrift');
    changes.roleArn = desired.roleArn;
  }
  if (desired.targetRoleArn !== observed.targetRoleArn) {
    drift.push('targetRoleDrift');
    changes.targetRoleArn = desired.targetRoleArn ?? '';
  }
  if (desired.disableSessionTags !== observed.disableSessionTags) {
    drift.push('sessionTagsDrift');
    changes.disableSessionTags = desired.disableSessionTags;
  }
  if (!samePolicy(desired.policy, observed.policy)) {
    drift.push('sessionPolicyDrift');
    changes.policy = desired.policy ?? '';
  }
  const tagChanges = tagChangesOf(desired.tags, observed.tags, formerTagKeys);
  if (hasTagChanges(tagChanges)) drift.push('tagDrift');
  return { drift, changes, tagChanges };
}

export function hasTagChanges(changes: TagChanges): boolean {
  return changes.remove.length > 0 || Object.keys(changes.set).length > 0;
}

export function hasFieldChanges(changes: FieldChanges): boolean {
  return Object.keys(changes).length > 0;
}

function samePolicy(desired: string | undefined, observed: string | undefined): boolean {
  if (desired === observed) return true;
  return desired !== undefined && observed !== undefined && isSamePolicy(desired, observed);
}

/** Loops rather than entries: this runs for every association of a fleet, and nearly always finds nothing. */
function tagChangesOf(
  desired: Readonly<Record<string, string>>,
  observed: Readonly<Record<string, string>>,
  formerTagKeys: readonly string[],
): TagChanges {
  let set: Record<string, string> | undefined;
  for (const key in desired) {
    const value = desired[key];
    if (value === undefined || observed[key] === value) continue;
    set ??= {};
    set[key] = value;
  }
  // A tag may be called `constructor`, which every object has.
  const remove = formerTagKeys.filter((key) => !Object.hasOwn(desired, key) && Object.hasOwn(observed, key));
  return set === undefined && remove.length === 0 ? NO_TAG_CHANGES : { set: set ?? {}, remove };
}
