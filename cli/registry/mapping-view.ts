import { formatMappingKey } from '#shared/domain/key.ts';
import type { MappingItem } from '#shared/domain/registry/mapping-item.ts';
import { ageText } from '../text/age-text.ts';
import { cellOf, type ListView, NONE } from './list-view.ts';
import { plainDocument } from './plain-document.ts';

export const MAPPING_VIEW: ListView<MappingItem> = {
  kind: 'Mapping',
  plural: 'mappings',
  columns: [
    { title: 'NAME', shrinkTo: 24, cell: ({ key }) => ({ text: formatMappingKey(key) }) },
    { title: 'TEAM', cell: ({ completed }) => cellOf(completed?.document.team) },
    { title: 'MODE', cell: ({ completed }) => cellOf(completed?.document.mode) },
    { title: 'REVISION', cell: (item) => ({ text: revisionText(item) }) },
    { title: 'TARGETS', cell: ({ completed }) => cellOf(completed?.document.targets.length.toString()) },
    { title: 'EXPIRES', cell: ({ completed }) => cellOf(completed?.document.expires) },
    { title: 'AGE', cell: ({ createdAt }, now) => ({ text: ageText(now - createdAt) }) },
    {
      title: 'CHANGED',
      wide: true,
      cell: ({ updatedAt, createdAt }, now) =>
        updatedAt === createdAt ? NONE : { text: `${ageText(now - updatedAt)} ago` },
    },
    { title: 'ROLES', wide: true, shrinkTo: 30, cell: ({ completed }) => cellOf(rolesText(completed)) },
  ],
  name: ({ key }) => formatMappingKey(key),
  document: plainDocument,
};

/** The completed revision, and the newest one where that is another. */
export function revisionText({ completed, latest }: MappingItem): string {
  if (completed?.revision === latest) return String(latest);
  return `${completed?.revision ?? 'none'}, newest ${latest}`;
}

function rolesText(completed: MappingItem['completed']): string | undefined {
  return completed && [...new Set(completed.document.targets.map(({ roleArn }) => roleArn))].join(' ');
}
