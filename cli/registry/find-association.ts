import { formatKey, parseKey } from '#shared/domain/key.ts';
import { listText } from '../text/count-text.ts';
import { UsageError } from '../usage-error.ts';
import type { ClusterAssociation } from './association-status.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { findCluster } from './find-clusters.ts';

/**
 * The association of a name, `prod-1/payments/api`, of a key with `--cluster`, or of the id that EKS gave it. Fails with
 * `UsageError` when there is none, or more than one.
 */
export async function findAssociation(
  connection: Pick<RegistryConnection, 'registry'>,
  name: string,
  cluster: string | undefined,
  signal: AbortSignal,
): Promise<ClusterAssociation> {
  // `a-` and 17 letters and digits so far (facts §1.4); taken at any length. No name is without a slash.
  if (/^a-[a-z0-9]+$/.test(name)) return await byId(connection, name, cluster, signal);
  return await byName(connection, name, cluster, signal);
}

async function byName(
  { registry }: Pick<RegistryConnection, 'registry'>,
  name: string,
  given: string | undefined,
  signal: AbortSignal,
): Promise<ClusterAssociation> {
  const slash = name.indexOf('/');
  const key = parseKey(given === undefined ? name.slice(slash + 1) : name);
  if (!key || (given === undefined && slash < 1)) {
    throw new UsageError(
      `no association can be called ${JSON.stringify(name)}`,
      'write CLUSTER/NAMESPACE/SERVICE-ACCOUNT, leave the cluster to --cluster, or give the id: a-abcdefghijklmnopq',
    );
  }
  const cluster = await findCluster(registry, given ?? name.slice(0, slash), signal);
  const { arn: clusterArn, createdAt: clusterCreatedAt } = cluster.cluster;
  const [item] = await registry.get([{ type: 'association', clusterArn, clusterCreatedAt, ...key }], {
    signal,
  });
  if (item) return { item, cluster };
  throw new UsageError(`the registry knows no association ${name}`, 'rolecall get associations -o name');
}

/** Ids are unique within a region at least; the index may still show one under which there is another by now. */
async function byId(
  { registry }: Pick<RegistryConnection, 'registry'>,
  id: string,
  given: string | undefined,
  signal: AbortSignal,
): Promise<ClusterAssociation> {
  const only = given === undefined ? undefined : (await findCluster(registry, given, signal)).cluster.arn;
  const refs = await registry.associationsById(id, { signal });
  const found: ClusterAssociation[] = [];
  for (const ref of refs.filter(({ clusterArn }) => only === undefined || clusterArn === only)) {
    const [[item], [cluster]] = await Promise.all([
      registry.get([ref], { signal }),
      registry.get([{ type: 'cluster', clusterArn: ref.clusterArn }], { signal }),
    ]);
    const sameLife = cluster?.cluster.createdAt === ref.clusterCreatedAt;
    if (cluster && sameLife && item?.record?.associationId === id) found.push({ item, cluster });
  }
  const [first, ...others] = found;
  if (first && others.length === 0) return first;
  if (first) {
    const names = found.map(({ item, cluster }) => `${cluster.cluster.name}/${formatKey(item)}`);
    throw new UsageError(
      `there are ${found.length} associations ${id}: ${listText(names, 8)}`,
      'give the name of the one that is meant, or --cluster',
    );
  }
  throw new UsageError(
    `the registry knows no association ${id}${given === undefined ? '' : ` on ${given}`}`,
    'rolecall get associations -o wide lists the ids. The registry knows of associations what a look at their cluster has shown',
  );
}
