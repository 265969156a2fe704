import type { SeenFields } from '#shared/domain/record.ts';
import type { ReportedChange } from '../report/check-report.ts';

/** The fields that differ, as a report tells them. */
export function changesOf(before: SeenFields | undefined, after: SeenFields | undefined): ReportedChange[] {
  if (after === undefined) return [];
  const text = (fields: SeenFields | undefined, field: keyof SeenFields): string | null => {
    const value = fields?.[field];
    return value === undefined || value === false ? null : String(value);
  };
  const fields = ['roleArn', 'targetRoleArn', 'disableSessionTags', 'policy'] as const;
  return fields.flatMap((field) => {
    const from = text(before, field);
    const to = text(after, field);
    return from === to ? [] : [{ field, from, to }];
  });
}
