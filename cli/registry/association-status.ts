import type { ReportedFinding } from '#shared/domain/decision.ts';
import { formatKey } from '#shared/domain/key.ts';
import { type Mode, moreCautious } from '#shared/domain/mode.ts';
import type { AssociationItem } from '#shared/domain/registry/association-item.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { FINDING_SEVERITIES, type FindingKind, SEVERITIES } from '#shared/domain/registry/finding.ts';
import { bucketOf } from '#shared/domain/verification-bucket.ts';

/**
 * How an association stands, as far as the registry knows. `inLine`: it was seen to be as the released revision asks;
 * `findings`: something about it is open; `waived`: only what somebody accepted; `pending`: released and not seen to be
 * so yet; the last three are not ours.
 */
export const ASSOCIATION_STATUSES = [
  'inLine',
  'findings',
  'waived',
  'pending',
  'unmanaged',
  'foreign',
  'addonOwned',
] as const satisfies readonly (AssociationStatus | ReportedFinding)[];
export type AssociationStatus = 'inLine' | 'findings' | 'waived' | 'pending' | ReportedFinding;

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
  // That there is none is known only where somebody has looked.
  const asWished =
    desired.kind === 'absent'
      ? record === undefined && checkedAt(row) !== undefined
      : record?.observedRevision === String(desired.revision);
  return asWished ? 'inLine' : 'pending';
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
