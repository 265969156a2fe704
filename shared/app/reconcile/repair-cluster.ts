import { applyBrake, type BrakeUse, isHarmful } from '#shared/domain/brake.ts';
import type { Decision, Step } from '#shared/domain/decision.ts';
import { formatKey, type KeyText } from '#shared/domain/key.ts';
import { type KeySituation, stepOf } from '#shared/domain/plan.ts';
import type { AssociationRecord } from '#shared/domain/record.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { idempotencyToken } from '../idempotency-token.ts';
import { runBounded } from '../run-bounded.ts';
import { type ApplyDeps, applyStep } from './apply-step.ts';
import { type CheckDeps, type ClusterCheck, checkCluster } from './check-cluster.ts';
import type { KeyHint } from './observe-keys.ts';
import type { ReconcileSettings } from './settings.ts';
import { stepDigest, wishDigest } from './wish-digest.ts';
import { worldFailure } from './world-failure.ts';
import type { WriteOutcome } from './write-outcome.ts';

export interface RepairDeps extends CheckDeps, ApplyDeps {
  /** A new name for each episode: it makes the idempotency tokens of this repair its own. */
  readonly newId: () => string;
}

export interface RepairOptions {
  /**
   * The plan that somebody saw and approved: a step that it does not name is held. Without it every step that the
   * brake lets pass is taken.
   */
  readonly approved?: ApprovedPlan;
  readonly call?: CallOptions;
  readonly onOutcome?: (repaired: KeyOutcome) => void;
}

/** The digest of the approved step for each key. */
export type ApprovedPlan = ReadonlyMap<KeyText, string>;

/** How one key ended. */
export interface KeyOutcome {
  readonly decision: Decision;
  /** Absent where there was nothing to do, or nothing was allowed. */
  readonly outcome?: WriteOutcome;
}

export interface ClusterRepair {
  /** The last decision on every key that needed one, and how it ended; sorted as decided. */
  readonly outcomes: readonly KeyOutcome[];
  /** How many deletes and overwrites the brake held. */
  readonly braked: number;
}

/** The approval of everything that a check would do. */
export function approvalOf(check: ClusterCheck): ApprovedPlan {
  const approved = new Map<KeyText, string>();
  for (const decision of check.decisions) {
    const step = stepOf(decision.verdict);
    if (step) approved.set(formatKey(decision), stepDigest(step));
  }
  return approved;
}

/**
 * Takes the steps that a check found right. Every key is looked at again right before it is written, and again
 * whenever the world turns out to be other than thought (taken meanwhile, gone meanwhile, answer lost, role not yet
 * seen by EKS), until it has converged, somebody has to act, or `propagationMs` and `settleMs` have passed.
 *
 * Safe to run twice and to give up at any point: what was written stays right, what was not is found again.
 */
export async function repairCluster(
  deps: RepairDeps,
  check: ClusterCheck,
  settings: ReconcileSettings,
  options: RepairOptions = {},
): Promise<ClusterRepair> {
  const episode = new Episode(deps, check, settings, options);
  let pending: readonly KeyHint[] = check.decisions
    .filter((decision) => stepOf(decision.verdict))
    .map(hintOf);
  while (pending.length > 0) {
    const round = await episode.round(pending);
    pending = round.again;
    if (pending.length > 0) await deps.clock.sleep(round.afterMs, options.call?.signal);
  }
  return episode.result();
}

function hintOf(decision: Decision): KeyHint {
  const { namespace, serviceAccount } = decision;
  const step = stepOf(decision.verdict);
  const associationId = step && step.kind !== 'create' ? step.observed.associationId : undefined;
  return { namespace, serviceAccount, ...(associationId ? { associationId } : {}) };
}

