import { formatKey, type KeyText } from '#shared/domain/key.ts';
import { stepOf } from '#shared/domain/plan.ts';
import type { ClusterCheck } from './check-cluster.ts';
import { type Appointment, Episode, hintOf } from './episode.ts';
import type { KeyHint } from './observe-keys.ts';
import type { ApprovedPlan, ClusterRepair, RepairDeps, RepairOptions, RepairScope } from './repair.ts';
import type { ReconcileSettings } from './settings.ts';
import { stepDigest } from './wish-digest.ts';

/** The approval of everything that a check would do. */
export function approvalOf(check: ClusterCheck): ApprovedPlan {
  const approved = new Map<KeyText, string>();
  for (const decision of check.decisions) {
    const step = stepOf(decision.verdict);
    if (step) approved.set(formatKey(decision), stepDigest(step));
  }
  return approved;
}

/** Keys looked at together before they are written: few, so that each is written soon after it was looked at. */
const KEYS_A_ROUND = 100;

/**
 * Takes the steps that a check found right. Every key is looked at again right before it is written, and again
 * whenever the world turns out to be other than thought (taken meanwhile, gone meanwhile, answer lost, role not yet
 * seen by EKS), until it has converged, somebody has to act, or `propagationMs` and `settleMs` together have passed
 * since it first had to wait.
 *
 * Safe to run twice and to give up at any point: what was written stays right, what was not is found again.
 */
export async function repairCluster(
  deps: RepairDeps,
  check: ClusterCheck,
  settings: ReconcileSettings,
  options: RepairOptions = {},
): Promise<ClusterRepair> {
  const keys = check.decisions.filter((decision) => stepOf(decision.verdict)).map(hintOf);
  return await repairKeys(deps, check, keys, settings, options);
}

/** Like `repairCluster`, for keys of which somebody says that they may differ; each is looked at once when it does not. */
export async function repairKeys(
  deps: RepairDeps,
  scope: RepairScope,
  keys: readonly KeyHint[],
  settings: ReconcileSettings,
  options: RepairOptions = {},
): Promise<ClusterRepair> {
  const episode = new Episode(deps, scope, settings, options);
  let waiting: readonly Appointment[] = keys.map((hint) => ({ hint, at: Number.NEGATIVE_INFINITY }));
  while (waiting.length > 0) {
    const now = deps.clock.now();
    const due = waiting.filter(({ at }) => at <= now).slice(0, KEYS_A_ROUND);
    if (due.length === 0) {
      const next = Math.min(...waiting.map(({ at }) => at));
      await deps.clock.sleep(next - now, options.call?.signal);
      continue;
    }
    const taken = new Set(due);
    const again = await episode.round(due.map(({ hint }) => hint));
    waiting = [...waiting.filter((appointment) => !taken.has(appointment)), ...again];
  }
  return episode.result();
}
