import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { durationText, timeText } from '../text/age-text.ts';
import { aboutText, doerText, whatText } from './audit-text.ts';
import { cellOf, type ListView, NONE } from './list-view.ts';
import { plainDocument } from './plain-document.ts';

export const AUDIT_VIEW: ListView<WrittenAuditEntry> = {
  kind: 'AuditEntry',
  plural: 'audit entries',
  columns: [
    { title: 'TIME', cell: ({ at }) => ({ text: timeText(at) }) },
    { title: 'ABOUT', shrinkTo: 14, cell: (entry) => ({ text: aboutText(entry) }) },
    { title: 'CAUSED BY', shrinkTo: 10, cell: (entry) => ({ text: doerText(entry) }) },
    { title: 'WHAT', shrinkTo: 24, cell: (entry, _, wide) => ({ text: whatText(entry, { wide }) }) },
    { title: 'DONE BY', wide: true, shrinkTo: 10, cell: ({ by }) => ({ text: whoText(by) }) },
    {
      title: 'AFTER',
      wide: true,
      cell: ({ cause, at }) => (cause ? { text: durationText(at - cause.at) } : NONE),
    },
    { title: 'EVENT', wide: true, shrinkTo: 18, cell: ({ cause }) => cellOf(cause?.eventId) },
    { title: 'ID', wide: true, shrinkTo: 18, cell: ({ id }) => ({ text: id }) },
  ],
  name: ({ id }) => id,
  document: plainDocument,
};
