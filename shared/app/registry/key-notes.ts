import { formatKey, type KeyText, type ServiceAccountKey } from '#shared/domain/key.ts';
import { isSameRecord } from '#shared/domain/learn.ts';
import type { AssociationRecord } from '#shared/domain/record.ts';
import { type AssociationItem, recorded, recordOf } from '#shared/domain/registry/association-item.ts';

/** What a session knows of one key and has not written yet. */
export interface KeyNote {
  /** As it was before the look that is under way. */
  readonly before: AssociationItem;
  /** As the registry has it, to our knowledge. */
  readonly item: AssociationItem;
  /** What was learnt since. */
  readonly learnt?: { readonly record: AssociationRecord | undefined };
  /** When the look began from which it was learnt, epoch milliseconds. */
  readonly lookedAt: number;
  /** The token of our own write that nobody has concluded yet. */
  readonly token?: string;
}

/** The item with what was learnt. */
export function withLearnt({ item, learnt, lookedAt }: KeyNote): AssociationItem {
  return learnt ? recorded(item, learnt.record, lookedAt) : item;
}

/** What is remembered of the key, whether it was written down yet or not. */
export function recordIn({ item, learnt }: KeyNote): AssociationRecord | undefined {
  return learnt ? learnt.record : recordOf(item);
}

/** The notes of a session, by key. */
export class KeyNotes {
  readonly #notes = new Map<KeyText, KeyNote>();

  get(key: ServiceAccountKey): KeyNote | undefined {
    return this.#notes.get(formatKey(key));
  }

  set(note: KeyNote): void {
    this.#notes.set(formatKey(note.item), note);
  }

  /** Those with something learnt. */
  learnt(): readonly KeyNote[] {
    return [...this.#notes.values()].filter(({ learnt }) => learnt !== undefined);
  }

  /** Takes in an item that was just read, when a look at it begins. */
  read(item: AssociationItem, lookedAt: number): KeyNote {
    const note = this.get(item);
    const fresh: KeyNote =
      note && keepsLearnt(note, item)
        ? { ...note, item, lookedAt }
        : { before: note?.token ? note.before : item, item, lookedAt };
    this.set(fresh);
    return fresh;
  }
}

/**
 * Whether what was learnt still counts, now that the item was read anew: it does when we hold the write that is under
 * way and nobody has noted its end for us, and when nobody else has learnt anything since. Else the other knows better.
 */
export function keepsLearnt(note: KeyNote, read: AssociationItem): boolean {
  if (note.token !== undefined) return read.intent?.token === note.token && !read.intent.ended;
  return note.learnt !== undefined && isSameRecord(read.record, note.item.record);
}
