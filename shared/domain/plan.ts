import type { AssociationFields, AssociationSummary, ObservedAssociation } from './association.ts';
import type { ClusterStatus } from './cluster.ts';
import type { Decision, Drift, HoldReason, Step, UnknownReason, Verdict } from './decision.ts';
import {
  type Difference,
  differenceOf,
  hasFieldChanges,
  hasTagChanges,
  NO_TAG_CHANGES,
} from './difference.ts';
import type { ServiceAccountKey } from './key.ts';
import { type Mode, moreCautious } from './mode.ts';
import {
  addonOwner,
  isOurs,
  type Ownership,
  type OwnershipRules,
  ownershipOf,
  ownershipTags,
  ownershipWithoutWish,
  removableTagKeys,
} from './ownership.ts';
import type { AssociationRecord } from './record.ts';
import { isSettling } from './settling.ts';
import type { Wish } from './wish.ts';

/** What was seen at one key. */
export type Observation =
  | { readonly kind: 'absent' }
  /** Listed and not described; `remembered` when the record still answers for its fields. */
  | { readonly kind: 'listed'; readonly summary: AssociationSummary; readonly remembered: boolean }
  | { readonly kind: 'described'; readonly association: ObservedAssociation }
  /** It could not be seen whether anything is there, or what. */
  | { readonly kind: 'unseen'; readonly reason: UnknownReason; readonly detail?: string };

/** Everything that one decision depends on. */
export interface KeySituation {
  readonly key: ServiceAccountKey;
  /** Absent when nobody wishes anything for the key. */
  readonly wish?: Wish | undefined;
  readonly observation: Observation;
  readonly record?: AssociationRecord | undefined;
}

/** What holds for all keys of a cluster. */
export interface PlanningRules extends OwnershipRules {
  readonly clusterMode: Mode;
  readonly clusterStatus: ClusterStatus;
  /** Some of the cluster could not be read: then nothing is deleted. */
  readonly partlyRead: boolean;
  /**
   * What may be deleted: nothing, or what is ours and has a tombstone, or also what is ours and nobody wishes for
   * (the CLI's `--prune`, where the manifests given are the whole wish).
   */
  readonly prune: 'off' | 'tombstones' | 'unwished';
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long after our own write a difference is put down to eventual consistency. */
  readonly settleMs: number;
}

/**
 * Decides the one step that moves a key from what was seen to what is wished for.
 *
 * Carrying out the decision and asking again answers `converged`, except for what is reported (somebody else's),
 * held (not allowed now) or unknown. Nothing that is not ours is ever changed, save by `adopt`, which adds our tags
 * to an association that already equals the wish, or changes it when the mapping says `takeover`.
 */
export function planKey(situation: KeySituation, rules: PlanningRules): Decision {
  const { wish } = situation;
  const mode =
    wish && wish.kind !== 'unresolvable' ? moreCautious(rules.clusterMode, wish.mode) : rules.clusterMode;
  if (mode === 'ignore')
    return decided(situation, { kind: 'hold', reason: 'ignoreMode' }, [], 'mode is ignore');
  const decision = decideFreely(situation, rules);
  return restrain(decision, situation, rules, mode);
}

/** What would be right if everything were allowed. */
function decideFreely(situation: KeySituation, rules: PlanningRules): Decision {
  const { wish, observation, record } = situation;
  if (wish?.kind === 'unresolvable') return unknown(situation, 'desiredUnreadable', wish.problem);
  switch (observation.kind) {
    case 'unseen':
      return unknown(situation, observation.reason, observation.detail ?? 'could not be read');
    case 'absent':
      return wish?.kind === 'fields'
        ? missing(situation, wish, rules)
        : decided(
            situation,
            { kind: 'converged', absent: true },
            [],
            'nothing is wished for and nothing is there',
          );
    case 'listed':
      return decideListed(situation, observation.summary, observation.remembered, record);
    case 'described':
      return decideDescribed(situation, observation.association, rules);
  }
}

function missing(situation: KeySituation, wish: Wish & { kind: 'fields' }, rules: PlanningRules): Decision {
  const fields = withOwnership(wish, rules);
  const created: Verdict = { kind: 'create', fields };
  const reason = isOurs(situation.record)
    ? 'the association that was made is gone'
    : 'there is no association';
  return decided(situation, created, ['missing'], reason);
}

/** A listed key tells neither role nor tags: only a record can answer for them. */
function decideListed(
  situation: KeySituation,
  summary: AssociationSummary,
  remembered: boolean,
  record: AssociationRecord | undefined,
): Decision {
  const addon = addonOwner(summary);
  if (addon !== undefined) {
    return decided(
      situation,
      { kind: 'report', finding: 'addonOwned', owner: addon },
      [],
      ownedByAddon(addon),
    );
  }
  if (!remembered || record === undefined) {
    return unknown(situation, 'notVerified', 'listed, not described: its role and fields were not looked at');
  }
  if (record.finding === undefined) {
    return decided(
      situation,
      { kind: 'converged' },
      [],
      'the same association as when it was last described; its fields were not looked at again',
    );
  }
  const { finding, owner, unproven } = record;
  const told = { ...(owner === undefined ? {} : { owner }), ...(unproven ? { unproven } : {}) };
  return decided(
    situation,
    { kind: 'report', finding, ...told },
    [],
    unproven ? UNPROVEN : whose(finding, owner),
  );
}

