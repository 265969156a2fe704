import { formatKey, formatMappingKey } from '#shared/domain/key.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import type { FindingItem } from '#shared/domain/registry/finding.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { ageText, timeText } from '../text/age-text.ts';
import { shortened } from './audit-text.ts';
import { clusterNameOf } from './cluster-names.ts';
import { type Fact, factOf, whenText } from './description.ts';
import { SEVERITY_TONES } from './finding-view.ts';
import { cellOf, type ListView } from './list-view.ts';

/** What a person asks of a finding: how it stands, what is wrong, since when, and whose doing it was. */
export function findingFacts(finding: FindingItem, now: number): readonly Fact[] {
  const { severity, key, mapping, message, roleArn, cause, firstSeenAt, lastSeenAt } = finding;
  return [
    { title: 'Status', text: statusText(finding, now) },
    { title: 'Severity', text: severity, tone: SEVERITY_TONES[severity] },
    { title: 'What', text: message },
    ...factOf('Service account', key && formatKey(key)),
    { title: 'Cluster', text: clusterNameOf(finding.clusterArn) },
    ...factOf('Mapping', mapping && formatMappingKey(mapping)),
    ...factOf('Role', roleArn),
    { title: 'Since', text: whenText(firstSeenAt, now) },
    { title: 'Last seen', text: whenText(lastSeenAt, now) },
    ...(cause ? causeFacts(cause, now) : [{ title: 'Changed by', text: 'not known: no event told' }]),
  ];
}

/** Whose doing it was. */
export function causeText({ principal, eventName, at }: Cause, now: number): string {
  const how = eventName === undefined ? '' : ` with ${eventName}`;
  return `${whoText(principal)}${how}, ${whenText(at, now)}`;
}

function causeFacts(cause: Cause, now: number): readonly Fact[] {
  return [
    { title: 'Changed by', text: causeText(cause, now) },
    ...(whoText(cause.principal) === cause.principal ? [] : factOf('Principal', cause.principal)),
    ...factOf('Event', cause.eventId),
  ];
}

function statusText({ status, waiver, endedAt }: FindingItem, now: number): string {
  if (status === 'waived' && waiver) {
    return `waived until ${whenText(waiver.until, now)} by ${whoText(waiver.by)}: ${waiver.reason}`;
  }
  return endedAt === undefined ? status : `${status} ${whenText(endedAt, now)}`;
}

/** Findings below what they are about. */
export const FINDINGS_OF_ONE: Pick<ListView<FindingItem>, 'columns'> = {
  columns: [
    { title: 'SEVERITY', cell: ({ severity }) => ({ text: severity, tone: SEVERITY_TONES[severity] }) },
    { title: 'FINDING', shrinkTo: 18, cell: ({ id }) => ({ text: id }) },
    { title: 'BY', shrinkTo: 10, cell: ({ cause }) => cellOf(cause && whoText(cause.principal)) },
    { title: 'AGE', cell: ({ firstSeenAt }, now) => ({ text: ageText(now - firstSeenAt) }) },
    { title: 'WHAT', shrinkTo: 24, cell: (finding, _, wide) => ({ text: whatText(finding, wide) }) },
  ],
};

function whatText(finding: FindingItem, wide: boolean): string {
  const { status, waiver, message } = finding;
  const accepted =
    status === 'waived' && waiver ? `waived until ${timeText(waiver.until)}: ${waiver.reason}; ` : '';
  return `${accepted}${shortened(message, finding, { wide })}`;
}
