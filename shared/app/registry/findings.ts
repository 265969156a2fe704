import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { type AssociationItem, emptyAssociation } from '#shared/domain/registry/association-item.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { mappingOf } from '#shared/domain/registry/conclude.ts';
import {
  type FindingItem,
  type FindingKind,
  parseFindingId,
  type Waiver,
} from '#shared/domain/registry/finding.ts';
import { findingAudit, openedEntry, resolvedEntry } from '#shared/domain/registry/finding-entries.ts';
import { settleFindings, type WantedFinding } from '#shared/domain/registry/finding-states.ts';
import type { Incarnation } from '#shared/domain/registry/incarnation.ts';
import { changeItem, contended } from './change-item.ts';
import { putOrRemove } from './put-or-remove.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';

/** What somebody other than the reconcile found at a key: a role check, an event of IAM's. */
export interface KeyNews {
  readonly wanted: readonly WantedFinding[];
  /** What was looked at: of these kinds, those that are not wanted are resolved. */
  readonly judged: readonly FindingKind[];
  readonly cause?: Cause | undefined;
}

/**
 * Writes down what was found at a key beside its own status: opens and resolves findings of the kinds that were judged,
 * and leaves the others alone. Nothing is written when nothing is new.
 */
export async function noteKey(
  deps: RegistryDeps,
  of: Incarnation & ServiceAccountKey,
  news: KeyNews,
): Promise<'changed' | 'unchanged'> {
  const { clusterArn, clusterCreatedAt, namespace, serviceAccount } = of;
  const key = { namespace, serviceAccount };
  const ref = { type: 'association', clusterArn, clusterCreatedAt, ...key } as const;
  return await changeItem(deps, ref, (found) => {
    const item = found ?? emptyAssociation(of);
    const mapping = mappingOf(item);
    const at = deps.clock.now();
    const changes = settleFindings(item.findings ?? {}, news.wanted, {
      clusterArn,
      key,
      mapping,
      at,
      cause: news.cause,
      judged: new Set(news.judged),
    });
    if (!changes.changed) return undefined;
    const opened = changes.opened.map(openedEntry);
    const ended = changes.ends.map((end) => resolvedEntry(end, { key, mapping, cause: news.cause }));
    const outbox = [...opened, ...ended];
    return {
      ...putOrRemove(withFindings(item, changes.states)),
      findings: changes.items,
      ends: changes.ends,
      audit: findingAudit(outbox, at, 'reconcile'),
      outbox,
    };
  });
}

export type WaiveAnswer = 'waived' | 'notFound' | 'notOpen' | 'untilPast';

/**
 * Accepts a finding for a reason until a date: it is no longer open, also when it goes and comes back before then.
 * Whether it is repaired does not depend on it.
 *
 * @param until epoch milliseconds
 */
export async function waive(
  deps: RegistryDeps,
  finding: { readonly clusterArn: string; readonly id: string },
  until: number,
  asked: Asked,
): Promise<WaiveAnswer> {
  const { clusterArn, id } = finding;
  const parsed = parseFindingId(id);
  if (!parsed) return 'notFound';
  if (until <= deps.clock.now()) return 'untilPast';
  const waiver: Waiver = { reason: asked.why, by: asked.by, until };
  for (let attempts = 1; attempts <= ATTEMPTS; attempts += 1) {
    const [cluster, found] = await deps.registry.get([
      { type: 'cluster', clusterArn },
      { type: 'finding', clusterArn, id },
    ]);
    if (!cluster || !found) return 'notFound';
    const owner = await ownerOf(deps, cluster, parsed.key);
    const state = owner?.findings?.[parsed.kind];
    if (!owner || state?.firstSeenAt === undefined) return 'notOpen';
    const states = { ...owner.findings, [parsed.kind]: { ...state, waiver } };
    const answer = await deps.registry.commit({
      id: deps.newId(),
      at: deps.clock.now(),
      put: [{ ...owner, findings: states }],
      findings: [{ ...found, status: 'waived', waiver }],
      audit: [auditOf(found, until, asked, deps.clock.now())],
      outbox: [resolvedEntry({ ...found, status: 'waived' }, found)],
    });
    if (answer === 'done') return 'waived';
  }
  throw contended('finding');
}

const ATTEMPTS = 6;

async function ownerOf(
  deps: RegistryDeps,
  item: ClusterItem,
  key: ServiceAccountKey | undefined,
): Promise<ClusterItem | AssociationItem | undefined> {
  if (key === undefined) return item;
  const { arn: clusterArn, createdAt: clusterCreatedAt } = item.cluster;
  const [association] = await deps.registry.get([
    { type: 'association', clusterArn, clusterCreatedAt, ...key },
  ]);
  return association;
}

function auditOf(finding: FindingItem, until: number, { by, why }: Asked, at: number) {
  const { clusterArn, key, mapping, id } = finding;
  return {
    action: 'findingWaived' as const,
    at,
    by,
    why,
    clusterArn,
    ...(key ? { key } : {}),
    ...(mapping ? { mapping } : {}),
    detail: `${id} until ${isoTime(until)}`,
  };
}

function withFindings(item: AssociationItem, states: AssociationItem['findings']): AssociationItem {
  const { findings: _, ...rest } = item;
  return Object.keys(states ?? {}).length === 0 ? rest : { ...rest, ...(states ? { findings: states } : {}) };
}

function isoTime(milliseconds: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: writes down a time that was given, and reads no clock
  return new Date(milliseconds).toISOString();
}
