import type { ObservedAssociation } from '#shared/domain/association.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { Step } from '#shared/domain/decision.ts';
import { hasFieldChanges, hasTagChanges } from '#shared/domain/difference.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Memory } from '#shared/ports/memory.ts';
import type { CallOptions, PodIdentityReader, PodIdentityWriter } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
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
  /** Whether the step counts against the brake. */
  readonly braked: boolean;
  /** The idempotency token of this attempt: the same on every retry of it. */
  readonly token: string;
  /** Epoch milliseconds of the first refusal of this key because of its role; now, when there was none yet. */
  readonly refusedSince: number;
  readonly propagationMs: number;
  readonly call: CallOptions;
}

/** How long to wait before looking again when somebody else moved the key under us. */
const LOOK_AGAIN_MS = 500;

/**
 * Carries out one step, with leave from the memory first. Never decides anything anew: where the world is not as the
 * step supposed, it answers `later`, and the key is looked at and planned again.
 */
export async function applyStep(deps: ApplyDeps, todo: StepToApply): Promise<WriteOutcome> {
  const intent = { kind: todo.step.kind, token: todo.token, at: deps.clock.now(), braked: todo.braked };
  const leave = await deps.memory.beginWrite(todo.cluster, todo.key, intent);
  if (leave !== 'go') return { kind: 'held', reason: leave };
  try {
    return await write(deps, todo);
  } catch (error) {
    return afterFailure(worldFailure(error));
  }
}

async function write(deps: ApplyDeps, todo: StepToApply): Promise<WriteOutcome> {
  const { step } = todo;
  switch (step.kind) {
    case 'create':
      return await create(deps, todo, step);
    case 'update':
    case 'adopt':
      return await change(deps, todo, step);
    case 'delete':
      await deps.writer.delete(todo.cluster, step.observed.associationId, todo.call);
      // Gone already is as good: somebody wished the same.
      return { kind: 'applied', step };
  }
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
): Promise<WriteOutcome> {
  const { observed, changes, tagChanges } = step;
  let association = observed;
  if (hasFieldChanges(changes)) {
    const options = { token: todo.token, ...todo.call };
    const answer = await deps.writer.update(todo.cluster, observed.associationId, changes, options);
    if (answer.kind === 'gone') return goneMeanwhile(observed);
    if (answer.kind !== 'updated') return await refused(deps, todo, step.fields.roleArn, answer);
    association = answer.association;
    if (changes.policy === '' && (await keepsPolicy(deps, todo, association))) return policyKept(observed);
  }
  if (!hasTagChanges(tagChanges)) return { kind: 'applied', step, association };
  const tags = { ...association.tags, ...tagChanges.set };
  if (Object.keys(tagChanges.set).length > 0) {
    const answer = await deps.writer.tag(todo.cluster, observed.associationArn, tagChanges.set, todo.call);
    if (answer.kind === 'gone') return goneMeanwhile(observed);
  }
  if (tagChanges.remove.length > 0) {
    await deps.writer.untag(todo.cluster, observed.associationArn, tagChanges.remove, todo.call);
    for (const key of tagChanges.remove) delete tags[key];
  }
  return { kind: 'applied', step, association: { ...association, tags } };
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
    message: `EKS kept the session policy of ${observed.associationId} although it was cleared: delete the association by hand and let it be made again`,
  };
}

function goneMeanwhile(observed: ObservedAssociation): WriteOutcome {
  return {
    kind: 'later',
    why: 'changedMeanwhile',
    afterMs: LOOK_AGAIN_MS,
    message: `${observed.associationId} was deleted meanwhile`,
    mayHaveWritten: false,
  };
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
function afterFailure(error: AppError): WriteOutcome {
  if (error.code === 'aws.timeout' || error.code === 'aws.unavailable') {
    return {
      kind: 'later',
      why: 'answerLost',
      afterMs: LOOK_AGAIN_MS,
      message: error.message,
      mayHaveWritten: true,
    };
  }
  if (error.code === 'aws.throttled') {
    return { kind: 'later', why: 'throttled', afterMs: 5_000, message: error.message, mayHaveWritten: false };
  }
  return { kind: 'failed', error };
}
