import { BRAKE_WINDOW_MS, type BrakeUse } from '../brake.ts';
import type { ServiceAccountKey } from '../key.ts';

/** One delete or overwrite that nobody approved by itself. */
export interface BrakeEntry extends ServiceAccountKey {
  readonly clusterArn: string;
  readonly kind: string;
  /** The idempotency token of the write: the same attempt is counted once. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Somebody looked, and let the brake go: what was used until then no longer counts. */
export interface BrakeRelease {
  readonly type: 'brakeRelease';
  readonly version: number;
  /** A cluster's ARN, or `fleet`. */
  readonly scope: string;
  readonly reason: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export const FLEET = 'fleet';

/** What counts of the entries within the window before `now`, given the releases. */
export function countBrakeUse(
  entries: readonly BrakeEntry[],
  releases: readonly BrakeRelease[],
  clusterArn: string,
  now: number,
): BrakeUse {
  const releasedAt = (scope: string): number =>
    releases.find((release) => release.scope === scope)?.at ?? Number.NEGATIVE_INFINITY;
  const ofCluster = releasedAt(clusterArn);
  const ofFleet = releasedAt(FLEET);
  const counts = entries.filter(({ at }) => now - at < BRAKE_WINDOW_MS);
  return {
    cluster: counts.filter((entry) => entry.clusterArn === clusterArn && entry.at > ofCluster).length,
    fleet: counts.filter(({ at }) => at > ofFleet).length,
  };
}
