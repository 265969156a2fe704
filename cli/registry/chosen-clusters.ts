import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { UsageError } from '../usage-error.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { findCluster, findClusters } from './find-clusters.ts';

/** Which clusters a command is about, beside those that it names. */
export interface ChosenBy {
  /** As `-l` of kubectl. */
  readonly selector?: string;
  readonly all?: boolean;
}

/** The clusters that are meant, retired ones left out. Fails with `UsageError` when that is not clear. */
export async function chosenClusters(
  { registry }: RegistryConnection,
  names: readonly string[],
  { selector, all }: ChosenBy,
  signal: AbortSignal,
): Promise<readonly ClusterItem[]> {
  const ways = [names.length > 0, selector !== undefined, all === true].filter(Boolean).length;
  if (ways !== 1) {
    throw new UsageError(
      ways === 0 ? 'of which clusters?' : 'names, -l and --all contradict each other',
      'give names of clusters, or -l LABELS, or --all',
    );
  }
  if (names.length === 0) {
    const found = await findClusters(registry, { selector }, signal);
    const live = found.filter(({ enrolment }) => enrolment.state !== 'retired');
    if (live.length > 0) return live;
    throw new UsageError('no enrolled cluster is meant by that', 'rolecall get clusters lists them');
  }
  const items: ClusterItem[] = [];
  for (const name of new Set(names)) {
    const item = await findCluster(registry, name, signal);
    if (item.enrolment.state === 'retired') {
      throw new UsageError(`${name} is retired: there is no such cluster any more`, 'rolecall get clusters');
    }
    if (!items.some(({ cluster }) => cluster.arn === item.cluster.arn)) items.push(item);
  }
  return items;
}
