import { FLEET } from '#shared/domain/registry/brake-ledger.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import { changeItem } from './change-item.ts';
import { noteCluster } from './cluster-findings.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';

/**
 * Lets the brake go: what a cluster, or the fleet, used until now no longer counts. For a cluster, what was held is
 * reconciled again at once. Answers `unknownCluster` without having done anything.
 *
 * @param scope a cluster's ARN, or `fleet`
 */
export async function releaseBrake(
  deps: RegistryDeps,
  scope: string,
  { by, why }: Asked,
): Promise<'released' | 'unknownCluster'> {
  const [cluster] = scope === FLEET ? [] : await deps.registry.get([{ type: 'cluster', clusterArn: scope }]);
  if (scope !== FLEET && !cluster) return 'unknownCluster';
  await changeItem(deps, { type: 'brakeRelease', scope }, (release) => {
    const at = deps.clock.now();
    const outbox: OutboxEntry[] = [{ type: 'BrakeReleased', scope, by, reason: why }];
    if (cluster) {
      const { partition, account, region, name, createdAt } = cluster.cluster;
      const address = { partition, account, region, name, createdAt };
      outbox.push({ type: 'ReconcileRequested', cluster: address, keys: 'all', why: 'brakeReleased' });
    }
    return {
      put: [{ type: 'brakeRelease', version: release?.version ?? 0, scope, reason: why, by, at }],
      audit: [{ action: 'brakeReleased', at, by, why, ...(cluster ? { clusterArn: scope } : {}) }],
      outbox,
    };
  });
  if (cluster) await noteCluster(deps, scope, { wanted: [], judged: ['brakeEngaged'] });
  return 'released';
}
