import type { Decision } from './decision.ts';
import { hasFieldChanges } from './difference.ts';
import { formatKey, type KeyText } from './key.ts';
import { stepOf } from './plan.ts';

/** How many deletes and overwrites may happen within 24 hours without anybody having approved them one by one. */
export interface BrakeLimits {
  /** A cluster may always have this many … */
  readonly clusterFloor: number;
  /** … or this share of its associations, if that is more. */
  readonly clusterShare: number;
  readonly fleet: number;
}

export const DEFAULT_BRAKE: BrakeLimits = { clusterFloor: 5, clusterShare: 0.1, fleet: 50 };

/** The time over which uses of the brake's allowance are counted. */
export const BRAKE_WINDOW_MS = 24 * 3_600_000;

/** What was used of the allowance within the window. */
export interface BrakeUse {
  readonly cluster: number;
  readonly fleet: number;
}

export interface BrakeInput {
  readonly limits: BrakeLimits;
  readonly used: BrakeUse;
  /** Associations on the cluster. */
  readonly associations: number;
  /** Keys whose very step somebody approved: they are bounded by that approval, and neither counted nor held. */
  readonly approved: ReadonlySet<KeyText>;
}

export interface Braked {
  /** The same decisions in the same order, those past the cap held. */
  readonly decisions: readonly Decision[];
  /** How much of the allowance the decisions that may pass will use. */
  readonly uses: number;
  /** How many were held. */
  readonly held: number;
}

/** The cap of one cluster: the larger of the floor and the share, the share rounded down. */
export function clusterCap(limits: BrakeLimits, associations: number): number {
  return Math.max(limits.clusterFloor, Math.floor(associations * limits.clusterShare));
}

/**
 * Lets through, in order, as many deletes and overwrites as the caps of cluster and fleet leave, and holds the rest.
 * Creates and adoptions without a change of fields always pass: they take nothing from anybody.
 */
export function applyBrake(decisions: readonly Decision[], input: BrakeInput): Braked {
  const left = Math.max(
    0,
    Math.min(
      clusterCap(input.limits, input.associations) - input.used.cluster,
      input.limits.fleet - input.used.fleet,
    ),
  );
  let uses = 0;
  let held = 0;
  const braked = decisions.map((decision): Decision => {
    const step = stepOf(decision.verdict);
    if (step === undefined || !isHarmful(decision) || input.approved.has(formatKey(decision)))
      return decision;
    if (uses < left) {
      uses += 1;
      return decision;
    }
    held += 1;
    return { ...decision, verdict: { kind: 'hold', reason: 'brake', step } };
  });
  return { decisions: braked, uses, held };
}

/** Whether a decision takes away or overwrites something: a delete, or a change of fields. Tags alone are neither. */
export function isHarmful(decision: Decision): boolean {
  const step = stepOf(decision.verdict);
  if (step === undefined || step.kind === 'create') return false;
  return step.kind === 'delete' || hasFieldChanges(step.changes);
}
