import { compileClusterChoice } from '#shared/domain/cluster-selector.ts';
import { nearestName } from '#shared/domain/manifest/nearest-name.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import { listText } from '../text/count-text.ts';
import { UsageError } from '../usage-error.ts';
import { parseClusterArn } from './cluster-names.ts';
import { parseLabelSelector } from './label-selector.ts';
import { itemsOf, take } from './pages.ts';

/** Which clusters a command is about; without either, all. */
export interface ClusterFilter {
  /** An exact name, or an ARN. */
  readonly cluster?: string | undefined;
  /** As `-l` of kubectl. */
  readonly selector?: string | undefined;
}

/** Every cluster that the filter leaves, retired ones too, by account, region and name. Fails with `UsageError` for a name that no cluster has. */
export async function findClusters(
  registry: Registry,
  { cluster, selector }: ClusterFilter,
  signal: AbortSignal,
): Promise<readonly ClusterItem[]> {
  const expressions = selector === undefined ? undefined : parseLabelSelector(selector);
  const named = await namedClusters(registry, cluster, signal);
  if (expressions === undefined) return named;
  const matches = compileClusterChoice({ matchExpressions: expressions });
  return named.filter((item) => matches(item.cluster));
}

/** The one cluster of a name or ARN. Fails with `UsageError` when there is none, or when there are several. */
export async function findCluster(
  registry: Registry,
  cluster: string,
  signal: AbortSignal,
): Promise<ClusterItem> {
  const [first, ...others] = await namedClusters(registry, cluster, signal);
  if (first && others.length === 0) return first;
  const arns = [first, ...others].flatMap((item) => (item ? [item.cluster.arn] : []));
  throw new UsageError(
    `there are ${arns.length} clusters called ${cluster}: ${listText(arns, 8)}`,
    'give the ARN of the one that is meant',
  );
}

async function namedClusters(
  registry: Registry,
  cluster: string | undefined,
  signal: AbortSignal,
): Promise<readonly ClusterItem[]> {
  if (cluster !== undefined && parseClusterArn(cluster)) {
    const [item] = await registry.get([{ type: 'cluster', clusterArn: cluster }], { signal });
    if (item) return [item];
    throw new UsageError(
      `the registry knows no cluster ${cluster}`,
      'rolecall get clusters -o wide lists them',
    );
  }
  const { items } = await take(itemsOf((paging) => registry.clusters(paging), { signal }));
  if (cluster === undefined) return items;
  const found = items.filter((item) => item.cluster.name === cluster);
  if (found.length > 0) return found;
  throw new UsageError(
    `the registry knows no cluster ${cluster}`,
    absenceHint(
      cluster,
      items.map((item) => item.cluster.name),
    ),
  );
}

function absenceHint(name: string, there: readonly string[]): string {
  if (there.length === 0) return 'none is enrolled yet: rolecall enrol has the hub take clusters on';
  const near = nearestName(name, there);
  return near === undefined ? `there is ${listText([...new Set(there)], 8)}` : `did you mean ${near}?`;
}
