import { applyBrake, type BrakeUse, clusterCap, isHarmful } from '#shared/domain/brake.ts';
import type { Decision, Drift, HoldReason, Step } from '#shared/domain/decision.ts';
import { compareKeys, formatKey, type KeyText } from '#shared/domain/key.ts';
import { recordAfterWrite, type Written } from '#shared/domain/learn.ts';
import { type KeySituation, stepOf } from '#shared/domain/plan.ts';
import type { AssociationRecord } from '#shared/domain/record.ts';
import { isRemainderOf } from '#shared/domain/step-remainder.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { idempotencyToken } from '../idempotency-token.ts';
import { runBounded } from '../run-bounded.ts';
import { applyStep } from './apply-step.ts';
import { checkCluster, revisionOf } from './check-cluster.ts';
import type { KeyHint } from './observe-keys.ts';
import type { ClusterRepair, KeyOutcome, RepairDeps, RepairOptions, RepairScope } from './repair.ts';
import type { ReconcileSettings } from './settings.ts';
import { stepDigest, wishDigest } from './wish-digest.ts';
import { worldFailure } from './world-failure.ts';
import { mayHaveWritten, type WriteOutcome } from './write-outcome.ts';

/** A key to look at, not before `at` (epoch milliseconds). */
export interface Appointment {
  readonly hint: KeyHint;
  readonly at: number;
}

/** Where to look for the key of a decision. */
export function hintOf(decision: Decision): KeyHint {
  const { namespace, serviceAccount } = decision;
  const step = stepOf(decision.verdict);
  const associationId = step && step.kind !== 'create' ? step.observed.associationId : undefined;
  return { namespace, serviceAccount, ...(associationId ? { associationId } : {}) };
}

/** One repair of one cluster: remembers between rounds what was begun, refused, counted and ended. */
export class Episode {
  private readonly deps: RepairDeps;
  private readonly check: RepairScope;
  private readonly settings: ReconcileSettings;
  private readonly options: RepairOptions;
  private readonly call: CallOptions;
  private readonly id: string;
  private readonly ended = new Map<KeyText, KeyOutcome>();
  /** When a key first had to wait, and when it was first refused for its role. Epoch milliseconds. */
  private readonly waitingSince = new Map<KeyText, number>();
  private readonly refusedSince = new Map<KeyText, number>();
  /** The first step that was tried for a key: what is left of it needs no further approval. */
  private readonly begun = new Map<KeyText, Step>();
  private readonly written = new Map<KeyText, Step>();
  /** The harm that the brake let pass for a key: trying the same again is not another overwrite. */
  private readonly passed = new Map<KeyText, Step['kind']>();
  private braked = 0;

  constructor(deps: RepairDeps, check: RepairScope, settings: ReconcileSettings, options: RepairOptions) {
    this.deps = deps;
    this.check = check;
    this.settings = settings;
    this.options = options;
    this.call = options.call ?? {};
    this.id = deps.newId();
    for (const [key, at] of options.refusedSince ?? []) this.refusedSince.set(key, at);
  }

  /** Looks at the keys, plans them anew, takes the steps that may be taken, and says which keys to look at again. */
  async round(keys: readonly KeyHint[]): Promise<readonly Appointment[]> {
    const { deps, settings, call } = this;
    const look = await checkCluster(deps, this.check.cluster, settings, { keys, call });
    const allowed = await this.restrain(look.decisions, look.situations);
    await this.makeSure(allowed, look.situations, keys);
    const again: Appointment[] = [];
    const bounds = { concurrency: settings.concurrency, signal: call.signal };
    const applying = runBounded(allowed, bounds, (decision) =>
      this.apply(decision, look.situations.get(formatKey(decision))),
    );
    for await (const { item: decision, ...done } of applying) {
      const end: WriteOutcome | undefined =
        done.kind === 'done' ? done.result : { kind: 'failed', error: worldFailure(done.error) };
      const appointment = this.appointmentAfter(decision, end);
      if (appointment) again.push(appointment);
      else if (end?.kind === 'held' && end.reason === 'braked') this.holdBack(decision);
      else this.end(decision, end);
    }
    return again;
  }

  result(): ClusterRepair {
    const outcomes = [...this.ended.values()];
    outcomes.sort((left, right) => compareKeys(left.decision, right.decision));
    return { outcomes, braked: this.braked };
  }

