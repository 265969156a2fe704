import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { type AssociationItem, emptyAssociation } from '#shared/domain/registry/association-item.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { freezeShard } from '#shared/domain/registry/freeze.ts';
import type { RegistryDeps } from './registry-deps.ts';
import { RegistrySession } from './registry-session.ts';

export interface OpenOptions {
  /** The keys that will be looked at: read with the cluster, in one request, when `createdAt` is right. */
  readonly keys?: readonly ServiceAccountKey[] | undefined;
  /** Which life of the cluster the caller believes in, epoch milliseconds. */
  readonly createdAt?: number | undefined;
}

/** A cluster as the registry knows it, with what reconciling it takes. */
export interface OpenedCluster {
  readonly item: ClusterItem;
  /** Whether somebody stopped all writes. Asked again, in the same transaction, by every write. */
  readonly frozen: boolean;
  readonly session: RegistrySession;
}

/** Opens a cluster; `undefined` when the registry does not know it. One request; two when `createdAt` was wrong or not given. */
export async function openCluster(
  deps: RegistryDeps,
  ref: ClusterRef,
  options: OpenOptions = {},
): Promise<OpenedCluster | undefined> {
  const arn = clusterArn(ref);
  const { keys, createdAt } = options;
  const believed = createdAt === undefined ? [] : associationRefs(arn, createdAt, keys);
  const [freeze, item, ...found] = await deps.registry.get([
    { type: 'freeze', shard: freezeShard(arn) },
    { type: 'cluster', clusterArn: arn },
    ...believed,
  ]);
  if (!item) return undefined;
  const read =
    createdAt === item.cluster.createdAt
      ? believed.map((association, index) => found[index] ?? emptyAssociation(association))
      : await readKeys(deps, item, keys);
  return {
    item,
    frozen: freeze?.frozen ?? false,
    session: new RegistrySession(deps, item, keys && read),
  };
}

async function readKeys(
  deps: RegistryDeps,
  { cluster }: ClusterItem,
  keys: readonly ServiceAccountKey[] | undefined,
): Promise<readonly AssociationItem[]> {
  const refs = associationRefs(cluster.arn, cluster.createdAt, keys);
  if (refs.length === 0) return [];
  const found = await deps.registry.get(refs);
  return refs.map((ref, index) => found[index] ?? emptyAssociation(ref));
}

function associationRefs(
  arn: string,
  createdAt: number,
  keys: readonly ServiceAccountKey[] | undefined,
): readonly ({
  readonly type: 'association';
  readonly clusterArn: string;
  readonly clusterCreatedAt: number;
} & ServiceAccountKey)[] {
  return (keys ?? []).map(({ namespace, serviceAccount }) => ({
    type: 'association',
    clusterArn: arn,
    clusterCreatedAt: createdAt,
    namespace,
    serviceAccount,
  }));
}
