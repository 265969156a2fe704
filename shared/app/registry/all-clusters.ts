import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { RegistryDeps } from './registry-deps.ts';

/** Every cluster of the registry, retired ones too. */
export async function allClusters({
  registry,
}: Pick<RegistryDeps, 'registry'>): Promise<readonly ClusterItem[]> {
  const clusters: ClusterItem[] = [];
  let cursor: string | undefined;
  do {
    const page = await registry.clusters({ cursor });
    clusters.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return clusters;
}
