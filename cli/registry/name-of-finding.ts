import { type FindingItem, parseFindingId } from '#shared/domain/registry/finding.ts';
import { UsageError } from '../usage-error.ts';
import type { RegistryConnection } from './connect-registry.ts';
import { findCluster } from './find-clusters.ts';

/** The finding of a name: `prod-1/roleDrift/payments/api`, or its id with `--cluster`. Fails with `UsageError`. */
export async function findFinding(
  { registry }: Pick<RegistryConnection, 'registry'>,
  name: string,
  given: string | undefined,
  signal: AbortSignal,
): Promise<FindingItem> {
  const slash = name.indexOf('/');
  const cluster = given ?? (slash > 0 ? name.slice(0, slash) : undefined);
  const id = given === undefined ? name.slice(slash + 1) : name;
  if (cluster === undefined || !parseFindingId(id)) {
    throw new UsageError(
      `no finding can be called ${JSON.stringify(name)}`,
      'write CLUSTER/KIND/NAMESPACE/SERVICE-ACCOUNT as rolecall get findings -o name does, or leave the cluster to --cluster',
    );
  }
  const { arn: clusterArn } = (await findCluster(registry, cluster, signal)).cluster;
  const [finding] = await registry.get([{ type: 'finding', clusterArn, id }], { signal });
  if (finding) return finding;
  throw new UsageError(
    `there is no finding ${id} on ${cluster}`,
    'rolecall get findings --status all -o name lists those that there are',
  );
}
