import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { FindingKind } from '#shared/domain/registry/finding.ts';
import { findingAudit, openedEntry, resolvedEntry } from '#shared/domain/registry/finding-entries.ts';
import { settleFindings, type WantedFinding } from '#shared/domain/registry/finding-states.ts';
import type { Engagement } from '#shared/domain/registry/outbox-entry.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import { changeItem } from './change-item.ts';
import type { RegistryDeps } from './registry-deps.ts';

/** What is found of a cluster as a whole, and which kinds whoever looked could judge. */
export interface ClusterNews {
  readonly wanted: readonly WantedFinding[];
  readonly judged: readonly FindingKind[];
  /** What else is known now; the same item when nothing is new. */
  readonly update?: ((item: ClusterItem) => ClusterItem) | undefined;
  /** With a wanted `brakeEngaged`: which brake it is, and by what this time of it is known from another. */
  readonly engaged?: { readonly engagement: Engagement; readonly occurrence: number } | undefined;
}

/**
 * Writes down what is known of a cluster: its findings, and what the registry keeps beside them. Nothing is written
 * when nothing is new. Does nothing for a cluster that the registry does not know.
 */
export async function noteCluster(
  deps: RegistryDeps,
  clusterArn: string,
  news: ClusterNews,
): Promise<'changed' | 'unchanged'> {
  return await changeItem(deps, { type: 'cluster', clusterArn }, (item) =>
    item ? noted(item, news, deps.clock.now()) : undefined,
  );
}

/** What to write of a cluster, or nothing. */
function noted(
  item: ClusterItem,
  news: ClusterNews,
  at: number,
): Omit<RegistryCommit, 'id' | 'at'> | undefined {
  const updated = news.update?.(item) ?? item;
  const changes = settleFindings(updated.findings ?? {}, news.wanted, {
    clusterArn: item.cluster.arn,
    at,
    judged: new Set(news.judged),
  });
  if (!changes.changed) return updated === item ? undefined : { put: [updated] };
  const opened = changes.opened.map((finding) => ({
    ...openedEntry(finding),
    ...(finding.kind === 'brakeEngaged' ? news.engaged : {}),
  }));
  const ended = changes.ends.map((end) => resolvedEntry(end));
  const outbox = [...opened, ...ended];
  return {
    put: [{ ...updated, findings: changes.states }],
    findings: changes.items,
    ends: changes.ends,
    audit: findingAudit(outbox, at, 'reconcile'),
    outbox,
  };
}
