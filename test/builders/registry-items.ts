import type { Cluster } from '#shared/domain/cluster.ts';
import {
  type AssociationItem,
  type Desired,
  emptyAssociation,
} from '#shared/domain/registry/association-item.ts';
import { type ClusterItem, newCluster } from '#shared/domain/registry/cluster-item.ts';
import type { FindingItem } from '#shared/domain/registry/finding.ts';
import type { Page, Paging } from '#shared/ports/registry/registry-lists.ts';
import { aCluster } from './a-cluster.ts';
import { A_ROLE } from './an-association.ts';

/** 2026-11-20T12:00:00Z */
const NOON = 1_795_176_000_000;

/** Revision 1 wishes for `payments-api`. */
export function aDesired(given: Partial<Desired & { kind: 'fields' }> = {}): Desired & { kind: 'fields' } {
  return {
    kind: 'fields',
    clusterSet: 'default',
    revision: 1,
    releasedAt: NOON,
    mode: 'enforce',
    fields: { roleArn: A_ROLE, disableSessionTags: false, tags: {} },
    takeover: false,
    ...given,
  };
}

/** `payments/api` of `prod-1`, with revision 1 released to it, not written yet. */
export function anAssociationItem(given: Partial<AssociationItem> = {}): AssociationItem {
  const { arn, createdAt } = aCluster();
  const key = { namespace: 'payments', serviceAccount: 'api' };
  return {
    ...emptyAssociation({ clusterArn: arn, clusterCreatedAt: createdAt, ...key }),
    desired: aDesired(),
    ...given,
  };
}

/** `prod-1`, enrolled, not written yet. */
export function aClusterItem(cluster: Partial<Cluster> = {}, given: Partial<ClusterItem> = {}): ClusterItem {
  return {
    ...newCluster(aCluster(cluster), { state: 'enrolled', at: NOON, by: 'enrol-cluster' }),
    ...given,
  };
}

/** An open `roleDrift` at `payments/api` of `prod-1`. */
export function aFinding(given: Partial<FindingItem> = {}): FindingItem {
  return {
    type: 'finding',
    clusterArn: aCluster().arn,
    id: 'roleDrift/payments/api',
    kind: 'roleDrift',
    severity: 'high',
    status: 'open',
    key: { namespace: 'payments', serviceAccount: 'api' },
    message: 'role is other',
    firstSeenAt: NOON,
    lastSeenAt: NOON,
    ...given,
  };
}

/** Everything of a list, asked for page by page. */
export async function allOf<Item>(
  list: (paging: Paging) => Promise<Page<Item>>,
  limit?: number,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ cursor, limit });
    if (limit !== undefined && page.items.length > limit) throw new Error('a page is longer than asked for');
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}
