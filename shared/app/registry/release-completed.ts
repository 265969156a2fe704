import type { Cluster } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { type Desired, emptyAssociation, released } from '#shared/domain/registry/association-item.ts';
import type { Job } from '#shared/domain/registry/job.ts';
import type { MappingDocument, MappingItem } from '#shared/domain/registry/mapping-item.ts';
import { resolveTarget } from '#shared/domain/resolve-target.ts';
import { runBounded } from '../run-bounded.ts';
import { changeItem } from './change-item.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';
import type { JobStep } from './run-job.ts';

/** Mappings dealt with in one step. */
const MAPPINGS_A_STEP = 100;
const CONCURRENCY = 8;

/**
 * One step of giving a cluster what it should have: of each mapping of its cluster set that selects it, the completed
 * revision; never one that is still being rolled out, nor one that was rolled back. A key that got a revision already
 * keeps it: from then on only rollouts change it.
 */
export async function releaseCompletedStep(deps: RegistryDeps, cluster: Cluster, job: Job): Promise<JobStep> {
  const { cursor } = job;
  const { clusterSet } = cluster;
  const page = await deps.registry.mappings({ clusterSet, cursor, limit: MAPPINGS_A_STEP });
  const keys: ServiceAccountKey[] = [];
  const releasing = runBounded(page.items, { concurrency: CONCURRENCY }, (item) =>
    releaseCompleted(deps, cluster, item, job),
  );
  for await (const outcome of releasing) {
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.result) keys.push(outcome.result);
  }
  const { partition, account, region, name, createdAt } = cluster;
  const address = { partition, account, region, name, createdAt };
  const request = { type: 'ReconcileRequested', cluster: address, keys, why: job.why } as const;
  return {
    done: page.items.length,
    cursor: page.cursor,
    ...(keys.length > 0 ? { commit: { outbox: [request] } } : {}),
  };
}

/** Releases a mapping's completed revision to a cluster. The key while it is not seen to have it; else nothing. */
async function releaseCompleted(
  deps: RegistryDeps,
  cluster: Cluster,
  item: MappingItem,
  asked: Asked,
): Promise<ServiceAccountKey | undefined> {
  const { completed, key } = item;
  const desired = completed && desiredFor(cluster, completed, deps.clock.now());
  if (!desired) return undefined;
  const { namespace, serviceAccount } = key;
  const of = { clusterArn: cluster.arn, clusterCreatedAt: cluster.createdAt, namespace, serviceAccount };
  let met = false;
  await changeItem(deps, { type: 'association', ...of }, (association) => {
    met = association?.record?.observedRevision === String(association?.desired?.revision);
    if (association?.desired) return undefined;
    const { by, why } = asked;
    return {
      put: [released(association ?? emptyAssociation(of), desired)],
      audit: [
        {
          action: 'revisionReleased',
          at: desired.releasedAt,
          by,
          why,
          clusterArn: cluster.arn,
          key: { namespace, serviceAccount },
          mapping: key,
          revision: desired.revision,
        },
      ],
    };
  });
  return met ? undefined : { namespace, serviceAccount };
}

/** What a revision wants of a cluster; nothing when it does not select it. */
function desiredFor(
  cluster: Cluster,
  { revision, document }: { readonly revision: number; readonly document: MappingDocument },
  at: number,
): Desired | undefined {
  const resolution = resolveTarget(document, cluster);
  const about = { clusterSet: document.key.clusterSet, revision, releasedAt: at };
  switch (resolution.kind) {
    case 'none':
      return undefined;
    case 'unresolvable':
      return { ...about, kind: 'unresolvable', problem: resolution.problem.message };
    case 'fields': {
      const { fields, takeover } = resolution;
      return { ...about, kind: 'fields', mode: document.mode, fields, takeover };
    }
  }
}
