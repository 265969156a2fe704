import { DRIFTS } from '#shared/domain/decision.ts';
import type { SeenFields } from '#shared/domain/record.ts';
import type { Desired } from '#shared/domain/registry/association-item.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import type { FreezeSwitch } from '#shared/domain/registry/freeze.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { shortRoles, stepText } from '../render/change-text.ts';
import { ASCII } from '../text/style.ts';
import {
  associationStatus,
  type ClusterAssociation,
  checkedAt,
  effectiveMode,
  openKinds,
  settlingUntil,
} from './association-status.ts';
import { STATUS_TONES, statusText } from './association-view.ts';
import { type Fact, factOf, whenText } from './description.ts';
import { changesOf } from './field-changes.ts';
import { causeText } from './finding-facts.ts';
import type { History } from './history.ts';

/** What is known beside the association itself. */
export interface AssociationSurroundings {
  readonly history: History;
  /** Absent where writes are not frozen. */
  readonly freeze: Pick<FreezeSwitch, 'at' | 'by' | 'reason'> | undefined;
}

/**
 * What a person asks of an association, in that order: how it stands, which role it has and which it should have, what
 * differs, who changed it, since when, and when it is tried next.
 */
export function associationFacts(
  row: ClusterAssociation,
  { history, freeze }: AssociationSurroundings,
  now: number,
): readonly Fact[] {
  const { item, cluster } = row;
  const { record } = item;
  const at = checkedAt(row);
  const { account, region } = cluster.cluster;
  return [
    { title: 'Status', text: statusText(row, now), tone: STATUS_TONES[associationStatus(row, now)] },
    { title: 'Role now', text: roleNow(row, now) },
    { title: 'Role wished', text: roleWished(row) },
    ...factOf('Differs', differenceText(row), 'update'),
    ...changedBy(row, history, now),
    ...factOf('Since', sinceText(row, now)),
    ...factOf('Next try', nextText(row, freeze, now), 'update'),
    ...factOf('Mode', modeText(row)),
    { title: 'Checked', text: at === undefined ? 'never' : whenText(at, now) },
    ...factOf('Association', record && `${record.associationId}, ${ORIGIN_WORDS[record.origin]}`),
    { title: 'Cluster', text: `${cluster.cluster.name}, account ${account}, ${region}` },
  ];
}

const ORIGIN_WORDS = {
  created: 'made by Rolecall',
  adopted: 'adopted by Rolecall',
  seen: 'not ours',
} as const;

function roleNow(row: ClusterAssociation, now: number): string {
  const { item } = row;
  const { desired, record } = item;
  if (record?.observed) return fieldsText(record.observed, row);
  if (record && desired?.kind === 'fields' && record.observedRevision === String(desired.revision)) {
    const isSeen = settlingUntil(row, now) === undefined;
    return `${fieldsText(desired.fields, row)}${isSeen ? '' : ', as we wrote it; not seen since'}`;
  }
  if (openKinds(item, now).includes('missing')) return 'none: there is no association';
  if (record) return 'not known: nobody has seen it since it was written';
  return checkedAt(row) === undefined ? 'not known: nobody has looked yet' : 'none: there is no association';
}

function roleWished(row: ClusterAssociation): string {
  const { desired } = row.item;
  return desired === undefined ? 'none: no mapping wishes for one here' : wishText(desired, row);
}

function wishText(desired: Desired, row: ClusterAssociation): string {
  const { namespace, serviceAccount } = row.item;
  const by = `revision ${desired.revision} of ${desired.clusterSet}/${namespace}/${serviceAccount}`;
  switch (desired.kind) {
    case 'fields':
      return `${fieldsText(desired.fields, row)}, by ${by}`;
    case 'absent':
      return `none: by ${by} there is to be no association`;
    case 'unresolvable':
      return `not known: ${by} cannot be made concrete here: ${desired.problem}`;
  }
}

function fieldsText({ roleArn, targetRoleArn }: SeenFields, { cluster }: ClusterAssociation): string {
  const short = (arn: string) => shortRoles(arn, { account: cluster.cluster.account, wide: false });
  return targetRoleArn === undefined
    ? short(roleArn)
    : `${short(roleArn)}, target role ${short(targetRoleArn)}`;
}

/** Tags are told by the finding: which were seen is not written down. */
function differenceText({ item: { desired, record }, cluster }: ClusterAssociation): string | undefined {
  if (desired?.kind !== 'fields' || record?.observed === undefined) return undefined;
  const changes = changesOf(desired.fields, record.observed);
  const looks = { glyphs: ASCII, account: cluster.cluster.account, wide: false };
  return stepText({ changes, decision: 'update' }, looks);
}

/** Whoever brought about what is open; else whose change was the last one that anybody heard of. */
function changedBy({ item }: ClusterAssociation, { entries }: History, now: number): readonly Fact[] {
  const open = Object.values(item.findings ?? {}).flatMap(({ firstSeenAt, cause }) =>
    firstSeenAt !== undefined && cause ? [cause] : [],
  );
  const newest = (causes: readonly Cause[]) => causes.toSorted((one, other) => other.at - one.at)[0];
  const cause = newest(open);
  if (cause) return [{ title: 'Changed by', text: causeText(cause, now) }];
  const before = newest(entries.flatMap((entry) => entry.cause ?? []));
  return before ? [{ title: 'Last changed by', text: causeText(before, now) }] : [];
}

/** Since when something is open, or is accepted. */
function sinceText({ item: { findings = {} } }: ClusterAssociation, now: number): string | undefined {
  const times = Object.values(findings).flatMap(({ firstSeenAt }) => firstSeenAt ?? []);
  return times.length === 0 ? undefined : whenText(Math.min(...times), now);
}

function nextText(
  row: ClusterAssociation,
  freeze: AssociationSurroundings['freeze'],
  now: number,
): string | undefined {
  const { backOffUntil, disturbances = [] } = row.item;
  const settling = settlingUntil(row, now);
  const waits = backOffUntil !== undefined && backOffUntil > Math.max(now, settling ?? 0);
  if (settling !== undefined && !waits) {
    return `${whenText(settling, now)}: until then a look may still show what was before our write`;
  }
  const status = associationStatus(row, now);
  const drifted = openKinds(row.item, now).some((kind) => DRIFTS.some((drift) => drift === kind));
  const isOwed = drifted || status === 'pending';
  const mode = effectiveMode(row);
  if (isOwed && mode !== undefined && mode !== 'enforce') return `none: in mode ${mode} nothing is written`;
  if (isOwed && freeze) {
    return `none while writes are frozen: since ${whenText(freeze.at, now)} by ${whoText(freeze.by)}: ${freeze.reason}`;
  }
  if (!waits) return undefined;
  const times = disturbances.length;
  return `not before ${whenText(backOffUntil, now)}: it was undone ${times === 1 ? 'once' : `${times} times`} within an hour`;
}

/** The mode that counts, and whose it is where the other one would do more. */
function modeText(row: ClusterAssociation): string | undefined {
  const mode = effectiveMode(row);
  const { desired } = row.item;
  if (mode === undefined || desired === undefined || desired.kind === 'unresolvable') return undefined;
  const ofCluster = row.cluster.cluster.mode;
  if (ofCluster === desired.mode) return mode;
  return mode === ofCluster
    ? `${mode}, of the cluster; the mapping says ${desired.mode}`
    : `${mode}, of the mapping; the cluster is in ${ofCluster}`;
}