function decideDescribed(
  situation: KeySituation,
  observed: ObservedAssociation,
  rules: PlanningRules,
): Decision {
  const { wish } = situation;
  const ownership =
    wish?.kind === 'fields'
      ? ownershipOf(observed, situation.record, rules)
      : ownershipWithoutWish(observed, situation.record, rules);
  if (ownership.kind === 'addon') {
    const verdict: Verdict = { kind: 'report', finding: 'addonOwned', owner: ownership.owner, observed };
    return decided(situation, verdict, [], ownedByAddon(ownership.owner));
  }
  if (wish === undefined || wish.kind !== 'fields') {
    return ownership.kind === 'ours'
      ? unwished(situation, observed)
      : reportStranger(situation, observed, ownership, []);
  }
  const fields = withOwnership(wish, rules);
  const difference = differenceOf(fields, observed, removableTagKeys(situation.record));
  return ownership.kind === 'ours'
    ? decideOurs(situation, observed, fields, difference)
    : decideStranger(situation, observed, ownership, fields, difference, wish.takeover);
}

/** Ours, and nobody wishes for it (any more). */
function unwished(situation: KeySituation, observed: ObservedAssociation): Decision {
  const reason = situation.wish
    ? 'should be gone: a tombstone was approved'
    : 'is ours and no mapping wishes for it';
  return decided(situation, { kind: 'delete', observed }, ['notDeleted'], reason);
}

function decideOurs(
  situation: KeySituation,
  observed: ObservedAssociation,
  fields: AssociationFields,
  difference: Difference,
): Decision {
  const { changes, tagChanges } = difference;
  const { record } = situation;
  const replaced = isOurs(record) && record?.associationId !== observed.associationId;
  const drift: Drift[] = replaced ? ['replaced', ...difference.drift] : [...difference.drift];
  if (drift.length === 0) {
    return decided(situation, { kind: 'converged', observed }, [], 'is as it should be');
  }
  const reason = describeDifference(fields, observed, drift);
  if (!hasFieldChanges(changes) && !hasTagChanges(tagChanges)) {
    const adopt: Step = { kind: 'adopt', observed, changes: {}, tagChanges: NO_TAG_CHANGES, fields };
    return decided(situation, adopt, drift, reason);
  }
  return decided(situation, { kind: 'update', observed, changes, tagChanges, fields }, drift, reason);
}

/**
 * At a wanted key stands an association that is not ours. It is adopted when it already equals the wish and no other
 * tool claims it, or when the mapping says `takeover`; else it is reported and stays untouched. One that bears our tag
 * and equals the wish is adopted, too: so is found again what we created when its answer, and our record, got lost.
 */
function decideStranger(
  situation: KeySituation,
  observed: ObservedAssociation,
  ownership: Exclude<Ownership, { kind: 'addon' | 'ours' }>,
  fields: AssociationFields,
  difference: Difference,
  takeover: boolean,
): Decision {
  const { changes, tagChanges } = difference;
  const fieldDrift = difference.drift.filter((drift) => drift !== 'tagDrift');
  if (takeover) {
    const needed = ownership.kind === 'foreign' || fieldDrift.length > 0;
    const taken = needed ? ({ takenOver: true } as const) : {};
    const step: Step = { kind: 'adopt', observed, changes, tagChanges, fields, ...taken };
    const reason = `the mapping says takeover: it becomes ours${tookFrom(ownership)}`;
    return decided(situation, step, difference.drift, reason);
  }
  if (ownership.kind !== 'foreign' && fieldDrift.length === 0) {
    const step: Step = { kind: 'adopt', observed, changes: {}, tagChanges, fields };
    return decided(
      situation,
      step,
      difference.drift,
      'already as wished and nobody else claims it: it becomes ours',
    );
  }
  return reportStranger(situation, observed, ownership, fieldDrift, fields);
}

function tookFrom(ownership: Exclude<Ownership, { kind: 'addon' | 'ours' }>): string {
  return ownership.kind === 'foreign' ? `, and is taken from ${ownership.owner}` : '';
}

function reportStranger(
  situation: KeySituation,
  observed: ObservedAssociation,
  ownership: Exclude<Ownership, { kind: 'addon' | 'ours' }>,
  drift: readonly Drift[],
  wished?: AssociationFields,
): Decision {
  const differs = wished && drift.length > 0 ? `; ${describeDifference(wished, observed, drift)}` : '';
  if (ownership.kind === 'foreign') {
    const verdict: Verdict = { kind: 'report', finding: 'foreign', owner: ownership.owner, observed };
    return decided(situation, verdict, drift, `${whose('foreign', ownership.owner)}${differs}`);
  }
  const verdict = { kind: 'report', finding: 'unmanaged', observed } as const;
  if (ownership.kind === 'unproven') {
    return decided(situation, { ...verdict, unproven: true }, drift, `${UNPROVEN}${differs}`);
  }
  const reason = wished ? SOMEBODY_ELSES : whose('unmanaged', undefined);
  return decided(situation, verdict, drift, `${reason}${differs}`);
}

