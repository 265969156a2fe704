import type { FieldChanges, TagChanges } from '../association.ts';
import { type Decision, DRIFTS, type Drift, type Step } from '../decision.ts';
import { NO_TAG_CHANGES } from '../difference.ts';
import type { FindingKind } from './finding.ts';
import type { WantedFinding } from './finding-states.ts';

/** A step that was taken, as far as is known of one of which nobody noted how it ended. */
export interface TakenStep {
  readonly kind: Step['kind'];
  readonly changes?: FieldChanges;
  readonly tagChanges?: TagChanges;
}

/** How a step ended, as far as findings depend on it. */
export type Ending =
  | { readonly kind: 'applied'; readonly step: TakenStep }
  | {
      readonly kind: 'found';
      readonly finding: FindingKind;
      readonly message: string;
      readonly roleArn?: string | undefined;
    }
  /** It is looked at again soon. `mayHaveWritten` is false where EKS refused it. */
  | { readonly kind: 'later'; readonly mayHaveWritten?: boolean }
  | { readonly kind: 'held'; readonly reason: 'frozen' | 'superseded' | 'braked' }
  | { readonly kind: 'failed'; readonly error: { readonly code: string; readonly message: string } }
  /** It has not gone well for a while, and is tried again. */
  | {
      readonly kind: 'failing';
      readonly error: { readonly code: string; readonly message: string };
      readonly mayHaveWritten?: boolean;
    };

/** What one look at a key, and what was done about it, say about its findings. */
export interface FindingsJudgement {
  readonly wanted: readonly WantedFinding[];
  /** The kinds that this could tell: of others, absence says nothing. */
  readonly judged: ReadonlySet<FindingKind>;
}

const NOTHING: FindingsJudgement = { wanted: [], judged: new Set() };

const SEEN_KINDS: readonly FindingKind[] = [...DRIFTS, 'unmanaged', 'foreign', 'addonOwned', 'unresolvable'];
const SEEN = new Set(SEEN_KINDS);
const TRIED_KINDS: readonly FindingKind[] = [
  ...SEEN_KINDS,
  'roleInOtherAccount',
  'quotaReached',
  'sessionPolicyKept',
  'refused',
  'repairFailed',
];
const TRIED = new Set(TRIED_KINDS);
/** EKS checks role and trust policy whenever it is given a role (facts §1.4). */
const ROLE_ACCEPTED = new Set<FindingKind>([
  ...TRIED_KINDS,
  'roleMissing',
  'trustPolicyInvalid',
  'trustUnknown',
]);
/** Where nothing is bound no role matters, and nothing is left to be refused. */
const UNBOUND = ROLE_ACCEPTED;

/**
 * Which findings a decision about a key and its ending call for. What could not be read, is settling or is looked at
 * again in a moment changes nothing: unknown is neither clean nor a finding. A difference that was just released and is
 * about to be put right is none either; only what had been right before, or stays wrong, is.
 *
 * @param drifted whether the key had been as wished, so that somebody changed it
 */
export function judgeFindings(
  decision: Decision,
  ending: Ending | undefined,
  drifted: boolean,
): FindingsJudgement {
  return ending === undefined ? judgeLook(decision, drifted) : judgeEnding(decision, ending, drifted);
}

function judgeLook(decision: Decision, drifted: boolean): FindingsJudgement {
  const { verdict, reason } = decision;
  switch (verdict.kind) {
    case 'converged':
      // A listing tells that it is there; only a description tells that it is right.
      return { wanted: [], judged: verdict.absent ? UNBOUND : verdict.observed ? TRIED : SEEN };
    case 'report':
      return { wanted: [{ kind: verdict.finding, message: reason }], judged: SEEN };
    case 'unknown':
      return verdict.reason === 'desiredUnreadable'
        ? { wanted: [{ kind: 'unresolvable', message: reason }], judged: new Set(['unresolvable']) }
        : NOTHING;
    case 'settling':
      return NOTHING;
    case 'hold':
      return { wanted: verdict.step ? driftFindings(decision) : [], judged: SEEN };
    case 'create':
    case 'update':
    case 'adopt':
    case 'delete':
      return drifted ? { wanted: driftFindings(decision), judged: SEEN } : NOTHING;
  }
}

function judgeEnding(decision: Decision, ending: Ending, drifted: boolean): FindingsJudgement {
  switch (ending.kind) {
    case 'applied': {
      const repaired = drifted && !isPlainAdoption(decision) ? driftsPutRight(decision, ending.step) : [];
      const wanted = repaired.map((kind) => ({ kind, message: decision.reason, repaired: true }));
      return { wanted, judged: judgedByStep(ending.step) };
    }
    case 'found': {
      const { finding, message, roleArn } = ending;
      const found = { kind: finding, message, roleArn };
      return { wanted: [...driftFindings(decision), found], judged: TRIED };
    }
    case 'failing':
    case 'failed': {
      const { code, message } = ending.error;
      const failed: WantedFinding = { kind: 'repairFailed', message: `${code}: ${message}` };
      return { wanted: [...driftFindings(decision), failed], judged: TRIED };
    }
    case 'held':
      return ending.reason !== 'superseded' ? { wanted: driftFindings(decision), judged: SEEN } : NOTHING;
    case 'later':
      return NOTHING;
  }
}

function driftFindings(decision: Decision): readonly WantedFinding[] {
  if (isPlainAdoption(decision)) return [];
  return decision.drift.map((kind) => ({ kind, message: decision.reason }));
}

/** What is as wished and becomes ours lacks our tags; that is nothing to tell anybody, before or after. */
function isPlainAdoption({ verdict, drift }: Decision): boolean {
  const step = verdict.kind === 'hold' ? verdict.step : verdict;
  return step?.kind === 'adopt' && !step.takenOver && drift.every((kind) => kind === 'tagDrift');
}

/** What a step put right. A look after a lost answer finds nothing wrong any more: then the step itself tells. */
export function driftsPutRight({ drift }: Decision, step: TakenStep): readonly Drift[] {
  if (drift.length > 0) return drift;
  switch (step.kind) {
    case 'create':
      return ['missing'];
    case 'delete':
      return ['notDeleted'];
    case 'update':
    case 'adopt': {
      const { changes = {}, tagChanges = NO_TAG_CHANGES } = step;
      const put: Drift[] = [];
      if (changes.roleArn !== undefined) put.push('roleDrift');
      if (changes.targetRoleArn !== undefined) put.push('targetRoleDrift');
      if (changes.disableSessionTags !== undefined) put.push('sessionTagsDrift');
      if (changes.policy !== undefined) put.push('sessionPolicyDrift');
      if (tagChanges.remove.length > 0 || Object.keys(tagChanges.set).length > 0) put.push('tagDrift');
      return put;
    }
  }
}

function judgedByStep(step: TakenStep): ReadonlySet<FindingKind> {
  if (step.kind === 'delete') return UNBOUND;
  return givesRole(step) ? ROLE_ACCEPTED : TRIED;
}

function givesRole(step: TakenStep): boolean {
  return step.kind === 'create' || step.changes?.roleArn !== undefined;
}
