import { type FieldPath, formatPath } from '../manifest/problem.ts';
import type { MappingDocument, MappingItem } from './mapping-item.ts';
import { isSameValue } from './same-value.ts';

/** One field in which a mapping of the registry and a manifest say something else. */
export interface MappingDifference {
  /** As in a manifest: `spec.targets[0].roleArn`. */
  readonly path: string;
  /** What the registry says, as plain data; absent where it says nothing. */
  readonly stored?: unknown;
  /** What the manifest says; absent where it says nothing. */
  readonly given?: unknown;
}

/**
 * Where a manifest differs from the newest text that the registry has of the mapping in full, field by field, targets by
 * their position. Empty when they say the same, even though a newer revision may be under way.
 */
export function mappingDifferences(
  { completed }: Pick<MappingItem, 'completed'>,
  given: MappingDocument,
): readonly MappingDifference[] {
  return differencesAt(['spec'], specOf(completed?.document), specOf(given));
}

/** What manifests have in `spec`. */
function specOf(document: MappingDocument | undefined): unknown {
  if (document === undefined) return undefined;
  const { team, mode, targets, expires, onExpiry } = document;
  return { team, mode, targets, expires, onExpiry };
}

function differencesAt(path: FieldPath, stored: unknown, given: unknown): MappingDifference[] {
  if (isSameValue(stored, given)) return [];
  const inner = innerNames(stored, given);
  if (inner === undefined) {
    const sides = { ...(stored !== undefined && { stored }), ...(given !== undefined && { given }) };
    return [{ path: formatPath(path), ...sides }];
  }
  return inner.flatMap((name) => differencesAt([...path, name], own(stored, name), own(given, name)));
}

/** The positions of two lists of objects, or the fields of two objects; of anything else it is said as a whole. */
function innerNames(left: unknown, right: unknown): readonly (string | number)[] | undefined {
  if (isListOfObjects(left) && isListOfObjects(right)) {
    return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => index);
  }
  if (!isPlainObject(left) || !isPlainObject(right)) return undefined;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])];
}

function isListOfObjects(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.every(isPlainObject);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A tag may be called `constructor`, which every object has. */
function own(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[name];
}
