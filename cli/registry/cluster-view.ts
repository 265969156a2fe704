import { compareText } from '#shared/domain/key.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { ageText } from '../text/age-text.ts';
import type { Cell } from '../text/table.ts';
import { cellOf, type ListView, NONE } from './list-view.ts';
import { plainDocument } from './plain-document.ts';

export const CLUSTER_VIEW: ListView<ClusterItem> = {
  kind: 'Cluster',
  plural: 'clusters',
  columns: [
    { title: 'NAME', cell: ({ cluster }) => ({ text: cluster.name }) },
    { title: 'ACCOUNT', cell: ({ cluster }) => ({ text: cluster.account }) },
    { title: 'REGION', cell: ({ cluster }) => ({ text: cluster.region }) },
    { title: 'MODE', cell: ({ cluster }) => ({ text: cluster.mode }) },
    {
      title: 'STATUS',
      cell: ({ enrolment }) => ({ text: enrolment.state, tone: CLUSTER_TONES[enrolment.state] }),
    },
    { title: 'AGENT', cell: ({ agent }) => cellOf(agent && AGENT_WORDS[agent.kind]) },
    { title: 'READ', cell: readCell },
    { title: 'ASSOCIATIONS', cell: ({ associations }) => cellOf(associations?.toString()) },
    { title: 'AGE', cell: ({ enrolment }, now) => ({ text: ageText(now - enrolment.at) }) },
    { title: 'SET', wide: true, cell: ({ cluster }) => ({ text: cluster.clusterSet }) },
    { title: 'KUBERNETES', wide: true, cell: ({ cluster }) => cellOf(cluster.version) },
    { title: 'EKS STATUS', wide: true, cell: ({ cluster }) => ({ text: cluster.status }) },
    { title: 'LABELS', wide: true, shrinkTo: 20, cell: ({ cluster }) => cellOf(labelsText(cluster.labels)) },
    { title: 'ARN', wide: true, shrinkTo: 20, cell: ({ cluster }) => ({ text: cluster.arn }) },
  ],
  name: ({ cluster }) => cluster.name,
  document: plainDocument,
};

export const CLUSTER_TONES = { enrolling: 'update', enrolled: 'good', retired: 'muted' } as const;

export const AGENT_WORDS = {
  ready: 'ready',
  builtIn: 'built in',
  degraded: 'degraded',
  noAddon: 'no add-on',
  unknown: 'unknown',
} as const;

/** `env=prod,team=core`, by name. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** When the cluster was last read for certain, epoch milliseconds; `undefined` for never. */
export function lastReadAt({ access, bucketsVerifiedAt = [] }: ClusterItem): number | undefined {
  const latest = Math.max(0, access?.kind === 'ok' ? access.at : 0, ...bucketsVerifiedAt);
  return latest === 0 ? undefined : latest;
}

/** What could not be read must not look as if it were known. */
function readCell(item: ClusterItem, now: number): Cell {
  const { access } = item;
  const at = lastReadAt(item);
  if (access?.kind === 'failed' && access.at >= (at ?? 0)) {
    return { text: `failed ${ageText(now - access.at)} ago`, tone: 'delete' };
  }
  return at === undefined ? NONE : { text: `${ageText(now - at)} ago` };
}
