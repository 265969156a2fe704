import type { Decision } from './decision.ts';
import type { KeySituation } from './plan.ts';
import type { AssociationRecord } from './record.ts';

export interface Lesson {
  /** Digest of the wish the decision was made for. */
  readonly wishDigest: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly settleMs: number;
}

/**
 * What to remember of a key after it was looked at, and before anything is written. Only what was described teaches
 * anything; what was only listed, or could not be read, leaves the record as it is. A key that is gone is forgotten,
 * except while our own write settles.
 */
export function recordAfterLook(
  situation: KeySituation,
  decision: Decision,
  lesson: Lesson,
): AssociationRecord | undefined {
  const { observation, record } = situation;
  if (!teaches(decision)) return record;
  if (observation.kind === 'absent') return isSettling(record, lesson) ? record : undefined;
  if (observation.kind !== 'described') return record;
  const { associationId, ownerArn } = observation.association;
  const identity = { associationId, ...(ownerArn === undefined ? {} : { ownerArn }) };
  const kept = record?.lastWriteAt === undefined ? {} : { lastWriteAt: record.lastWriteAt };
  if (decision.verdict.kind === 'report') {
    const { finding, owner } = decision.verdict;
    return { ...identity, origin: 'seen', finding, ...(owner === undefined ? {} : { owner }) };
  }
  if (!foundOurs(decision)) return { ...identity, origin: 'seen' };
  const tagKeys = situation.wish?.kind === 'fields' ? Object.keys(situation.wish.fields.tags) : [];
  const managed = mergeKeys(
    record?.managedTagKeys,
    decision.verdict.kind === 'converged' ? [] : undefined,
    tagKeys,
  );
  return {
    // Replaced by somebody: the record keeps the id that we knew, so that the replacement is seen until it is put right.
    ...(decision.drift.includes('replaced') && record
      ? { ...identity, associationId: record.associationId }
      : identity),
    origin: record && record.origin !== 'seen' ? record.origin : 'adopted',
    ...(decision.verdict.kind === 'converged' && lesson.wishDigest ? { matchedWish: lesson.wishDigest } : {}),
    ...(managed.length > 0 ? { managedTagKeys: managed } : {}),
    ...kept,
  };
}

/** Whether whose association it is was looked at: not while settling, when ignored, or when the wish is unreadable. */
function teaches({ verdict }: Decision): boolean {
  if (verdict.kind === 'settling' || verdict.kind === 'unknown') return false;
  return verdict.kind !== 'hold' || verdict.step !== undefined;
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

/** The tag keys that we may remove: once converged, exactly those wished for; until then, the earlier ones too. */
function mergeKeys(
  earlier: readonly string[] | undefined,
  replacedBy: readonly string[] | undefined,
  wished: readonly string[],
): readonly string[] {
  return [...new Set([...(replacedBy ?? earlier ?? []), ...wished])].sort();
}

function isSettling(record: AssociationRecord | undefined, lesson: Lesson): boolean {
  return record?.lastWriteAt !== undefined && lesson.now - record.lastWriteAt < lesson.settleMs;
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
    left.matchedWish === right.matchedWish &&
    left.lastWriteAt === right.lastWriteAt &&
    (left.managedTagKeys ?? []).join('\n') === (right.managedTagKeys ?? []).join('\n')
  );
}
