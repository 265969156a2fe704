import type { Decision } from '#shared/domain/decision.ts';
import { stepOf } from '#shared/domain/plan.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { FindingKind } from '#shared/domain/registry/finding.ts';
import type { WantedFinding } from '#shared/domain/registry/finding-states.ts';
import type { ClusterCheck } from '../reconcile/check-cluster.ts';
import type { ClusterRepair } from '../reconcile/repair.ts';
import type { ClusterNews } from './cluster-findings.ts';

/** Whether a look at a whole cluster, and what was done then, left nothing open that the brake may hold. */
export function isWhole({ decisions, failures }: ClusterCheck, { outcomes }: ClusterRepair): boolean {
  const unseen = [...decisions, ...outcomes.map(({ decision }) => decision)].some(
    ({ verdict }) => verdict.kind === 'unknown' && verdict.reason !== 'desiredUnreadable',
  );
  const waits = outcomes.some(({ outcome }) => outcome?.kind === 'later' && outcome.why !== 'settling');
  return failures.length === 0 && !unseen && !waits;
}

/** Everything is still seen while writes are frozen. */
export function heldFrozen(decision: Decision): Decision {
  const step = stepOf(decision.verdict);
  return step ? { ...decision, verdict: { kind: 'hold', reason: 'frozen', step } } : decision;
}

/** What a look at a whole cluster says of the cluster. */
export function newsOf(check: ClusterCheck, at: number): ClusterNews {
  const [failure] = check.failures;
  const wanted: WantedFinding[] = failure
    ? [{ kind: 'clusterUnread', message: `${failure.code}: the cluster could not be read` }]
    : [];
  const judged: FindingKind[] = ['clusterUnread'];
  // A listing that was cut short has not counted them.
  const update = (item: ClusterItem): ClusterItem => {
    if (failure) return item;
    const { associations } = check;
    const readAgain = item.access?.kind === 'failed' ? { access: { kind: 'ok', at } as const } : {};
    const same = item.associations === associations && item.access?.kind !== 'failed';
    return same ? item : { ...item, associations, ...readAgain };
  };
  return { wanted, judged, update };
}
