import type { ClusterRef } from '#shared/domain/cluster.ts';
import { AppError } from '#shared/ports/app-error.ts';

/** For a 404 that only the cluster can have caused, whatever its words. */
export function clusterNotFound(cluster: ClusterRef, cause: unknown): AppError {
  return new AppError(
    'cluster.notFound',
    `there is no cluster ${cluster.name} in ${cluster.account}, ${cluster.region}`,
    { retryable: false, cause },
  );
}
