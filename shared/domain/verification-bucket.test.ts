import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKETS, bucketOf, dueBuckets } from './verification-bucket.ts';

const HOUR = 3_600_000;
/** 2026-11-20T10:30:00Z */
const HALF_PAST_TEN = Date.UTC(2026, 10, 20, 10, 30);
const never = new Array<number>(BUCKETS).fill(0);

describe('bucketOf', () => {
  it.each([
    // FNV-1a worked out elsewhere (0x20cc41d9, 0xc92d1b31, 0x3a8e75c1), so that a changed hash is noticed.
    { key: 'payments/api' as const, bucket: 17 },
    { key: 'search/indexer' as const, bucket: 1 },
    { key: 'a/b' as const, bucket: 9 },
  ])('is $bucket for $key', ({ key, bucket }) => {
    expect(bucketOf(key)).toBe(bucket);
  });

  it('spreads keys: no bucket of 24 holds more than twice its share of 24,000', () => {
    const counts = new Array<number>(BUCKETS).fill(0);
    for (let index = 0; index < 24_000; index += 1) {
      const bucket = bucketOf(`team-${index % 40}/service-${index}`);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(Math.max(...counts)).toBeLessThan(2_000);
    expect(Math.min(...counts)).toBeGreaterThan(500);
  });
});

describe('dueBuckets', () => {
  it.each([
    { when: 'nothing was ever verified', verifiedAt: never, due: 24 },
    { when: 'all were verified just now', verifiedAt: never.map(() => HALF_PAST_TEN), due: 0 },
    {
      when: 'all were verified an hour ago, at half past nine',
      verifiedAt: never.map(() => HALF_PAST_TEN - HOUR),
      due: 1,
    },
    {
      when: 'all were verified five hours ago',
      verifiedAt: never.map(() => HALF_PAST_TEN - 5 * HOUR),
      due: 5,
    },
    {
      when: 'all were verified yesterday at this time',
      verifiedAt: never.map(() => HALF_PAST_TEN - 24 * HOUR),
      due: 24,
    },
  ])('finds $due due when $when', ({ verifiedAt, due }) => {
    expect(dueBuckets(verifiedAt, HALF_PAST_TEN).size).toBe(due);
  });

  it('verifies every bucket exactly once in a day of hourly sweeps, whenever it starts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 * 60 - 1 }), (startMinute) => {
        const start = HALF_PAST_TEN + startMinute * 60_000;
        const verifiedAt = never.map(() => start);
        const times = never.map(() => 0);
        for (let hour = 1; hour <= 24; hour += 1) {
          const now = start + hour * HOUR;
          for (const bucket of dueBuckets(verifiedAt, now)) {
            verifiedAt[bucket] = now;
            times[bucket] = (times[bucket] ?? 0) + 1;
          }
        }
        expect(times).toEqual(never.map(() => 1));
      }),
    );
  });
});
