import type { ObservedAssociation } from './association.ts';
import type { Decision, Step } from './decision.ts';
import { differenceOf } from './difference.ts';
import { isOurs, removableTagKeys } from './ownership.ts';
import type { KeySituation } from './plan.ts';
import type { AssociationRecord, SeenFields } from './record.ts';
import { isSettling, type SettleTimes } from './settling.ts';

export interface Lesson extends SettleTimes {
  /** Digest of the wish the decision was made for. */
  readonly wishDigest: string | undefined;
  /** Given where the record is also read as the status of the key: then it says which revision was met, or what was seen. */
  readonly status?: { readonly revision: string | undefined } | undefined;
}

/**
 * What to remember of a key after it was looked at, and before anything is written. Only what was described teaches
 * anything; what was only listed, or could not be read, leaves the record as it is. A key that is gone is forgotten,
 * except while our own write settles, and while it is wished for: then it is still ours, and whoever makes another
 * association there has replaced ours.
 */
export function recordAfterLook(
  situation: KeySituation,
  decision: Decision,
  lesson: Lesson,
): AssociationRecord | undefined {
  const { observation, record } = situation;
  if (!teaches(decision)) return record;
  if (observation.kind === 'absent') return recordAfterAbsence(situation, lesson);
  if (observation.kind !== 'described') return record;
  const { associationId, ownerArn } = observation.association;
  const identity = { associationId, ...(ownerArn === undefined ? {} : { ownerArn }) };
  const seen = lesson.status ? { observed: fieldsOf(observation.association) } : {};
  if (decision.verdict.kind === 'report') {
    const { finding, owner, unproven } = decision.verdict;
    const whose = { ...(owner === undefined ? {} : { owner }), ...(unproven ? { unproven } : {}) };
    return { ...identity, origin: 'seen', finding, ...whose, ...seen };
  }
  if (!foundOurs(decision)) return { ...identity, origin: 'seen', ...seen };
  const converged = decision.verdict.kind === 'converged';
  return {
    // Replaced by somebody: the record keeps the id that we knew, so that the replacement is seen until it is put right.
    ...(decision.drift.includes('replaced') && record
      ? { ...identity, associationId: record.associationId }
      : identity),
    origin: record && record.origin !== 'seen' ? record.origin : 'adopted',
    ...(converged && lesson.wishDigest ? { matchedWish: lesson.wishDigest } : {}),
    ...(converged ? metRevision(lesson) : seen),
    // Keys that are wished for and not there yet were not set by us: somebody else's tag of that name is not ours.
    ...tagKeys(converged ? wishedTagKeys(situation) : removableTagKeys(record)),
    ...(record?.lastWriteAt === undefined ? {} : { lastWriteAt: record.lastWriteAt }),
  };
}

/** Whether whose association it is was looked at: not while settling, when ignored, or when the wish is unreadable. */
function teaches({ verdict }: Decision): boolean {
  if (verdict.kind === 'settling' || verdict.kind === 'unknown') return false;
  return verdict.kind !== 'hold' || verdict.step !== undefined;
}

function recordAfterAbsence(
  { wish, record }: KeySituation,
  times: SettleTimes,
): AssociationRecord | undefined {
  if (record === undefined || isSettling(record, times)) return record;
  return wish?.kind === 'fields' && isOurs(record) ? unmatched(record) : undefined;
}

/** Whether the decision was made on an association that is ours. */
function foundOurs(decision: Decision): boolean {
  const verdict = decision.verdict.kind === 'hold' ? decision.verdict.step : decision.verdict;
  switch (verdict?.kind) {
    case 'converged':
    case 'update':
    case 'delete':
      return true;
    case 'adopt':
      return decision.drift.includes('replaced');
    default:
      return false;
  }
}

/** How a write went. */
export type Written =
  /** Done, with the association as AWS answered, its tags included; none after a delete. */
  | { readonly kind: 'done'; readonly association?: ObservedAssociation | undefined }
  /** Some of it, all of it or nothing of it may have happened. */
  | { readonly kind: 'perhaps' };

/**
 * What to remember of a key after it was written, or may have been, so that the next look knows an echo of that from a
 * change by others. `undefined` when there is nothing to remember: a create whose answer, and so whose id, was lost.
 * What may not have happened makes nothing ours, matches no wish and forgets no tag key.
 */
