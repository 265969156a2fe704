import type { Mode } from '#shared/domain/mode.ts';
import type { AuditEntry } from '#shared/domain/registry/audit-entry.ts';
import type { BrakeEntry } from '#shared/domain/registry/brake-ledger.ts';
import type { FindingEnd, FindingItem } from '#shared/domain/registry/finding.ts';
import type { Incarnation } from '#shared/domain/registry/incarnation.ts';
import type { ItemOf, ItemRef, VersionedItem } from '#shared/domain/registry/item-ref.ts';
import type { Revision } from '#shared/domain/registry/mapping-item.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import type { SeenEvent } from '#shared/domain/registry/seen-event.ts';
import type { CallOptions } from '../pod-identity.ts';

/**
 * Everything that one decision writes. It happens as a whole or not at all; doing the same commit again (same `id`)
 * after its answer was lost does nothing more.
 */
export interface RegistryCommit {
  /** Unique, at most 36 characters: names the commit, so that it happens once. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Each on the condition that the registry still has the version that it says it was read at; 0: none at all. */
  readonly put?: readonly VersionedItem[];
  /** On the same condition. */
  readonly remove?: readonly VersionedItem[];
  /** On the condition that there is none of that number yet: a revision is never changed. */
  readonly revisions?: readonly Revision[];
  /** Without a condition: guarded by the version of the item in `put` that they belong to. */
  readonly findings?: readonly FindingItem[];
  readonly ends?: readonly FindingEnd[];
  readonly seen?: readonly SeenEvent[];
  readonly audit?: readonly AuditEntry[];
  /** Counted, unless the fleet has used its allowance meanwhile: then the answer is `braked`. */
  readonly brake?: BrakeEntry | undefined;
  /** Goes out as one row. */
  readonly outbox?: readonly OutboxEntry[];
  /** Only while writes are not frozen; checked on the copy of the switch that this cluster's writes look at. */
  readonly unlessFrozen?: { readonly clusterArn: string };
  /** Only while this life of the cluster is looked after, in this mode; else the answer is `conflict`. */
  readonly whileMode?: Incarnation & { readonly mode: Mode };
}

/** The most actions that one commit may have; the outbox row, the checks of the switch and of the cluster's mode, and
 * the brake's total count as one each. */
export const MAX_COMMIT_ACTIONS = 100;

export type CommitAnswer =
  | 'done'
  /** Something was changed since it was read: read again, decide again. Nothing was written. */
  | 'conflict'
  /** Somebody stopped all writes, or it cannot be told whether somebody did. Nothing was written. */
  | 'frozen'
  /** The last of the brake's allowance was used since it was read. Nothing was written. */
  | 'braked';

/** An item for each reference, at the same place. */
export type ItemsOf<Refs extends readonly ItemRef[]> = {
  readonly [Index in keyof Refs]: ItemOf<Refs[Index]> | undefined;
};

/**
 * Reads and writes items by name. Reads are consistent: they show every commit that was answered before they began.
 *
 * Fails with `AppError`: `registry.unreadable` for an item that this version does not understand, and the codes of
 * AWS. A failed commit may have happened.
 */
export interface RegistryItems {
  /** The items in the order of their names; `undefined` where there is none. Never a part of the answer. */
  get<const Refs extends readonly ItemRef[]>(refs: Refs, options?: CallOptions): Promise<ItemsOf<Refs>>;

  commit(commit: RegistryCommit, options?: CallOptions): Promise<CommitAnswer>;
}
