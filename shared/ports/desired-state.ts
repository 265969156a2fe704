import type { Cluster } from '#shared/domain/cluster.ts';
import type { Wishes } from '#shared/domain/wish.ts';

/** What a cluster should have, as far as it was released to it. */
export interface DesiredState {
  /**
   * All wishes for the cluster. Fails with `AppError` rather than answer with a part: a wish that could not be read
   * must not look like a wish that was withdrawn.
   */
  wishes(cluster: Cluster): Promise<Wishes>;
}
