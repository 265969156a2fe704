import { createHash } from 'node:crypto';
import type { Step } from '#shared/domain/decision.ts';
import { formatMappingKey, type MappingKey } from '#shared/domain/key.ts';
import type { Wish } from '#shared/domain/wish.ts';

/**
 * A digest of everything that a wish wants of an association. Equal digests mean equal wishes; the session policy
 * counts as text, so that a policy rewritten with the same meaning costs one describe and nothing else.
 */
export function wishDigest(wish: Wish & { kind: 'fields' }, installation: string): string {
  const { fields } = wish;
  return digestOf([
    fields.roleArn,
    fields.targetRoleArn ?? null,
    fields.disableSessionTags,
    fields.policy ?? null,
    sortedEntries(fields.tags),
    formatMappingKey(wish.mapping),
    installation,
  ]);
}

/**
 * A digest of exactly what a step would do, the association's id included. An approval names steps by it: a step
 * with another digest is another step, and was not approved.
 */
export function stepDigest(step: Step): string {
  switch (step.kind) {
    case 'create':
      return digestOf([step.kind, step.fields, sortedEntries(step.fields.tags)]);
    case 'update':
    case 'adopt':
      return digestOf([
        step.kind,
        step.observed.associationId,
        sortedEntries(step.changes),
        sortedEntries(step.tagChanges.set),
        step.tagChanges.remove,
      ]);
    case 'delete':
      return digestOf([step.kind, step.observed.associationId]);
  }
}

/** The revision of a wish that comes from plain manifests: a digest of its fields. */
export function fieldsRevision(fields: object, mapping: MappingKey): string {
  return digestOf([formatMappingKey(mapping), sortedEntries(fields)]).slice(0, 10);
}

function sortedEntries(object: object): [string, unknown][] {
  return Object.entries(object).sort(([left], [right]) => (left < right ? -1 : 1));
}

function digestOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
