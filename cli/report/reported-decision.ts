import type { WriteOutcome } from '#shared/app/reconcile/write-outcome.ts';
import type { Decision, Step, Verdict } from '#shared/domain/decision.ts';
import { stepOf } from '#shared/domain/plan.ts';
import { podEffectOf } from '#shared/domain/pod-effect.ts';
import type { ReportedDecision, ReportedOutcome } from './check-report.ts';
import { changesOf } from './reported-changes.ts';

export interface DecisionContext {
  readonly wished: boolean;
  /** The role is gone, or its trust policy does not admit the service account: bound as wished, and of no use. */
  readonly roleUnusable: boolean;
  /** Whether what nobody wishes for, and is not ours, counts too. */
  readonly strict: boolean;
  readonly outcome?: WriteOutcome | undefined;
}

/** A decision as it is printed, and whether it counts as a difference. */
export function reportDecision(decision: Decision, context: DecisionContext): ReportedDecision {
  const { verdict } = decision;
  const { namespace, serviceAccount, drift, reason } = decision;
  const { wished, outcome } = context;
  const step = outcome?.kind === 'applied' ? outcome.step : (stepOf(verdict) ?? heldStep(verdict));
  return {
    namespace,
    serviceAccount,
    decision: outcome?.kind === 'applied' ? outcome.step.kind : verdict.kind,
    wished,
    differs: outcome?.kind === 'applied' ? context.roleUnusable : isDifference(verdict, context),
    drift: [...drift],
    reason,
    ...verdictDetails(verdict),
    ...associationOf(verdict, step, outcome),
    ...(step?.kind === 'adopt' && step.takenOver ? { takeover: true as const } : {}),
    ...(step ? { changes: changesOf(step), podEffect: podEffectOf(step) } : {}),
    ...(outcome ? { outcome: reportOutcome(outcome) } : {}),
  };
}

/**
 * A difference is a wished key that is not as wished, or something of ours that nobody wishes for. Somebody else's
 * association at a key that nobody wishes for is a finding (docs/decisions/0003).
 */
function isDifference(verdict: Verdict, { wished, strict, roleUnusable }: DecisionContext): boolean {
  switch (verdict.kind) {
    case 'converged':
      return wished && roleUnusable;
    case 'unknown':
      return false;
    case 'report':
      return wished || strict;
    case 'hold':
      return verdict.step !== undefined;
    case 'settling':
    case 'create':
    case 'update':
    case 'adopt':
    case 'delete':
      return true;
  }
}

function heldStep(verdict: Verdict): Step | undefined {
  return verdict.kind === 'hold' ? verdict.step : undefined;
}

type VerdictDetails = Pick<ReportedDecision, 'step' | 'heldBecause' | 'finding' | 'owner' | 'unknownBecause'>;

function verdictDetails(verdict: Verdict): VerdictDetails {
  switch (verdict.kind) {
    case 'hold':
      return { heldBecause: verdict.reason, ...(verdict.step ? { step: verdict.step.kind } : {}) };
    case 'report':
      return { finding: verdict.finding, ...(verdict.owner === undefined ? {} : { owner: verdict.owner }) };
    case 'unknown':
      return { unknownBecause: verdict.reason };
    default:
      return {};
  }
}

function associationOf(
  verdict: Verdict,
  step: Step | undefined,
  outcome: WriteOutcome | undefined,
): Pick<ReportedDecision, 'associationId' | 'roleArn'> {
  const written = outcome?.kind === 'applied' ? outcome.association : undefined;
  const before = step && step.kind !== 'create' ? step.observed : undefined;
  const seen = verdict.kind === 'converged' || verdict.kind === 'report' ? verdict.observed : undefined;
  const association = written ?? before ?? seen;
  return association ? { associationId: association.associationId, roleArn: association.roleArn } : {};
}

function reportOutcome(outcome: WriteOutcome): ReportedOutcome {
  switch (outcome.kind) {
    case 'applied':
      return { kind: 'applied' };
    case 'found':
      return { kind: 'found', because: outcome.finding, message: outcome.message };
    case 'later':
      return { kind: 'later', because: outcome.why, message: outcome.message };
    case 'held':
      return { kind: 'held', because: outcome.reason };
    case 'failed':
      return { kind: 'failed', because: outcome.error.code, message: outcome.error.message };
  }
}
