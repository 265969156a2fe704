import type { BrakeUse } from '#shared/domain/brake.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { Drift } from '#shared/domain/decision.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import type { AssociationRecord, ClusterMemory } from '#shared/domain/record.ts';

/** What is about to be written, noted down before it is. */
export interface WriteIntent {
  readonly kind: 'create' | 'update' | 'adopt' | 'delete';
  /** The idempotency token of the attempt. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What it is to put right. */
  readonly drift: readonly Drift[];
  /** Whether it counts against the brake. */
  readonly braked: boolean;
  /**
   * The caps that a braked write must stay within, asked again at the last moment: other clusters of the fleet may
   * have used the allowance since the plan was made.
   */
  readonly caps?: BrakeUse;
}

/**
 * Whether a write may go ahead. `frozen`: somebody stopped all writes, or it cannot be told whether somebody did.
 * `superseded`: the key's desired state or record moved since it was loaded. `braked`: a cap is reached.
 */
export type WriteLeave = 'go' | 'frozen' | 'superseded' | 'braked';

/** What was learnt about one key; `undefined` as record means that there is nothing to remember any more. */
export interface RecordChange extends ServiceAccountKey {
  readonly record: AssociationRecord | undefined;
}

/** What one look, or one write, taught about a cluster. */
export interface Learnt {
  /** Another creation time than the remembered one forgets everything: it is another cluster. */
  readonly clusterCreatedAt: number;
  readonly changes: readonly RecordChange[];
  /** New times of the buckets that were described in full, epoch milliseconds by bucket. */
  readonly bucketsVerifiedAt?: Readonly<Record<number, number>>;
}

/**
 * Remembers what was seen and done, per cluster. In the hub this is the registry; the CLI has a file, or nothing
 * that outlives the process.
 */
export interface Memory {
  /**
   * Whether it outlives the process. One that does not cannot answer for earlier looks, and a `membership` check
   * leaves unknown what it has no record of, instead of describing everything.
   */
  readonly lasting: boolean;

  /**
   * Whether its records are also read as the status of the keys (the registry's are): then they say which revision was
   * met, and what was seen where that is something else.
   */
  readonly keepsStatus?: boolean;

  /**
   * `undefined` when nothing was ever remembered of this cluster, which is first contact. With `keys`, at least the
   * records of these are in the answer.
   */
  load(cluster: ClusterRef, keys?: readonly ServiceAccountKey[]): Promise<ClusterMemory | undefined>;

  /**
   * Asks leave for one write, and notes the intent. Answers `frozen` when somebody stopped all writes, or when it
   * cannot be told whether somebody did; `superseded` when the key's desired state or record moved since it was loaded.
   */
  beginWrite(cluster: ClusterRef, key: ServiceAccountKey, intent: WriteIntent): Promise<WriteLeave>;

  /**
   * Whether a write with this token was given leave before, and nobody has noted how it ended: to take it up again is
   * the same write, and counts against the brake no second time. Of the key as it was last loaded.
   */
  hasBegun?(key: ServiceAccountKey, token: string): boolean;

  /** Writes what was learnt. Idempotent; writes nothing when nothing changed. */
  save(cluster: ClusterRef, learnt: Learnt): Promise<void>;

  /** Deletes and overwrites within the brake's window before `now` that nobody approved one by one. */
  brakeUse(cluster: ClusterRef, now: number): Promise<BrakeUse>;
}