const UNPROVEN = 'bears our tag, but nothing else says that we made or adopted it: left alone';
const SOMEBODY_ELSES = 'made by somebody else: left alone unless the mapping says takeover';

/** Holds back what is right but not allowed now. Reports and unknowns pass: they change nothing. */
function restrain(decision: Decision, situation: KeySituation, rules: PlanningRules, mode: Mode): Decision {
  const step = stepOf(decision.verdict);
  if (step === undefined) return decision;
  if (isSettling(situation.record, rules)) {
    return decided(
      situation,
      { kind: 'settling' },
      decision.drift,
      `written moments ago; ${decision.reason}`,
    );
  }
  const hold = holdReason(step, situation, rules, mode);
  return hold === undefined ? decision : { ...decision, verdict: { kind: 'hold', reason: hold, step } };
}

const WRITABLE: ReadonlySet<ClusterStatus> = new Set(['ACTIVE', 'UPDATING']);

function holdReason(
  step: Step,
  situation: KeySituation,
  rules: PlanningRules,
  mode: Mode,
): HoldReason | undefined {
  if (mode === 'observe') return 'observeMode';
  if (!WRITABLE.has(rules.clusterStatus)) return 'clusterNotActive';
  if (step.kind !== 'delete') return undefined;
  if (rules.partlyRead) return 'clusterPartlyRead';
  const prunable =
    rules.prune === 'unwished' || (rules.prune === 'tombstones' && situation.wish?.kind === 'absent');
  return prunable ? undefined : 'pruneOff';
}

/** The step that a verdict takes or would take. */
export function stepOf(verdict: Verdict): Step | undefined {
  switch (verdict.kind) {
    case 'create':
    case 'update':
    case 'adopt':
    case 'delete':
      return verdict;
    case 'hold':
    case 'converged':
    case 'settling':
    case 'report':
    case 'unknown':
      return undefined;
  }
}

/** The wished fields with the tags that mark an association as ours. */
function withOwnership(wish: Wish & { kind: 'fields' }, rules: OwnershipRules): AssociationFields {
  return {
    ...wish.fields,
    tags: { ...wish.fields.tags, ...ownershipTags(rules.installation, wish.mapping) },
  };
}

function decided(
  situation: KeySituation,
  verdict: Verdict,
  drift: readonly Drift[],
  reason: string,
): Decision {
  return { ...situation.key, verdict, drift, reason };
}

function unknown(situation: KeySituation, reason: UnknownReason, detail: string): Decision {
  return decided(situation, { kind: 'unknown', reason }, [], detail);
}

function ownedByAddon(owner: string): string {
  return `run by ${owner}: change it with the add-on, not here`;
}

function whose(finding: 'unmanaged' | 'foreign' | 'addonOwned', owner: string | undefined): string {
  if (finding === 'addonOwned') return ownedByAddon(owner ?? 'an add-on');
  return finding === 'foreign' ? `managed by ${owner ?? 'another tool'}` : 'no mapping and no tool claims it';
}

function describeDifference(
  fields: AssociationFields,
  observed: ObservedAssociation,
  drift: readonly Drift[],
): string {
  return drift.map((one) => describeDrift(one, fields, observed)).join('; ');
}

function describeDrift(drift: Drift, fields: AssociationFields, observed: ObservedAssociation): string {
  switch (drift) {
    case 'missing':
      return 'there is no association';
    case 'notDeleted':
      return 'should be gone';
    case 'replaced':
      return 'the association was replaced by another one';
    case 'roleDrift':
      return `role is ${observed.roleArn}, should be ${fields.roleArn}`;
    case 'targetRoleDrift':
      return `target role is ${observed.targetRoleArn ?? 'none'}, should be ${fields.targetRoleArn ?? 'none'}`;
    case 'sessionTagsDrift':
      return `session tags are ${onOff(observed)}, should be ${onOff(fields)}`;
    case 'sessionPolicyDrift':
      return sessionPolicyReason(fields, observed);
    case 'tagDrift':
      return tagReason(fields, observed);
  }
}

function onOff({ disableSessionTags }: Pick<AssociationFields, 'disableSessionTags'>): string {
  return disableSessionTags ? 'off' : 'on';
}

function sessionPolicyReason(fields: AssociationFields, observed: ObservedAssociation): string {
  if (observed.policy === undefined) return 'session policy is missing';
  return fields.policy === undefined ? 'has a session policy, should have none' : 'session policy differs';
}

function tagReason(fields: AssociationFields, observed: ObservedAssociation): string {
  const wrong = Object.entries(fields.tags)
    .filter(([key, value]) => observed.tags[key] !== value)
    .map(([key]) => key);
  return wrong.length > 0 ? `tags differ: ${wrong.join(', ')}` : 'tags that are no longer wished for remain';
}
