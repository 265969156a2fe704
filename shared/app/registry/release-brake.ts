import { FLEET, releaseTime } from '#shared/domain/registry/brake-ledger.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { allClusters } from './all-clusters.ts';
import { changeItem } from './change-item.ts';
import { noteCluster } from './cluster-findings.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';
import { reconcileEntry, requestReconcile } from './request-reconcile.ts';

/**
 * Lets the brake go: what a cluster, or the fleet, used until now no longer counts. What was held is reconciled again at
 * once: the cluster's keys, or those of every cluster on which something is held. Answers `unknownCluster` without having
 * done anything.
 *
 * @param scope a cluster's ARN, or `fleet`
 */
export async function releaseBrake(
  deps: RegistryDeps,
  scope: string,
  asked: Asked,
): Promise<'released' | 'unknownCluster'> {
  if (scope === FLEET) {
    await letGo(deps, scope, asked);
    const held = (await allClusters(deps)).filter(isHeld);
    await requestReconcile(deps, held, asked);
    return 'released';
  }
  const [cluster] = await deps.registry.get([{ type: 'cluster', clusterArn: scope }]);
  if (!cluster) return 'unknownCluster';
  await letGo(deps, scope, asked, cluster);
  await noteCluster(deps, scope, { wanted: [], judged: ['brakeEngaged'] });
  return 'released';
}

function isHeld({ findings }: ClusterItem): boolean {
  return findings?.brakeEngaged?.firstSeenAt !== undefined;
}

async function letGo(
  deps: RegistryDeps,
  scope: string,
  { by, why }: Asked,
  cluster?: ClusterItem,
): Promise<void> {
  const reading = await deps.registry.readBrake(scope, deps.clock.now());
  await changeItem(deps, { type: 'brakeRelease', scope }, (release) => {
    const now = deps.clock.now();
    const at = releaseTime(reading, scope, now);
    return {
      put: [{ type: 'brakeRelease', version: release?.version ?? 0, scope, reason: why, by, at }],
      audit: [{ action: 'brakeReleased', at: now, by, why, ...(cluster ? { clusterArn: scope } : {}) }],
      outbox: [
        { type: 'BrakeReleased', scope, by, reason: why },
        ...(cluster ? [reconcileEntry(cluster, 'brakeReleased')] : []),
      ],
    };
  });
}
