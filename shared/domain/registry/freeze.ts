import { shardOf } from './fingerprint.ts';

/**
 * The switch that stops every write. There are several copies, thrown together in one transaction, because every
 * write checks one inside its own transaction: with a single copy the writes of the whole fleet would contend for it.
 */
export interface FreezeSwitch {
  readonly type: 'freeze';
  readonly version: number;
  readonly shard: number;
  readonly frozen: boolean;
  readonly reason: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export const FREEZE_SHARDS = 16;

/** The copy that a cluster's writes check. */
export function freezeShard(clusterArn: string): number {
  return shardOf(clusterArn, FREEZE_SHARDS);
}
