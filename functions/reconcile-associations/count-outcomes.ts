import type { ReconcileMessage } from '#events/messages/reconcile-message.ts';
import type { CarriedOut } from '#shared/app/drift/carry-out.ts';
import type { KeyOutcome } from '#shared/app/reconcile/repair.ts';
import { METRIC } from '#shared/runtime/names.ts';
import type { MetricSink } from '#shared/runtime/worker.ts';

type Reconciled = Extract<CarriedOut, { readonly kind: 'reconciled' }>;

/** Tells metrics what a reconcile came to. */
export function countOutcomes(
  { outcomes, frozen, braked, failing, endedAt }: Reconciled,
  { cause }: Pick<ReconcileMessage, 'cause'>,
  metrics: MetricSink,
): void {
  const repaired = outcomes.filter(isRepaired);
  metrics.add(METRIC.driftRepaired, repaired.length);
  metrics.add(METRIC.driftOpen, outcomes.filter(isOpen).length);
  metrics.add(METRIC.repairFailed, outcomes.filter(isFailed).length + failing);
  metrics.add(METRIC.brakeEngaged, braked > 0 ? 1 : 0);
  metrics.add(METRIC.frozen, frozen || outcomes.some(isHeldFrozen) ? 1 : 0);
  if (cause && repaired.length > 0) metrics.add(METRIC.eventToRepair, Math.max(0, endedAt - cause.at));
}

function isRepaired({ outcome }: KeyOutcome): boolean {
  return outcome?.kind === 'applied';
}

/** Found, and not put right; what comes back in a moment is not yet open. */
function isOpen({ decision, outcome }: KeyOutcome): boolean {
  if (decision.drift.length === 0 || decision.verdict.kind === 'settling') return false;
  return outcome?.kind !== 'applied' && outcome?.kind !== 'later';
}

/** Refused for good: a person has to act. */
function isFailed({ outcome }: KeyOutcome): boolean {
  return outcome?.kind === 'found' || (outcome?.kind === 'failed' && !outcome.error.retryable);
}

function isHeldFrozen({ outcome }: KeyOutcome): boolean {
  return outcome?.kind === 'held' && outcome.reason === 'frozen';
}
