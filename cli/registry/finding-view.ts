import type { FindingItem, FindingStatus, Severity } from '#shared/domain/registry/finding.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { ageText, timeText } from '../text/age-text.ts';
import type { Tone } from '../text/style.ts';
import { clusterNameOf, parseClusterArn } from './cluster-names.ts';
import { cellOf, type ListView } from './list-view.ts';
import { plainDocument } from './plain-document.ts';

export const FINDING_VIEW: ListView<FindingItem> = {
  kind: 'Finding',
  plural: 'such findings',
  columns: [
    { title: 'SEVERITY', cell: ({ severity }) => ({ text: severity, tone: SEVERITY_TONES[severity] }) },
    { title: 'CLUSTER', cell: ({ clusterArn }) => ({ text: clusterNameOf(clusterArn) }) },
    { title: 'FINDING', shrinkTo: 24, cell: ({ id }) => ({ text: id }) },
    { title: 'STATUS', cell: ({ status }) => ({ text: status, tone: STATUS_TONES[status] }) },
    { title: 'BY', shrinkTo: 12, cell: ({ cause }) => cellOf(cause && whoText(cause.principal)) },
    { title: 'AGE', cell: ({ firstSeenAt }, now) => ({ text: ageText(now - firstSeenAt) }) },
    { title: 'UNTIL', wide: true, cell: (finding) => cellOf(untilText(finding)) },
    { title: 'ACCOUNT', wide: true, cell: ({ clusterArn }) => cellOf(parseClusterArn(clusterArn)?.account) },
    { title: 'REGION', wide: true, cell: ({ clusterArn }) => cellOf(parseClusterArn(clusterArn)?.region) },
    { title: 'MESSAGE', wide: true, shrinkTo: 30, cell: ({ message }) => ({ text: message }) },
  ],
  name: findingName,
  document: (finding) => ({ clusterName: clusterNameOf(finding.clusterArn), ...plainDocument(finding) }),
};

/** `prod-1/roleDrift/payments/api`. */
export function findingName({ clusterArn, id }: Pick<FindingItem, 'clusterArn' | 'id'>): string {
  return `${clusterNameOf(clusterArn)}/${id}`;
}

export const SEVERITY_TONES: Readonly<Record<Severity, Tone | undefined>> = {
  critical: 'delete',
  high: 'delete',
  medium: 'update',
  low: undefined,
  info: 'muted',
};

const STATUS_TONES: Readonly<Record<FindingStatus, Tone | undefined>> = {
  open: 'strong',
  waived: 'muted',
  repaired: 'good',
  resolved: 'good',
};

/** When it ended, or when its waiver will. */
function untilText({ status, endedAt, waiver }: FindingItem): string | undefined {
  if (status === 'waived' && waiver) return timeText(waiver.until);
  return endedAt === undefined ? undefined : timeText(endedAt);
}
