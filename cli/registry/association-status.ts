import { DEFAULT_TIMES } from '#shared/app/reconcile/settings.ts';
import type { ReportedFinding } from '#shared/domain/decision.ts';
import { formatKey } from '#shared/domain/key.ts';
import { type Mode, moreCautious } from '#shared/domain/mode.ts';
import { type AssociationItem, recordOf } from '#shared/domain/registry/association-item.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { FINDING_SEVERITIES, type FindingKind, SEVERITIES } from '#shared/domain/registry/finding.ts';
import { isSettling } from '#shared/domain/settling.ts';
import { bucketOf } from '#shared/domain/verification-bucket.ts';

/**
 * How an association stands, as far as the registry knows. `inLine`: it was seen to be as the released revision asks;
 * `findings`: something about it is open; `waived`: only what somebody accepted; `settling`: written a moment ago and not
 * seen since, so that what others did meanwhile may not show yet; `pending`: released and not seen to be so yet; the last
 * three are not ours.
 */
export const ASSOCIATION_STATUSES = [
  'inLine',
  'findings',
  'waived',
  'settling',
  'pending',
  'unmanaged',
  'foreign',
  'addonOwned',
] as const satisfies readonly (AssociationStatus | ReportedFinding)[];
export type AssociationStatus = 'inLine' | 'findings' | 'waived' | 'settling' | 'pending' | ReportedFinding;

/** An association with the cluster that it is on. */
export interface ClusterAssociation {
  readonly item: AssociationItem;
  readonly cluster: ClusterItem;
}

/** `now`: epoch milliseconds; waivers end. */
export function associationStatus(row: ClusterAssociation, now: number): AssociationStatus {
  const { item } = row;
  const { desired, record } = item;
  // Of what nobody wishes for, the finding says whose it is.
  if (desired === undefined) return record?.finding ?? 'unmanaged';
  if (openKinds(item, now).length > 0) return 'findings';
  if (knownKinds(item).length > 0) return 'waived';
  if (settlingUntil(row, now) !== undefined) return 'settling';
  // That there is none is known only where somebody has looked.
  const asWished =
    desired.kind === 'absent'
      ? record === undefined && checkedAt(row) !== undefined
      : record?.observedRevision === String(desired.revision);
  return asWished ? 'inLine' : 'pending';
}

/**
 * Until when, epoch milliseconds, what is known of it may be what we wrote rather than what is there: EKS may take that
 * long to show a write (facts §1.5), and a change by others is only told from an echo after it. `undefined` where nothing
 * was written so recently, or it was seen since.
 */
export function settlingUntil(row: ClusterAssociation, now: number): number | undefined {
  const { settleMs } = DEFAULT_TIMES;
  const record = recordOf(row.item);
  const writtenAt = record?.lastWriteAt;
  if (writtenAt === undefined || !isSettling(record, { now, settleMs })) return undefined;
  return (checkedAt(row) ?? 0) > writtenAt ? undefined : writtenAt + settleMs;
}

/** What is open and not accepted, worst first. */
export function openKinds({ findings = {}, ...item }: AssociationItem, now: number): readonly FindingKind[] {
  return knownKinds({ ...item, findings }).filter((kind) => (findings[kind]?.waiver?.until ?? 0) <= now);
}

/** The mode that counts: the more cautious of the cluster's and the mapping's. */
export function effectiveMode({ item, cluster }: ClusterAssociation): Mode | undefined {
  const { desired } = item;
  if (desired === undefined || desired.kind === 'unresolvable') return undefined;
  return moreCautious(cluster.cluster.mode, desired.mode);
}

/** When what is known was last seen to be so, epoch milliseconds; `undefined` for never. */
export function checkedAt({ item, cluster }: ClusterAssociation): number | undefined {
  const verified = cluster.bucketsVerifiedAt?.[bucketOf(formatKey(item))] ?? 0;
  const latest = Math.max(verified, item.observedAt ?? 0);
  return latest === 0 ? undefined : latest;
}

function knownKinds({ findings = {} }: AssociationItem): readonly FindingKind[] {
  const rank = (kind: FindingKind) => SEVERITIES.indexOf(FINDING_SEVERITIES[kind]);
  return (Object.keys(findings) as FindingKind[])
    .filter((kind) => findings[kind]?.firstSeenAt !== undefined)
    .sort((left, right) => rank(left) - rank(right));
}
