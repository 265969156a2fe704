/**
 * The only module of the CLI that can write to AWS. It is loaded when `--repair` is given and at no other time; a test
 * holds us to it.
 */
import { randomUUID } from 'node:crypto';
import type { ClusterReport } from '#shared/app/fleet/check-fleet.ts';
import { placeText } from '#shared/app/fleet/discover-clusters.ts';
import type { ClusterRepair } from '#shared/app/reconcile/repair.ts';
import { approvalOf, repairCluster } from '#shared/app/reconcile/repair-cluster.ts';
import type { ReconcileSettings } from '#shared/app/reconcile/settings.ts';
import { runBounded } from '#shared/app/run-bounded.ts';
import { EksPodIdentityWriter } from '#shared/aws/eks-pod-identity-writer.ts';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { stepOf } from '#shared/domain/plan.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DesiredState } from '#shared/ports/desired-state.ts';
import type { Memory } from '#shared/ports/memory.ts';
import type { ConnectedPlace } from '../connect.ts';

type CheckedCluster = ClusterReport & { readonly kind: 'checked' };

export interface RepairRun {
  readonly places: readonly ConnectedPlace[];
  readonly checked: readonly CheckedCluster[];
  readonly desired: DesiredState;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly settings: ReconcileSettings;
  /** Whether a person saw the plan and said yes to it; then exactly its steps are taken, and no other. */
  readonly approved: boolean;
  readonly signal: AbortSignal;
  readonly onWritten: (cluster: ClusterRef, key: ServiceAccountKey, how: 'done' | 'perhaps') => void;
}

/** Clusters repaired at once. The memory hands out the places under the brake's cap, so that no two get the last one. */
const CLUSTERS_AT_ONCE = 4;

/** Takes the steps of the plan, and answers how every cluster with steps ended, by ARN. */
export async function repairFleet(run: RepairRun): Promise<ReadonlyMap<string, ClusterRepair>> {
  const withSteps = run.checked.filter(({ check }) => check.decisions.some(({ verdict }) => stepOf(verdict)));
  const repairs = new Map<string, ClusterRepair>();
  const repairing = runBounded(
    withSteps,
    { concurrency: CLUSTERS_AT_ONCE, signal: run.signal },
    (report, signal) => repairOne(run, report, signal),
  );
  for await (const outcome of repairing) {
    if (outcome.kind === 'failed') throw outcome.error;
    repairs.set(clusterArn(outcome.item.ref), outcome.result);
  }
  return repairs;
}

async function repairOne(
  run: RepairRun,
  { check, ref }: CheckedCluster,
  signal: AbortSignal,
): Promise<ClusterRepair> {
  const place = run.places.find((candidate) => placeText(candidate.place) === placeText(ref));
  if (!place) throw new Error(`no connection to ${placeText(ref)}`);
  const deps = {
    reader: place.podIdentity,
    writer: new EksPodIdentityWriter(place.eks),
    roles: place.roles,
    desired: run.desired,
    memory: run.memory,
    clock: run.clock,
    newId: randomUUID,
  };
  return await repairCluster(deps, check, run.settings, {
    ...(run.approved ? { approved: approvalOf(check) } : {}),
    call: { signal },
    onWritten: (key, how) => run.onWritten(ref, key, how),
  });
}
