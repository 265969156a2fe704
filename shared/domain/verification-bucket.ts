import type { KeyText } from './key.ts';

/** One bucket an hour of the day, so that a membership sweep verifies every key once a day without a stampede. */
export const BUCKETS = 24;
const HOUR_MS = 3_600_000;
const DAY_MS = BUCKETS * HOUR_MS;

/** The bucket of a key: FNV-1a over its text, stable for ever. */
export function bucketOf(key: KeyText): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash ^= key.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % BUCKETS;
}

/**
 * The buckets to verify now. Bucket b belongs to hour b of the day (UTC) and is due from that hour until it was
 * verified. A full verification at any hour thus puts each bucket off to its own next hour, not all to the same one,
 * and hours without a sweep are caught up by the next.
 *
 * @param verifiedAt epoch milliseconds per bucket, 0 for never
 */
export function dueBuckets(verifiedAt: readonly number[], now: number): ReadonlySet<number> {
  const due = new Set<number>();
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    if ((verifiedAt[bucket] ?? 0) < latestSlot(bucket, now)) due.add(bucket);
  }
  return due;
}

/** The last start of hour `bucket` that is not after now. */
function latestSlot(bucket: number, now: number): number {
  const slot = Math.floor(now / DAY_MS) * DAY_MS + bucket * HOUR_MS;
  return slot <= now ? slot : slot - DAY_MS;
}
