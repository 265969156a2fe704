import {
  type AssociationFields,
  type ObservedAssociation,
  UPDATABLE_FIELDS,
} from '#shared/domain/association.ts';
import type { Step } from '#shared/domain/decision.ts';
import type { ReportedChange } from './check-report.ts';

/** Exactly what a step changes: fields in their usual order, then tags by name. */
export function changesOf(step: Step): ReportedChange[] {
  switch (step.kind) {
    case 'create':
      return [...fieldsFrom(undefined, step.fields), ...tagsFrom({}, step.fields.tags)];
    case 'delete':
      return fieldsFrom(step.observed, undefined);
    case 'update':
    case 'adopt':
      return [
        ...UPDATABLE_FIELDS.filter((field) => step.changes[field] !== undefined).map((field) => ({
          field,
          from: textOf(step.observed[field]),
          // An empty text is how EKS is told to clear a field (facts §1.3).
          to: textOf(step.changes[field] === '' ? undefined : step.changes[field]),
        })),
        ...tagsFrom(step.observed.tags, step.tagChanges.set),
        ...step.tagChanges.remove.map((key) => ({
          field: `tags.${key}`,
          from: step.observed.tags[key] ?? null,
          to: null,
        })),
      ];
  }
}

function fieldsFrom(
  before: ObservedAssociation | undefined,
  after: AssociationFields | undefined,
): ReportedChange[] {
  return UPDATABLE_FIELDS.map((field) => ({
    field,
    from: textOf(before?.[field] || undefined),
    to: textOf(after?.[field] || undefined),
  })).filter(({ from, to }) => from !== to);
}

function tagsFrom(
  before: Readonly<Record<string, string>>,
  set: Readonly<Record<string, string>>,
): ReportedChange[] {
  return Object.keys(set)
    .sort()
    .map((key) => ({ field: `tags.${key}`, from: before[key] ?? null, to: set[key] ?? null }));
}

function textOf(value: string | boolean | undefined): string | null {
  return value === undefined ? null : String(value);
}
