import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { msUntilToken, refill, resizeBucket, takeToken, tokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it.each([
    { when: 'it is full', tokens: 2, now: 0, waitMs: 0 },
    { when: 'it is empty', tokens: 0, now: 0, waitMs: 100 },
    { when: 'half a token is there', tokens: 0.5, now: 0, waitMs: 50 },
    { when: 'a token came in meanwhile', tokens: 0, now: 100, waitMs: 0 },
    { when: 'a third of a millisecond is lacking', tokens: 0.9967, now: 0, waitMs: 1 },
    { when: 'the clock went back', tokens: 0, now: -5000, waitMs: 100 },
  ])('asks to wait $waitMs ms when $when', ({ tokens, now, waitMs }) => {
    const bucket = tokenBucket({ ratePerSecond: 10, burst: 2 }, 0, tokens);
    expect(msUntilToken(bucket, now)).toBe(waitMs);
    expect(takeToken(bucket, now) === undefined).toBe(waitMs > 0);
  });

  it('saves up no more than its burst', () => {
    const bucket = tokenBucket({ ratePerSecond: 10, burst: 3 }, 0, 0);
    expect(refill(bucket, 3_600_000).tokens).toBe(3);
  });

  it('never says no without a rate', () => {
    const bucket = tokenBucket({ ratePerSecond: Number.POSITIVE_INFINITY, burst: 1 }, 0, 0);
    expect(takeToken(bucket, 0)).toBeDefined();
    expect(msUntilToken(bucket, 0)).toBe(0);
  });

  it('counts what came in at the old rate before it takes the new one', () => {
    const bucket = tokenBucket({ ratePerSecond: 10, burst: 10 }, 0, 0);
    const resized = resizeBucket(bucket, { ratePerSecond: 1, burst: 4 }, 200);
    expect(resized).toEqual({ ratePerSecond: 1, burst: 4, tokens: 2, refilledAt: 200 });
    expect(resizeBucket(bucket, { ratePerSecond: 1, burst: 4 }, 900).tokens).toBe(4);
  });

  it('never hands out more than rate × time + burst, whenever it is asked', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 200 }),
        (ratePerSecond, burst, gapsMs) => {
          let now = 1_000_000;
          let bucket = tokenBucket({ ratePerSecond, burst }, now);
          let taken = 0;
          for (const gapMs of gapsMs) {
            now += gapMs;
            for (let next = takeToken(bucket, now); next !== undefined; next = takeToken(bucket, now)) {
              bucket = next;
              taken += 1;
            }
            expect(taken).toBeLessThanOrEqual((ratePerSecond * (now - 1_000_000)) / 1000 + burst + 1e-6);
          }
        },
      ),
    );
  });

  it('has a token after the wait it asked for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 5000, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ratePerSecond, tokens) => {
          const bucket = tokenBucket({ ratePerSecond, burst: 1 }, 0, tokens);
          expect(takeToken(bucket, msUntilToken(bucket, 0))).toBeDefined();
        },
      ),
    );
  });
});
