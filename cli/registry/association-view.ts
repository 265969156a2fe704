import { formatKey } from '#shared/domain/key.ts';
import { rolesOf } from '#shared/domain/registry/association-item.ts';
import { parseRoleArn } from '#shared/domain/role.ts';
import { ageText } from '../text/age-text.ts';
import type { Tone } from '../text/style.ts';
import type { Cell } from '../text/table.ts';
import {
  type AssociationStatus,
  associationStatus,
  type ClusterAssociation,
  checkedAt,
  effectiveMode,
  openKinds,
  settlingUntil,
} from './association-status.ts';
import { cellOf, type ListColumn, type ListView, NONE } from './list-view.ts';
import { plainDocument } from './plain-document.ts';

/** Shared with the list of those that use a role. */
export const ASSOCIATION_COLUMNS: readonly ListColumn<ClusterAssociation>[] = [
  { title: 'CLUSTER', cell: ({ cluster }) => ({ text: cluster.cluster.name }) },
  { title: 'SERVICE ACCOUNT', shrinkTo: 20, cell: ({ item }) => ({ text: formatKey(item) }) },
  { title: 'STATUS', shrinkTo: 12, cell: statusCell },
  { title: 'MODE', cell: (row) => cellOf(effectiveMode(row)) },
  { title: 'REVISION', cell: ({ item }) => cellOf(item.desired?.revision.toString()) },
  { title: 'ROLE', shrinkTo: 16, cell: ({ item }) => cellOf(roleText(rolesOf(item).roleArn)) },
  {
    title: 'CHECKED',
    cell: (row, now) => {
      const at = checkedAt(row);
      return at === undefined ? NONE : { text: `${ageText(now - at)} ago` };
    },
  },
  { title: 'ASSOCIATION', wide: true, cell: ({ item }) => cellOf(item.record?.associationId) },
  { title: 'ACCOUNT', wide: true, cell: ({ cluster }) => ({ text: cluster.cluster.account }) },
  { title: 'REGION', wide: true, cell: ({ cluster }) => ({ text: cluster.cluster.region }) },
  { title: 'ROLE ARN', wide: true, shrinkTo: 20, cell: ({ item }) => cellOf(rolesOf(item).roleArn) },
  { title: 'TARGET ROLE', wide: true, shrinkTo: 20, cell: ({ item }) => cellOf(rolesOf(item).targetRoleArn) },
];

export const ASSOCIATION_VIEW: ListView<ClusterAssociation> = {
  kind: 'Association',
  plural: 'associations',
  columns: ASSOCIATION_COLUMNS,
  name: ({ cluster, item }) => `${cluster.cluster.name}/${formatKey(item)}`,
  document: ({ cluster, item }) => ({ clusterName: cluster.cluster.name, ...plainDocument(item) }),
};

export const STATUS_WORDS: Readonly<Record<AssociationStatus, string>> = {
  inLine: 'in line',
  findings: 'findings',
  waived: 'waived',
  settling: 'settling',
  pending: 'pending',
  unmanaged: "nobody's",
  foreign: "another tool's",
  addonOwned: "an add-on's",
};

export const STATUS_TONES: Readonly<Partial<Record<AssociationStatus, Tone>>> = {
  inLine: 'good',
  findings: 'delete',
  waived: 'muted',
  settling: 'update',
  pending: 'update',
};

function statusCell(row: ClusterAssociation, now: number): Cell {
  const status = associationStatus(row, now);
  return { text: statusText(row, now), tone: STATUS_TONES[status] };
}

/** `roleDrift`, `in line`, `settling, 9s left`. */
export function statusText(row: ClusterAssociation, now: number): string {
  const status = associationStatus(row, now);
  if (status === 'findings') return openKinds(row.item, now).join(', ');
  const until = status === 'settling' ? settlingUntil(row, now) : undefined;
  return until === undefined ? STATUS_WORDS[status] : `${STATUS_WORDS[status]}, ${ageText(until - now)} left`;
}

/** A role without what the cluster says already: its name. */
function roleText(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : (parseRoleArn(arn)?.roleName ?? arn);
}
