import { formatKey, formatMappingKey } from '#shared/domain/key.ts';
import type { AuditAction, WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { durationText, timeText } from '../text/age-text.ts';
import { clusterNameOf } from './cluster-names.ts';
import { cellOf, type ListView } from './list-view.ts';
import { plainDocument } from './plain-document.ts';

export const AUDIT_VIEW: ListView<WrittenAuditEntry> = {
  kind: 'AuditEntry',
  plural: 'audit entries',
  columns: [
    { title: 'TIME', cell: ({ at }) => ({ text: timeText(at) }) },
    { title: 'ABOUT', shrinkTo: 16, cell: (entry) => cellOf(aboutText(entry)) },
    { title: 'WHAT', shrinkTo: 20, cell: (entry) => ({ text: whatText(entry) }) },
    { title: 'BY', shrinkTo: 12, cell: ({ by }) => ({ text: whoText(by) }) },
    { title: 'CAUSED BY', shrinkTo: 12, cell: (entry) => cellOf(causeText(entry)) },
    { title: 'WHY', shrinkTo: 20, cell: ({ why }) => cellOf(why) },
    { title: 'ID', wide: true, cell: ({ id }) => ({ text: id }) },
  ],
  name: ({ id }) => id,
  document: plainDocument,
};

const ACTION_WORDS: Readonly<Record<AuditAction, string>> = {
  mappingLoaded: 'mapping loaded',
  revisionReleased: 'revision released',
  clusterEnrolled: 'cluster enrolled',
  clusterRetired: 'cluster retired',
  enrolmentRequested: 'enrolment asked for',
  clusterModeChanged: 'mode changed',
  reconcileRequested: 'look asked for',
  enrolmentRuleLoaded: 'enrolment rule loaded',
  enrolmentRuleRemoved: 'enrolment rule removed',
  associationWritten: 'association written',
  associationWriteFailed: 'write FAILED',
  findingOpened: 'found',
  findingEnded: 'over',
  findingWaived: 'finding waived',
  writesFrozen: 'ALL WRITES FROZEN',
  writesUnfrozen: 'writes go on',
  brakeReleased: 'brake released',
  eventIgnored: 'event ignored',
};

/** What was done, with the step and what of the record tells more: `association written: update (roleDrift)`. */
export function whatText({ action, step, drift = [], revision, detail }: WrittenAuditEntry): string {
  const adopted = action === 'associationWritten' && step === 'adopt';
  const repaired = action === 'associationWritten' && drift.length > 0;
  const words = adopted ? 'adopted' : repaired ? 'repaired' : ACTION_WORDS[action];
  const parts = [
    step === undefined || adopted ? '' : `: ${step}`,
    drift.length === 0 ? '' : ` (${drift.join(', ')})`,
    revision === undefined || step !== undefined ? '' : ` ${revision}`,
    detail === undefined ? '' : `: ${detail}`,
  ];
  return words + parts.join('');
}

/** `prod-1 payments/api`. */
function aboutText({ clusterArn, key, mapping }: WrittenAuditEntry): string {
  const subject = key ? formatKey(key) : mapping ? formatMappingKey(mapping) : '';
  return [clusterArn === undefined ? '' : clusterNameOf(clusterArn), subject].filter(Boolean).join(' ');
}

function causeText({ cause, at }: WrittenAuditEntry): string | undefined {
  return cause && `${whoText(cause.principal)}, ${durationText(at - cause.at)} before`;
}
