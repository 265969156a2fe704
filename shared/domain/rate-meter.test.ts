import { describe, expect, it } from 'vitest';
import { callsPerSecond, countCall, rateMeter } from './rate-meter.ts';

describe('a rate meter', () => {
  it.each([
    { when: 'nothing was called', calls: [], now: 700, perSecond: 0 },
    { when: 'all calls fell into the first second', calls: [0, 1, 2, 900], now: 950, perSecond: 4 },
    { when: 'the last second is half over', calls: [0, 1, 2, 900, 1100], now: 1500, perSecond: 3 },
    { when: 'the last call is long ago', calls: [0, 1, 2], now: 2500, perSecond: 0 },
    { when: 'the clock went back', calls: [0, 1], now: -400, perSecond: 2 },
  ])('tells $perSecond a second when $when', ({ calls, now, perSecond }) => {
    const meter = calls.reduce(countCall, rateMeter(0));
    expect(callsPerSecond(meter, now)).toBe(perSecond);
  });
});
