import type { FieldChanges, ObservedAssociation, TagChanges } from '#shared/domain/association.ts';
import type { BrakeUse } from '#shared/domain/brake.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { Drift, Step } from '#shared/domain/decision.ts';
import { hasFieldChanges } from '#shared/domain/difference.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { INSTALLATION_TAG } from '#shared/domain/ownership.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Memory } from '#shared/ports/memory.ts';
import type { CallOptions, PodIdentityReader, PodIdentityWriter } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { explainDenial } from './explain-denial.ts';
import { explainRefusal } from './explain-refusal.ts';
import { worldFailure } from './world-failure.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** What applying needs. A check has no writer, so it cannot come here. */
export interface ApplyDeps {
  readonly reader: PodIdentityReader;
  readonly writer: PodIdentityWriter;
  readonly roles: Roles;
  readonly memory: Memory;
  readonly clock: Clock;
}

export interface StepToApply {
  readonly cluster: ClusterRef;
  readonly key: ServiceAccountKey;
  readonly step: Step;
  /** What it puts right. */
  readonly drift: readonly Drift[];
  /** The value of the tag that says what is ours. */
  readonly installation: string;
  /** The caps of the brake for a step that counts against it; absent for one that does not. */
  readonly caps: BrakeUse | undefined;
  /** The idempotency token of this attempt: the same on every retry of it. */
  readonly token: string;
  /** Epoch milliseconds of the first refusal of this key because of its role; now, when there was none yet. */
  readonly refusedSince: number;
  readonly propagationMs: number;
  readonly call: CallOptions;
}

/** How long to wait before looking again when somebody else moved the key under us. */
const LOOK_AGAIN_MS = 500;
/** The adapter has waited and retried by then: the account as a whole asks too much. */
const THROTTLED_MS = 5_000;

/**
 * Carries out one step, with leave from the memory first. Never decides anything anew: where the world is not as the
 * step supposed, it answers `later`, and the key is looked at and planned again.
 */
export async function applyStep(deps: ApplyDeps, todo: StepToApply): Promise<WriteOutcome> {
  const { caps } = todo;
  const brake = caps ? { braked: true, caps } : { braked: false };
  const { step, token, drift } = todo;
  const intent = { kind: step.kind, token, at: deps.clock.now(), drift, ...brake };
  const leave = await deps.memory.beginWrite(todo.cluster, todo.key, intent);
  if (leave !== 'go') return { kind: 'held', reason: leave };
  const progress: Progress = { wrote: false };
  try {
    return await write(deps, todo, progress);
  } catch (error) {
    return await afterFailure(deps, todo, worldFailure(error), progress);
  }
}

/** Whether any call of a step has been carried out: a step may take three. */
interface Progress {
  wrote: boolean;
}

async function write(deps: ApplyDeps, todo: StepToApply, progress: Progress): Promise<WriteOutcome> {
  const { step } = todo;
  switch (step.kind) {
    case 'create':
      return await create(deps, todo, step);
    case 'update':
    case 'adopt':
      return await change(deps, todo, step, progress);
    case 'delete':
      await claim(deps, todo, step.observed, progress);
      await deps.writer.delete(todo.cluster, step.observed.associationId, todo.call);
      // Gone already is as good: somebody wished the same.
      return { kind: 'applied', step };
  }
}

/** Our role may delete only what bears our tag; what is ours by our record may have lost it. */
async function claim(
  deps: ApplyDeps,
  todo: StepToApply,
  observed: ObservedAssociation,
  progress: Progress,
): Promise<void> {
  if (observed.tags[INSTALLATION_TAG] === todo.installation) return;
  await retag(deps, todo, observed, { set: { [INSTALLATION_TAG]: todo.installation }, remove: [] }, progress);
}

async function create(
  deps: ApplyDeps,
  todo: StepToApply,
  step: Step & { kind: 'create' },
): Promise<WriteOutcome> {
  const options = { token: todo.token, ...todo.call };
  const answer = await deps.writer.create(todo.cluster, todo.key, step.fields, options);
  switch (answer.kind) {
    case 'created':
      return { kind: 'applied', step, association: answer.association };
    case 'exists':
      return {
        kind: 'later',
        why: 'changedMeanwhile',
        afterMs: LOOK_AGAIN_MS,
        message: `an association is there already${answer.associationId ? `: ${answer.associationId}` : ''}`,
        mayHaveWritten: false,
        ...(answer.associationId ? { associationId: answer.associationId } : {}),
      };
    case 'limitExceeded':
      return {
        kind: 'found',
        finding: 'quotaReached',
        message: `${todo.cluster.name} is full: EKS allows 5,000 associations on a cluster, and that cannot be raised`,
      };
    default:
      return await refused(deps, todo, step.fields.roleArn, answer);
  }
}

async function change(
  deps: ApplyDeps,
  todo: StepToApply,
  step: Step & { kind: 'update' | 'adopt' },
  progress: Progress,
): Promise<WriteOutcome> {
  const { observed, changes } = step;
  const { first, rest } = inOrder(step.tagChanges);
  let association: ObservedAssociation | undefined = observed;
  association = await retag(deps, todo, association, first, progress);
  if (!association) return goneMeanwhile(observed);
  if (hasFieldChanges(changes)) {
    const options = { token: todo.token, ...todo.call };
    const sent = withPolicyRule(changes);
    const answer = await deps.writer.update(todo.cluster, observed.associationId, sent, options);
    if (answer.kind === 'gone') return goneMeanwhile(observed);
    if (answer.kind !== 'updated') return await refused(deps, todo, step.fields.roleArn, answer);
    progress.wrote = true;
    association = answer.association;
  }
  association = await retag(deps, todo, association, rest, progress);
  if (!association) return goneMeanwhile(observed);
  const kept = changes.policy === '' && (await keepsPolicy(deps, todo, association));
  return kept ? policyKept(observed) : { kind: 'applied', step, association };
}