/** One repair of one cluster: remembers between rounds what was refused, written and counted. */
class Episode {
  private readonly deps: RepairDeps;
  private readonly check: ClusterCheck;
  private readonly settings: ReconcileSettings;
  private readonly options: RepairOptions;
  private readonly call: CallOptions;
  private readonly id: string;
  private readonly startedAt: number;
  private readonly ended = new Map<KeyText, KeyOutcome>();
  private readonly refusedSince = new Map<KeyText, number>();
  private readonly written = new Map<KeyText, Step>();
  /** Keys that the brake let pass once: trying the same again is not another overwrite. */
  private readonly passed = new Set<KeyText>();
  private brakeUse: BrakeUse | undefined;
  private braked = 0;

  constructor(deps: RepairDeps, check: ClusterCheck, settings: ReconcileSettings, options: RepairOptions) {
    this.deps = deps;
    this.check = check;
    this.settings = settings;
    this.options = options;
    this.call = options.call ?? {};
    this.id = deps.newId();
    this.startedAt = deps.clock.now();
  }

  /** Looks at the keys, plans them anew, and takes the steps that may be taken. */
  async round(keys: readonly KeyHint[]): Promise<{ again: readonly KeyHint[]; afterMs: number }> {
    const { deps, settings } = this;
    const look = await checkCluster(deps, this.check.cluster, settings, {
      keys,
      call: this.call,
    });
    const allowed = await this.restrain(look.decisions);
    const again: KeyHint[] = [];
    let afterMs = Number.POSITIVE_INFINITY;
    const applying = runBounded(
      allowed,
      { concurrency: settings.concurrency, signal: this.call.signal },
      (decision) => this.apply(decision, look.situations.get(formatKey(decision))),
    );
    for await (const outcome of applying) {
      const decision = outcome.item;
      const end: WriteOutcome | undefined =
        outcome.kind === 'done' ? outcome.result : { kind: 'failed', error: worldFailure(outcome.error) };
      if (end?.kind === 'later' && this.hasTime()) {
        again.push({
          ...hintOf(decision),
          ...(end.associationId ? { associationId: end.associationId } : {}),
        });
        afterMs = Math.min(afterMs, end.afterMs);
      } else {
        this.end(decision, end);
      }
    }
    return { again, afterMs };
  }

  result(): ClusterRepair {
    return { outcomes: [...this.ended.values()], braked: this.braked };
  }

  /** Holds what no approval names, then what the brake does not let pass. */
  private async restrain(decisions: readonly Decision[]): Promise<readonly Decision[]> {
    const { approved } = this.options;
    const inPlan = decisions.map((decision): Decision => {
      const step = stepOf(decision.verdict);
      if (!step || !approved || approved.get(formatKey(decision)) === stepDigest(step)) return decision;
      return { ...decision, verdict: { kind: 'hold', reason: 'notInPlan', step } };
    });
    this.brakeUse ??= await this.deps.memory.brakeUse(this.check.cluster, this.deps.clock.now());
    const braked = applyBrake(inPlan, {
      limits: this.settings.brake,
      used: this.brakeUse,
      associations: this.check.associations,
      approved: new Set(approved?.keys() ?? this.passed),
    });
    for (const decision of braked.decisions)
      if (stepOf(decision.verdict)) this.passed.add(formatKey(decision));
    this.brakeUse = {
      cluster: this.brakeUse.cluster + braked.uses,
      fleet: this.brakeUse.fleet + braked.uses,
    };
    this.braked += braked.held;
    return braked.decisions;
  }

  private async apply(
    decision: Decision,
    situation: KeySituation | undefined,
  ): Promise<WriteOutcome | undefined> {
    const step = stepOf(decision.verdict);
    const key = formatKey(decision);
    if (!step || !situation) return this.withoutStep(decision, key);
    const now = this.deps.clock.now();
    const outcome = await applyStep(this.deps, {
      cluster: this.check.cluster,
      key: situation.key,
      step,
      braked: isHarmful(decision) && this.options.approved === undefined,
      token: this.tokenOf(step, situation),
      refusedSince: this.refusedSince.get(key) ?? now,
      propagationMs: this.settings.propagationMs,
      call: this.call,
    });
    if (outcome.kind === 'later' && outcome.why === 'rolePropagation') {
      if (!this.refusedSince.has(key)) this.refusedSince.set(key, now);
    }
    await this.remember(situation, step, outcome, now);
    return outcome;
  }

