import { formatMappingKey, type MappingKey } from '../key.ts';
import type { Mapping } from '../mapping.ts';
import { isSameValue } from './same-value.ts';

/** A mapping as it is written down: where it was read from is not part of it. */
export type MappingDocument = Omit<Mapping, 'source'>;

/** A mapping's head: which revisions there are, and what the completed one says. */
export interface MappingItem {
  readonly type: 'mapping';
  readonly version: number;
  readonly key: MappingKey;
  /** The newest revision. */
  readonly latest: number;
  /** The revision that was rolled out to the end: what a cluster that joins gets. Absent before there is one. */
  readonly completed?: { readonly revision: number; readonly document: MappingDocument };
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One approved version of a mapping; never changed. */
export interface Revision {
  readonly type: 'revision';
  readonly key: MappingKey;
  readonly number: number;
  readonly document: MappingDocument;
  /** Who asked for it, and why. */
  readonly by: string;
  readonly why: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What a manifest becomes when it is loaded into a registry that does not know the mapping yet. */
export function firstRevision(
  mapping: Mapping,
  by: { readonly by: string; readonly why: string; readonly at: number },
): { readonly item: MappingItem; readonly revision: Revision } {
  const document = documentOf(mapping);
  const { key } = mapping;
  return {
    item: {
      type: 'mapping',
      version: 0,
      key,
      latest: 1,
      completed: { revision: 1, document },
      createdAt: by.at,
      updatedAt: by.at,
    },
    revision: { type: 'revision', key, number: 1, document, ...by },
  };
}

/** Whether a manifest says what the mapping's completed and only newest revision says already. */
export function isLoaded(item: MappingItem, mapping: Mapping): boolean {
  return (
    formatMappingKey(item.key) === formatMappingKey(mapping.key) &&
    item.completed?.revision === item.latest &&
    isSameValue(item.completed.document, documentOf(mapping))
  );
}

function documentOf(mapping: Mapping): MappingDocument {
  const { source: _, ...document } = mapping;
  return document;
}
