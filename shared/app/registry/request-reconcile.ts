import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';

/** A row of the outbox holds 400 KB, and its reader sends what it asks for within one invocation. */
const CLUSTERS_A_COMMIT = 25;

export interface RequestOptions {
  /** Describes every association, whatever is remembered of it: finds what no event told, at a call each. */
  readonly verify?: 'full';
  /** Called with the number of clusters that were asked for so far. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Stops between two transactions. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Has the hub look at clusters again, at all their keys, and put right what is ours; each with an entry in the audit.
 * Clusters that are retired or ignored are left out. Answers how many were asked for. Safe to repeat: a look too many
 * finds everything as it should be.
 */
export async function requestReconcile(
  deps: RegistryDeps,
  clusters: readonly ClusterItem[],
  asked: Asked,
  { verify, onProgress, signal }: RequestOptions = {},
): Promise<number> {
  const live = clusters.filter(isLookedAt);
  for (let from = 0; from < live.length; from += CLUSTERS_A_COMMIT) {
    signal?.throwIfAborted();
    const some = live.slice(from, from + CLUSTERS_A_COMMIT);
    const at = deps.clock.now();
    const { by, why } = asked;
    await deps.registry.commit({
      id: deps.newId(),
      at,
      audit: some.map(({ cluster }) => ({
        action: 'reconcileRequested',
        at,
        by,
        why,
        clusterArn: cluster.arn,
      })),
      outbox: some.map((item) => ({ ...reconcileEntry(item, 'asked'), ...(verify ? { verify } : {}) })),
    });
    onProgress?.(from + some.length);
  }
  return live.length;
}

/** Whether the hub looks at it at all. */
export function isLookedAt({ cluster, enrolment }: ClusterItem): boolean {
  return enrolment.state !== 'retired' && cluster.mode !== 'ignore';
}

type ReconcileEntry = Extract<OutboxEntry, { readonly type: 'ReconcileRequested' }>;

/** The request for a look at all keys of a cluster. */
export function reconcileEntry({ cluster }: ClusterItem, why: string): ReconcileEntry {
  const { partition, account, region, name, createdAt } = cluster;
  return {
    type: 'ReconcileRequested',
    cluster: { partition, account, region, name, createdAt },
    keys: 'all',
    why,
  };
}
