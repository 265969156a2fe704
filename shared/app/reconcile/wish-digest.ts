import { createHash } from 'node:crypto';
import type { Step } from '#shared/domain/decision.ts';
import { compareText, formatMappingKey, type MappingKey } from '#shared/domain/key.ts';
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
    fields.tags,
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
      return digestOf([step.kind, step.fields]);
    case 'update':
    case 'adopt':
      return digestOf([
        step.kind,
        step.observed.associationId,
        step.changes,
        step.tagChanges.set,
        [...step.tagChanges.remove].sort(),
      ]);
    case 'delete':
      return digestOf([step.kind, step.observed.associationId]);
  }
}

/** The revision of a wish that comes from plain manifests: a digest of its fields. */
export function fieldsRevision(fields: object, mapping: MappingKey): string {
  return digestOf([formatMappingKey(mapping), fields]).slice(0, 10);
}

function digestOf(parts: readonly unknown[]): string {
  const text = JSON.stringify(parts, (_key, value: unknown) => withKeysInOrder(value));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** In which order an object got its keys says nothing, and must not show in a digest. */
function withKeysInOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => compareText(left, right)));
}
