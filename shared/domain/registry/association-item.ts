import type { AssociationFields } from '../association.ts';
import type { Drift } from '../decision.ts';
import type { ServiceAccountKey } from '../key.ts';
import { isSameRecord } from '../learn.ts';
import type { Mode } from '../mode.ts';
import type { AssociationRecord } from '../record.ts';
import type { Wish } from '../wish.ts';
import type { Disturbance } from './contest.ts';
import type { FindingStates } from './finding-states.ts';
import type { Incarnation } from './incarnation.ts';
import { isSameValue } from './same-value.ts';

/** What was released to a cluster for one key. Only a release changes it. */
export type Desired = {
  /** Of the mapping; the rest of its key is the association's own. */
  readonly clusterSet: string;
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly releasedAt: number;
} & (
  | {
      readonly kind: 'fields';
      readonly mode: Mode;
      readonly fields: AssociationFields;
      readonly takeover: boolean;
    }
  /** The tombstone: somebody approved that there be none. */
  | { readonly kind: 'absent'; readonly mode: Mode }
  /** The revision selects the cluster and cannot be made concrete for it. */
  | { readonly kind: 'unresolvable'; readonly problem: string }
);

/** A write that was about to be made, noted down before it was. */
export interface Intent {
  readonly kind: 'create' | 'update' | 'adopt' | 'delete';
  /** The idempotency token, by which the write's own event is known again. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What it was to put right; absent in items of before this was noted. */
  readonly drift?: readonly Drift[];
  /** Somebody had brought that about: it is a repair, and not a release that is carried out. */
  readonly drifted?: true;
  /** The revision that it carries out; absent in items of before this was noted. */
  readonly revision?: number;
  /** EKS refused it each time: it did not happen so far. */
  readonly unsent?: true;
  /** Absent while nobody noted how it ended: then it may have happened. */
  readonly ended?: true;
}

/** One key of one cluster: the wish beside what is known. */
export interface AssociationItem extends Incarnation, ServiceAccountKey {
  readonly type: 'association';
  readonly version: number;
  readonly desired?: Desired;
  readonly record?: AssociationRecord;
  /** When the look began that `record` comes from, epoch milliseconds. */
  readonly observedAt?: number;
  readonly intent?: Intent;
  /** Tokens of the writes before `intent`, newest first: their events may still be on the way. */
  readonly earlierTokens?: readonly string[];
  readonly findings?: FindingStates;
  /** How others undid what we had put right, oldest first. */
  readonly disturbances?: readonly Disturbance[];
  /** Until then it is not repaired again, because somebody fights back. */
  readonly backOffUntil?: number;
}

/** An item about which nothing is known. */
export function emptyAssociation(of: Incarnation & ServiceAccountKey): AssociationItem {
  const { clusterArn, clusterCreatedAt, namespace, serviceAccount } = of;
  return { type: 'association', version: 0, clusterArn, clusterCreatedAt, namespace, serviceAccount };
}

/** Whether there is nothing in it worth keeping. */
export function isEmptyAssociation(item: AssociationItem): boolean {
  return (
    item.desired === undefined && item.record === undefined && Object.keys(item.findings ?? {}).length === 0
  );
}

/** The item with another wish, or the same item when the wish is the same already. */
export function released(item: AssociationItem, desired: Desired): AssociationItem {
  const before = item.desired;
  if (before && isSameValue({ ...before, releasedAt: 0 }, { ...desired, releasedAt: 0 })) return item;
  return { ...item, desired };
}

/** How the reconcile core sees the wish. */
export function wishOf(item: AssociationItem): Wish | undefined {
  const { desired, namespace, serviceAccount } = item;
  if (desired === undefined) return undefined;
  const mapping = { clusterSet: desired.clusterSet, namespace, serviceAccount };
  const revision = String(desired.revision);
  switch (desired.kind) {
    case 'fields': {
      const { fields, mode, takeover } = desired;
      return { kind: 'fields', fields, mapping, revision, mode, takeover };
    }
    case 'absent':
      return { kind: 'absent', mapping, revision, mode: desired.mode };
    case 'unresolvable':
      return { kind: 'unresolvable', mapping, problem: desired.problem };
  }
}

/**
 * How the reconcile core sees what is known. An intent that nobody ended may have been carried out by somebody who
 * then crashed: the record counts as written then, and as matching nothing. One that EKS refused has changed nothing.
 */
export function recordOf(item: AssociationItem): AssociationRecord | undefined {
  const { record, intent } = item;
  if (record === undefined || intent === undefined || intent.ended || intent.unsent) return record;
  const { matchedWish: _, observedRevision: __, ...rest } = record;
  return { ...rest, lastWriteAt: Math.max(record.lastWriteAt ?? 0, intent.at) };
}

/** The item with what a look or a write taught, or the same item when that is known already. */
export function recorded(
  item: AssociationItem,
  record: AssociationRecord | undefined,
  observedAt: number,
): AssociationItem {
  if (isSameRecord(item.record, record)) return item;
  const { record: _, ...rest } = item;
  return { ...rest, ...(record ? { record } : {}), observedAt };
}

const KEPT_TOKENS = 2;

/**
 * The item with a write under way, or `undefined` when its wish does not ask for such a write: then nobody released
 * it, or somebody released something else since.
 */
export function intended(item: AssociationItem, intent: Intent): AssociationItem | undefined {
  const wanted = item.desired?.kind === 'absent' ? 'delete' : 'write';
  if (item.desired === undefined || item.desired.kind === 'unresolvable') return undefined;
  if (wanted !== (intent.kind === 'delete' ? 'delete' : 'write')) return undefined;
  const earlier = item.intent ? [item.intent.token, ...(item.earlierTokens ?? [])] : [];
  const earlierTokens = earlier.filter((token) => token !== intent.token).slice(0, KEPT_TOKENS);
  const { earlierTokens: _, ...rest } = item;
  return {
    ...rest,
    intent: goingOn(item.intent, { ...intent, revision: item.desired.revision }),
    ...(earlierTokens.length > 0 ? { earlierTokens } : {}),
  };
}

/**
 * A write that is taken up again is what it was begun as: a repair remains one, although what is known has moved since. And
 * what we made and could not note is adopted later, since it already is as wished: that is still the making of it.
 */
function goingOn(before: Intent | undefined, intent: Intent): Intent {
  const isSame = before && !before.ended && (before.revision ?? intent.revision) === intent.revision;
  if (!isSame) return intent;
  const { drift, kind, unsent } = before;
  const drifted = before.drifted ? ({ drifted: true } as const) : {};
  const isEqual = intent.kind === 'adopt' && intent.drift?.every((one) => one === 'replaced');
  const isFoundAgain = isEqual && kind === 'create' && !unsent;
  return { ...intent, ...(isFoundAgain ? { kind, ...(drift ? { drift } : {}) } : {}), ...drifted };
}

/** The item whose write has ended, however it did; unchanged when another write is under way. */
export function endedIntent(item: AssociationItem, token: string | undefined): AssociationItem {
  const { intent } = item;
  if (!intent || intent.ended || intent.token !== token) return item;
  return { ...item, intent: { ...intent, ended: true } };
}

/** The role and target role by which the item is found: those wished for, else those that were seen. */
export function rolesOf(item: AssociationItem): {
  readonly roleArn?: string | undefined;
  readonly targetRoleArn?: string | undefined;
} {
  if (item.desired?.kind === 'fields') return item.desired.fields;
  return item.record?.observed ?? {};
}