  /** Holds what no approval names, then what the brake does not let pass. */
  private async restrain(
    decisions: readonly Decision[],
    situations: ReadonlyMap<KeyText, KeySituation>,
  ): Promise<readonly Decision[]> {
    const { cluster, associations } = this.check;
    const permitted = decisions.map((decision) => this.withinPlan(decision));
    const harmful = permitted.filter(isHarmful);
    if (harmful.length === 0) return permitted;
    const { approved } = this.options;
    const counted = harmful
      .filter((decision) => this.isCounted(decision) || this.hasBegun(decision, situations))
      .map(formatKey);
    const braked = applyBrake(permitted, {
      limits: this.settings.brake,
      // Asked anew each time: other clusters of the fleet use the same allowance meanwhile.
      used: await this.deps.memory.brakeUse(cluster, this.deps.clock.now()),
      associations,
      approved: new Set(approved?.keys() ?? counted),
    });
    this.braked += braked.held;
    return braked.decisions;
  }

  /** A cluster that was made again has others at our keys, or none. */
  private async makeSure(
    decisions: readonly Decision[],
    situations: ReadonlyMap<KeyText, KeySituation>,
    hints: readonly KeyHint[],
  ): Promise<void> {
    const { makeSure } = this.options;
    if (!makeSure) return;
    const told = new Map(hints.map((hint) => [formatKey(hint), hint]));
    const isUnsure = decisions.some((decision) => {
      const key = formatKey(decision);
      const situation = situations.get(key);
      return stepOf(decision.verdict) && situation && !knowsWhatIsThere(situation, told.get(key));
    });
    if (isUnsure) await makeSure();
  }

  private withinPlan(decision: Decision): Decision {
    const step = stepOf(decision.verdict);
    if (!step) return decision;
    const reason = this.objectionTo(decision, step);
    return reason ? { ...decision, verdict: { kind: 'hold', reason, step } } : decision;
  }

  private objectionTo(decision: Decision, step: Step): HoldReason | undefined {
    // A look at single keys does not know that the whole cluster could not be read.
    if (step.kind === 'delete' && this.check.failures.length > 0) return 'clusterPartlyRead';
    const { approved } = this.options;
    const key = formatKey(decision);
    if (!approved || approved.get(key) === stepDigest(step)) return undefined;
    const begun = this.begun.get(key);
    return begun && isRemainderOf(begun, step) ? undefined : 'notInPlan';
  }

  /** Whether this harm to this key was let pass, and counted, before. */
  private isCounted(decision: Decision): boolean {
    return this.passed.get(formatKey(decision)) === stepOf(decision.verdict)?.kind;
  }

  /** Whether somebody before us was let pass with the same write, and did not come to its end. */
  private hasBegun(decision: Decision, situations: ReadonlyMap<KeyText, KeySituation>): boolean {
    const step = stepOf(decision.verdict);
    const situation = situations.get(formatKey(decision));
    if (!step || !situation) return false;
    return this.deps.memory.hasBegun?.(decision, this.tokenOf(step, situation)) ?? false;
  }

  private async apply(
    decision: Decision,
    situation: KeySituation | undefined,
  ): Promise<WriteOutcome | undefined> {
    const step = stepOf(decision.verdict);
    const key = formatKey(decision);
    if (!step || !situation) return this.withoutStep(decision, situation);
    const braked = isHarmful(decision) && !this.options.approved && !this.isCounted(decision);
    if (braked) this.passed.set(key, step.kind);
    const caps = braked ? this.caps() : undefined;
    if (!this.begun.has(key)) this.begun.set(key, step);
    const now = this.deps.clock.now();
    const outcome = await this.write(
      situation,
      { step, drift: decision.drift },
      {
        caps,
        refusedSince: this.refusedSince.get(key) ?? now,
      },
    );
    if (outcome.kind === 'later' && outcome.why === 'rolePropagation' && !this.refusedSince.has(key)) {
      this.refusedSince.set(key, now);
    }
    return outcome;
  }

  /** Carries out a step and remembers it. One that is given up half way may have been written all the same. */
  private async write(
    situation: KeySituation,
    { step, drift }: { readonly step: Step; readonly drift: readonly Drift[] },
    attempt: { readonly caps: BrakeUse | undefined; readonly refusedSince: number },
  ): Promise<WriteOutcome> {
    const { cluster } = this.check;
    const { propagationMs, installation } = this.settings;
    const token = this.tokenOf(step, situation);
    const { key } = situation;
    const todo = {
      cluster,
      key,
      step,
      drift,
      installation,
      token,
      propagationMs,
      call: this.call,
      ...attempt,
    };
    try {
      const outcome = await applyStep(this.deps, todo);
      if (outcome.kind === 'applied') {
        await this.remember(situation, step, { kind: 'done', association: outcome.association });
      }
      if (mayHaveWritten(outcome)) await this.remember(situation, step, { kind: 'perhaps' });
      return outcome;
    } catch (error) {
      if (error instanceof AppError && error.code === 'cancelled') {
        await this.remember(situation, step, { kind: 'perhaps' });
      }
      throw error;
    }
  }

