import { BRAKE_WINDOW_MS, type BrakeUse } from '../brake.ts';

/** How many deletes and overwrites that nobody approved one by one a cluster had within one minute. */
export interface BrakeSlot {
  readonly clusterArn: string;
  /** When the minute began, epoch milliseconds; later when the brake was released within it. */
  readonly from: number;
  readonly count: number;
}

/** Somebody looked, and let the brake go: what was used until then no longer counts. */
export interface BrakeRelease {
  readonly type: 'brakeRelease';
  readonly version: number;
  /** A cluster's ARN, or `fleet`. */
  readonly scope: string;
  readonly reason: string;
  readonly by: string;
  /** Uses up to this time no longer count, epoch milliseconds: see `releaseTime`. */
  readonly at: number;
}

export const FLEET = 'fleet';

/** What was used of the allowance, and what it takes to use more of it. */
export interface BrakeReading extends BrakeUse {
  /** How much the fleet ever used: by it, two clusters cannot both have the last place. */
  readonly total: number;
  /** When the brake was last let go for the cluster or the fleet, epoch milliseconds; 0 for never. */
  readonly releasedAt: number;
  /** When the fleet's brake was, whatever was let go for the cluster alone. */
  readonly fleetReleasedAt: number;
  /** When the latest uses were, of the cluster and of the fleet, epoch milliseconds; 0 for none. */
  readonly latest: BrakeUse;
}

/** One more use of the allowance, to be written with the write that it is for. */
export interface BrakeEntry {
  readonly clusterArn: string;
  /** Of the slot. */
  readonly from: number;
  /** Only while the fleet's uses ever are below this. Left out when the fleet has no cap. */
  readonly totalBelow?: number;
}

const MINUTE_MS = 60_000;

/** What counts within the window before `now`. A use counts for a day and at most a minute more. */
export function readBrake(
  ledger: {
    readonly slots: readonly BrakeSlot[];
    readonly releases: readonly BrakeRelease[];
    readonly total: number;
  },
  clusterArn: string,
  now: number,
): BrakeReading {
  const released = (scope: string): number =>
    ledger.releases.find((release) => release.scope === scope)?.at ?? 0;
  const ofCluster = released(clusterArn);
  const ofFleet = released(FLEET);
  const counting = ledger.slots.filter(({ from }) => now - from < BRAKE_WINDOW_MS + MINUTE_MS);
  const cluster = counting.filter((slot) => slot.clusterArn === clusterArn && slot.from > ofCluster);
  return {
    cluster: sum(cluster),
    fleet: sum(counting.filter(({ from }) => from > ofFleet)),
    total: ledger.total,
    releasedAt: Math.max(ofCluster, ofFleet),
    fleetReleasedAt: ofFleet,
    latest: {
      cluster: latestOf(counting.filter((slot) => slot.clusterArn === clusterArn)),
      fleet: latestOf(counting),
    },
  };
}

/**
 * The time to write into a release of a scope. Uses bear the time of the functions, and a release that of whoever asks,
 * whose clock may be behind: not before the latest use, or what was held would be held again.
 */
export function releaseTime({ latest }: BrakeReading, scope: string, now: number): number {
  return Math.max(now, scope === FLEET ? latest.fleet : latest.cluster);
}

/**
 * Whose brake it is that holds steps of a cluster: its own, by its ARN, or the fleet's. The fleet's last place may have gone
 * to another cluster after the reading, so that whatever a cluster's own cap does not explain is the fleet's doing.
 */
export function brakeScope(reading: BrakeReading | undefined, caps: BrakeUse, clusterArn: string): string {
  const ownIsFull = reading !== undefined && reading.cluster >= caps.cluster;
  return ownIsFull && reading.fleet < caps.fleet ? clusterArn : FLEET;
}

/** The oldest slot that may count at `now` does not begin before this. */
export function brakeWindowStart(now: number): number {
  return now - BRAKE_WINDOW_MS - MINUTE_MS;
}

/** A use of the allowance at `at`, within the fleet's cap as far as it was read. */
export function brakeEntry(
  clusterArn: string,
  at: number,
  reading: BrakeReading,
  fleetCap: number | undefined,
): BrakeEntry {
  const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const from = Math.max(minute, reading.releasedAt + 1);
  if (fleetCap === undefined || !Number.isFinite(fleetCap)) return { clusterArn, from };
  // What no longer counts has freed its places: the same number of uses ever is more uses allowed.
  return { clusterArn, from, totalBelow: reading.total - reading.fleet + fleetCap };
}

function latestOf(slots: readonly BrakeSlot[]): number {
  return Math.max(0, ...slots.map(({ from }) => from));
}

function sum(slots: readonly BrakeSlot[]): number {
  return slots.reduce((all, { count }) => all + count, 0);
}