export function recordAfterWrite(
  situation: KeySituation,
  step: Step,
  written: Written,
  lesson: Pick<Lesson, 'wishDigest' | 'now' | 'status'>,
): AssociationRecord | undefined {
  if (step.kind === 'delete' || written.kind === 'perhaps') {
    const before = recordBefore(situation, step);
    if (!before) return undefined;
    const wished = step.kind === 'delete' || !isOurs(before) ? [] : wishedTagKeys(situation);
    return {
      ...unmatched(before),
      ...tagKeys([...(before.managedTagKeys ?? []), ...wished]),
      lastWriteAt: lesson.now,
    };
  }
  const { association } = written;
  const associationId =
    association?.associationId ?? (step.kind === 'create' ? undefined : step.observed.associationId);
  if (associationId === undefined) return undefined;
  const { record } = situation;
  const kept = record && record.origin !== 'seen' ? record.origin : 'adopted';
  return {
    associationId,
    origin: step.kind === 'create' ? 'created' : kept,
    ...(association && lesson.wishDigest && isDone(step, association)
      ? { matchedWish: lesson.wishDigest, ...metRevision(lesson) }
      : {}),
    ...tagKeys(wishedTagKeys(situation)),
    lastWriteAt: lesson.now,
  };
}

/** What is known of a key that is being written. An adoption has adopted nothing before it is done. */
function recordBefore({ record }: KeySituation, step: Step): AssociationRecord | undefined {
  if (isOurs(record)) return record;
  if (step.kind === 'create') return undefined;
  const { associationId } = step.observed;
  return { associationId, origin: step.kind === 'adopt' ? 'seen' : 'adopted' };
}

/** Whether AWS's answer shows what the step wanted: what it passed over in silence is not taken for done. */
function isDone(step: Step, association: ObservedAssociation): boolean {
  return step.kind !== 'delete' && differenceOf(step.fields, association).drift.length === 0;
}

/** What is known of it no longer stands for anything that was seen. */
function unmatched(record: AssociationRecord): AssociationRecord {
  const { matchedWish: _, observedRevision: __, observed: ___, ...rest } = record;
  return rest;
}

function metRevision({ status }: Pick<Lesson, 'status'>): Pick<AssociationRecord, 'observedRevision'> {
  return status?.revision === undefined ? {} : { observedRevision: status.revision };
}

function fieldsOf(association: ObservedAssociation): SeenFields {
  const { roleArn, targetRoleArn, disableSessionTags, policy } = association;
  return {
    roleArn,
    ...(targetRoleArn === undefined ? {} : { targetRoleArn }),
    disableSessionTags,
    ...(policy === undefined ? {} : { policy }),
  };
}

function wishedTagKeys({ wish }: KeySituation): readonly string[] {
  return wish?.kind === 'fields' ? Object.keys(wish.fields.tags) : [];
}

function tagKeys(keys: readonly string[]): Pick<AssociationRecord, 'managedTagKeys'> {
  return keys.length === 0 ? {} : { managedTagKeys: [...new Set(keys)].sort() };
}

/** Whether two records say the same, so that nothing is written when nothing changed. */
export function isSameRecord(
  left: AssociationRecord | undefined,
  right: AssociationRecord | undefined,
): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  return (
    left.associationId === right.associationId &&
    left.ownerArn === right.ownerArn &&
    left.origin === right.origin &&
    left.finding === right.finding &&
    left.owner === right.owner &&
    left.unproven === right.unproven &&
    left.matchedWish === right.matchedWish &&
    left.lastWriteAt === right.lastWriteAt &&
    left.observedRevision === right.observedRevision &&
    isSameSeen(left.observed, right.observed) &&
    (left.managedTagKeys ?? []).join('\n') === (right.managedTagKeys ?? []).join('\n')
  );
}

function isSameSeen(left: SeenFields | undefined, right: SeenFields | undefined): boolean {
  return (
    left?.roleArn === right?.roleArn &&
    left?.targetRoleArn === right?.targetRoleArn &&
    left?.disableSessionTags === right?.disableSessionTags &&
    left?.policy === right?.policy
  );
}