/**
 * A session policy needs `disableSessionTags` to be true (facts §1.4). Whether EKS looks at the association for that or
 * only at the request is unknown, and to say it again changes nothing.
 */
function withPolicyRule(changes: FieldChanges): FieldChanges {
  return changes.policy ? { ...changes, disableSessionTags: true } : changes;
}

const NO_TAGS: TagChanges = { set: {}, remove: [] };

/**
 * Tags come after the fields, but for the one that makes it ours: our role may change only what bears it (`ChangeOurs`
 * in stacks/spoke.yaml), and where somebody made the association anew, or took the tag off, it has to be set first.
 */
function inOrder({ set, remove }: TagChanges): { readonly first: TagChanges; readonly rest: TagChanges } {
  if (!Object.hasOwn(set, INSTALLATION_TAG)) return { first: NO_TAGS, rest: { set, remove } };
  return { first: { set, remove: [] }, rest: { set: {}, remove } };
}

/** Sets and removes tags, which are calls of their own. The association afterwards, or `undefined` when it is gone. */
async function retag(
  deps: ApplyDeps,
  todo: StepToApply,
  association: ObservedAssociation,
  { set, remove }: TagChanges,
  progress: Progress,
): Promise<ObservedAssociation | undefined> {
  const { associationArn } = association;
  if (Object.keys(set).length > 0) {
    const answer = await deps.writer.tag(todo.cluster, associationArn, set, todo.call);
    if (answer.kind === 'gone') return undefined;
    progress.wrote = true;
  }
  if (remove.length > 0) {
    const answer = await deps.writer.untag(todo.cluster, associationArn, remove, todo.call);
    if (answer.kind === 'gone') return undefined;
    progress.wrote = true;
  }
  const tags = Object.entries({ ...association.tags, ...set });
  return { ...association, tags: Object.fromEntries(tags.filter(([key]) => !remove.includes(key))) };
}

/** Whether `""` clears a session policy is unconfirmed (facts §1.3): so it is looked at again, never assumed. */
async function keepsPolicy(
  deps: ApplyDeps,
  todo: StepToApply,
  updated: ObservedAssociation,
): Promise<boolean> {
  if (updated.policy === undefined) return false;
  const again = await deps.reader.describe(todo.cluster, updated.associationId, todo.call);
  return again?.policy !== undefined;
}

function policyKept(observed: ObservedAssociation): WriteOutcome {
  return {
    kind: 'found',
    finding: 'sessionPolicyKept',
    mayHaveWritten: true,
    message: `EKS kept the session policy of ${observed.associationId} although it was cleared: delete the association by hand and let it be made again`,
  };
}

function goneMeanwhile(observed: ObservedAssociation): WriteOutcome & { kind: 'later' } {
  return lookAgain(
    'changedMeanwhile',
    LOOK_AGAIN_MS,
    `${observed.associationId} was deleted meanwhile`,
    false,
  );
}

async function refused(
  deps: ApplyDeps,
  todo: StepToApply,
  roleArn: string,
  refusal: Parameters<typeof explainRefusal>[1],
): Promise<WriteOutcome> {
  return await explainRefusal(deps.roles, refusal, {
    cluster: todo.cluster,
    roleArn,
    now: deps.clock.now(),
    refusedSince: todo.refusedSince,
    propagationMs: todo.propagationMs,
    call: todo.call,
  });
}

/** A write whose answer was lost may have happened: the key is looked at again before anything else is done. */
async function afterFailure(
  deps: ApplyDeps,
  todo: StepToApply,
  error: AppError,
  { wrote }: Progress,
): Promise<WriteOutcome> {
  switch (error.code) {
    case 'aws.timeout':
    case 'aws.unavailable':
      return lookAgain('answerLost', LOOK_AGAIN_MS, error.message, true);
    case 'aws.throttled':
      return lookAgain('throttled', THROTTLED_MS, error.message, wrote);
    case 'aws.accessDenied':
      return (await whereNotDenied(deps, todo, wrote)) ?? failed(error, wrote);
    default:
      return failed(error, wrote);
  }
}

/** What to do about a refusal of access that does not mean what it says. */
async function whereNotDenied(
  deps: ApplyDeps,
  { cluster, step, call }: StepToApply,
  wrote: boolean,
): Promise<WriteOutcome | undefined> {
  if (step.kind === 'create') return undefined;
  const { observed } = step;
  switch (await explainDenial(deps.reader, cluster, observed, call)) {
    case 'gone':
      return step.kind === 'delete'
        ? { kind: 'applied', step }
        : { ...goneMeanwhile(observed), mayHaveWritten: wrote };
    case 'untagged':
      return lookAgain(
        'changedMeanwhile',
        LOOK_AGAIN_MS,
        `${observed.associationId} lost our tag meanwhile`,
        wrote,
      );
    case 'denied':
      return undefined;
  }
}

function lookAgain(
  why: (WriteOutcome & { kind: 'later' })['why'],
  afterMs: number,
  message: string,
  mayHaveWritten: boolean,
): WriteOutcome & { kind: 'later' } {
  return { kind: 'later', why, afterMs, message, mayHaveWritten };
}

function failed(error: AppError, wrote: boolean): WriteOutcome {
  return wrote ? { kind: 'failed', error, mayHaveWritten: true } : { kind: 'failed', error };
}
