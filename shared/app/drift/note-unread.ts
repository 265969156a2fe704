import type { AppError } from '#shared/ports/app-error.ts';
import { noteCluster } from '../registry/cluster-findings.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';

/** Writes down that a cluster can no longer be read, and why. Nothing is written when that is known. */
export async function noteUnread(deps: RegistryDeps, clusterArn: string, error: AppError): Promise<void> {
  const { code, message } = error;
  await noteCluster(deps, clusterArn, {
    wanted: [{ kind: 'clusterUnread', message: `${code}: the cluster could not be read` }],
    judged: ['clusterUnread'],
    update: (item) =>
      item.access?.kind === 'failed' && item.access.code === code
        ? item
        : { ...item, access: { kind: 'failed', code, message, at: deps.clock.now() } },
  });
}
