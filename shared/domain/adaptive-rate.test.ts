import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recover, slowDown, unthrottledRate } from './adaptive-rate.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;

describe('an adaptive rate', () => {
  it.each([
    { when: 'nothing held us back', ceiling: NO_LIMIT, observed: 400, rate: 200, recovery: 40 },
    { when: 'we did less than the ceiling', ceiling: 100, observed: 40, rate: 20, recovery: 4 },
    { when: 'the meter saw more than the ceiling', ceiling: 100, observed: 150, rate: 50, recovery: 10 },
    { when: 'we hardly called at all', ceiling: NO_LIMIT, observed: 0, rate: 1, recovery: 2 },
  ])('is cut to $rate a second when $when', ({ ceiling, observed, rate, recovery }) => {
    const cut = slowDown(unthrottledRate(ceiling, 0), { startedAt: 0, observedPerSecond: observed }, 10);
    expect(cut.ratePerSecond).toBe(rate);
    expect(cut.recoveryPerSecond).toBe(recovery);
  });

  it('is cut once by a burst that is refused as a whole', () => {
    const once = slowDown(unthrottledRate(NO_LIMIT, 0), { startedAt: 0, observedPerSecond: 400 }, 50);
    expect(slowDown(once, { startedAt: 49, observedPerSecond: 400 }, 60)).toBe(once);
    expect(slowDown(once, { startedAt: 50, observedPerSecond: 400 }, 60).ratePerSecond).toBeCloseTo(100.2);
  });

  it.each([
    { afterMs: 0, rate: 200 },
    { afterMs: 500, rate: 220 },
    { afterMs: 1000, rate: 240 },
    { afterMs: 14_999, rate: 799.96 },
    { afterMs: 15_000, rate: NO_LIMIT },
  ])('is $rate a second $afterMs ms after a cut from 400 to 200', ({ afterMs, rate }) => {
    const cut = slowDown(unthrottledRate(NO_LIMIT, 0), { startedAt: 0, observedPerSecond: 400 }, 0);
    const { ratePerSecond } = recover(cut, afterMs);
    if (rate === NO_LIMIT) expect(ratePerSecond).toBe(NO_LIMIT);
    else expect(ratePerSecond).toBeCloseTo(rate);
  });

  it('stays between one a second and the ceiling, and always comes back to the ceiling', () => {
    const hits = fc.array(fc.record({ afterMs: fc.nat(5000), observed: fc.nat(2000) }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), hits, (ceiling, throttles) => {
        let now = 0;
        let rate = unthrottledRate(ceiling, now);
        for (const { afterMs, observed } of throttles) {
          now += afterMs;
          rate = slowDown(rate, { startedAt: now, observedPerSecond: observed }, now);
          expect(rate.ratePerSecond).toBeGreaterThanOrEqual(1);
          expect(rate.ratePerSecond).toBeLessThanOrEqual(ceiling);
        }
        expect(recover(rate, now + 20_000).ratePerSecond).toBe(ceiling);
      }),
    );
  });
});