  /** Nothing to write now: a key that an earlier round wrote and whose answer was lost has turned out well. */
  private withoutStep(decision: Decision, key: KeyText): WriteOutcome | undefined {
    const written = this.written.get(key);
    if (decision.verdict.kind === 'settling') {
      const afterMs = Math.min(1_000, this.settings.settleMs);
      return { kind: 'later', why: 'settling', afterMs, message: decision.reason, mayHaveWritten: true };
    }
    return decision.verdict.kind === 'converged' && written ? { kind: 'applied', step: written } : undefined;
  }

  private tokenOf(step: Step, situation: KeySituation): string {
    const { wish } = situation;
    const observed = step.kind === 'create' ? undefined : step.observed;
    return idempotencyToken({
      cluster: this.check.cluster,
      key: situation.key,
      operation: step.kind === 'create' ? 'create' : 'update',
      desiredRevision: wish && wish.kind !== 'unresolvable' ? wish.revision : 'none',
      observed: observed && { associationId: observed.associationId, modifiedAt: observed.modifiedAt },
      episode: this.id,
    });
  }

  /** Records what was written, or may have been, so that the next look knows an echo of it from a change by others. */
  private async remember(
    situation: KeySituation,
    step: Step,
    outcome: WriteOutcome,
    now: number,
  ): Promise<void> {
    const mayHaveWritten = outcome.kind === 'later' && outcome.mayHaveWritten;
    if (outcome.kind !== 'applied' && !mayHaveWritten) return;
    this.written.set(formatKey(situation.key), step);
    const record = recordAfterWrite(situation, step, outcome, this.settings.installation, now);
    if (!record) return;
    await this.deps.memory.save(this.check.cluster, {
      clusterCreatedAt: this.check.cluster.createdAt,
      changes: [{ ...situation.key, record }],
    });
  }

  /** Waiting has an end: the longest that a role or a write of ours may take to be seen. */
  private hasTime(): boolean {
    const limit = Math.max(this.settings.propagationMs, this.settings.settleMs);
    return this.deps.clock.now() - this.startedAt < limit;
  }

  private end(decision: Decision, outcome: WriteOutcome | undefined): void {
    const repaired: KeyOutcome = outcome ? { decision, outcome } : { decision };
    this.ended.set(formatKey(decision), repaired);
    this.options.onOutcome?.(repaired);
  }
}

/** What we know of a key after writing it; nothing when a create may have happened and its id is not known. */
function recordAfterWrite(
  situation: KeySituation,
  step: Step,
  outcome: WriteOutcome,
  installation: string,
  now: number,
): AssociationRecord | undefined {
  const { record, wish } = situation;
  const association = outcome.kind === 'applied' ? outcome.association : undefined;
  const associationId =
    association?.associationId ?? (step.kind === 'create' ? undefined : step.observed.associationId);
  if (associationId === undefined) return record && { ...record, lastWriteAt: now };
  if (step.kind === 'delete')
    return { ...(record ?? { associationId, origin: 'adopted' }), lastWriteAt: now };
  const origin =
    step.kind === 'create' ? 'created' : record && record.origin !== 'seen' ? record.origin : 'adopted';
  const matched = outcome.kind === 'applied' && wish?.kind === 'fields';
  return {
    associationId,
    origin,
    ...(matched ? { matchedWish: wishDigest(wish, installation) } : {}),
    managedTagKeys: wish?.kind === 'fields' ? Object.keys(wish.fields.tags).sort() : [],
    lastWriteAt: now,
  };
}