  /** Nothing to write now: a key that an earlier round wrote and whose answer was lost has turned out well. */
  private withoutStep(decision: Decision, situation: KeySituation | undefined): WriteOutcome | undefined {
    const written = this.written.get(formatKey(decision));
    if (decision.verdict.kind === 'settling') {
      const afterMs = this.settlesAfterMs(situation?.record);
      return { kind: 'later', why: 'settling', afterMs, message: decision.reason, mayHaveWritten: true };
    }
    return decision.verdict.kind === 'converged' && written ? { kind: 'applied', step: written } : undefined;
  }

  /**
   * Somebody who waits is told as soon as EKS has caught up. What comes back by itself comes once, when a difference can
   * no longer be our own write on its way: until then nothing would be written, whatever is seen.
   */
  private settlesAfterMs(record: AssociationRecord | undefined): number {
    const { settleMs } = this.settings;
    if (this.options.waits !== false) return Math.min(1_000, settleMs);
    const writtenAt = record?.lastWriteAt ?? this.deps.clock.now();
    return Math.max(0, Math.min(settleMs, writtenAt + settleMs - this.deps.clock.now()));
  }

  private tokenOf(step: Step, situation: KeySituation): string {
    const { wish } = situation;
    const observed = step.kind === 'create' ? undefined : step.observed;
    return idempotencyToken({
      cluster: this.check.cluster,
      key: situation.key,
      operation: step.kind === 'create' ? 'create' : 'update',
      desiredRevision: revisionOf(wish) ?? 'none',
      observed: observed && { associationId: observed.associationId, modifiedAt: observed.modifiedAt },
      episode: this.id,
    });
  }

  /** Records what was written, or may have been, so that the next look knows an echo of it from a change by others. */
  private async remember(situation: KeySituation, step: Step, written: Written): Promise<void> {
    this.written.set(formatKey(situation.key), step);
    this.options.onWritten?.(situation.key, written.kind);
    const { wish } = situation;
    const record = recordAfterWrite(situation, step, written, {
      wishDigest: wish?.kind === 'fields' ? wishDigest(wish, this.settings.installation) : undefined,
      // The time of the answer: until then EKS may not even have begun.
      now: this.deps.clock.now(),
      status: this.deps.memory.keepsStatus ? { revision: revisionOf(wish) } : undefined,
    });
    if (!record) return;
    await this.deps.memory.save(this.check.cluster, {
      clusterCreatedAt: this.check.cluster.createdAt,
      changes: [{ ...situation.key, record }],
    });
  }

  /** When to look at a key again that has not ended; waiting has an end for each key by itself. */
  private appointmentAfter(decision: Decision, end: WriteOutcome | undefined): Appointment | undefined {
    if (end?.kind !== 'later' || this.options.waits === false) return undefined;
    const key = formatKey(decision);
    const now = this.deps.clock.now();
    const since = this.waitingSince.get(key) ?? now;
    this.waitingSince.set(key, since);
    if (now - since >= this.settings.propagationMs + this.settings.settleMs) return undefined;
    const { associationId } = end;
    return {
      hint: { ...hintOf(decision), ...(associationId ? { associationId } : {}) },
      at: now + end.afterMs,
    };
  }

  private caps(): BrakeUse {
    const { brake } = this.settings;
    return { cluster: clusterCap(brake, this.check.associations), fleet: brake.fleet };
  }

  /** The brake let it pass, but another cluster was quicker to use what was left. */
  private holdBack(decision: Decision): void {
    const step = stepOf(decision.verdict);
    this.passed.delete(formatKey(decision));
    this.braked += 1;
    this.end(
      { ...decision, verdict: { kind: 'hold', reason: 'brake', ...(step ? { step } : {}) } },
      undefined,
    );
  }

  private end(decision: Decision, outcome: WriteOutcome | undefined): void {
    const repaired: KeyOutcome = outcome ? { decision, outcome } : { decision };
    this.ended.set(formatKey(decision), repaired);
    this.options.onOutcome?.(repaired);
  }
}

/** Whether what is there is what we remember, or somebody told that just that was deleted. */
function knowsWhatIsThere({ observation, record }: KeySituation, hint: KeyHint | undefined): boolean {
  if (record === undefined) return false;
  const { associationId } = record;
  if (hint?.gone && hint.associationId === associationId) return true;
  return observation.kind === 'described' && observation.association.associationId === associationId;
}
