import type { Cluster } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import type { Wishes } from '#shared/domain/wish.ts';

/** What a cluster should have, as far as it was released to it. */
export interface DesiredState {
  /**
   * All wishes for the cluster. Fails with `AppError` rather than answer with a part: a wish that could not be read
   * must not look like a wish that was withdrawn. With `keys`, at least the wishes for these are in the answer.
   */
  wishes(cluster: Cluster, keys?: readonly ServiceAccountKey[]): Promise<Wishes>;
}
