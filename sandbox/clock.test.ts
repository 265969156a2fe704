import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { advanceable, manualClock, systemClock } from './clock.ts';

describe('a clock that is moved', () => {
  it('runs what falls due, in order, each at its own time', () => {
    const clock = manualClock(1_000);
    const seen: [string, number][] = [];
    clock.at(1_300, () => seen.push(['late', clock.now()]));
    clock.at(1_100, () => {
      seen.push(['early', clock.now()]);
      clock.at(1_200, () => seen.push(['set on the way', clock.now()]));
    });
    clock.at(1_500, () => seen.push(['not yet', clock.now()]));
    clock.advance(400);
    expect(seen).toEqual([
      ['early', 1_100],
      ['set on the way', 1_200],
      ['late', 1_300],
    ]);
    expect(clock.now()).toBe(1_400);
    expect(clock.nextTimer()).toBe(1_500);
  });

  it('keeps the order in which timers of one time were set, and forgets cancelled ones', () => {
    const clock = manualClock(0);
    const seen: number[] = [];
    const cancels = [1, 2, 3, 4].map((n) => clock.at(10, () => seen.push(n)));
    cancels[1]?.();
    cancels[1]?.();
    clock.advance(10);
    expect(seen).toEqual([1, 3, 4]);
    expect(clock.nextTimer()).toBeUndefined();
  });

  it('serves a time that was reached already without being moved', async () => {
    const clock = manualClock(5);
    await new Promise<void>((resolve) => {
      clock.at(5, resolve);
    });
    expect(clock.now()).toBe(5);
  });

  it('tells after each move', () => {
    const clock = manualClock(0);
    const listener = vi.fn();
    const stop = clock.onAdvance(listener);
    clock.advance(1);
    stop();
    clock.advance(1);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('never goes back, and is not wrapped twice', () => {
    const clock = manualClock(0);
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(advanceable(clock)).toBe(clock);
  });

  it('runs each timer once, in order of time, whatever was set, cancelled and moved', () => {
    const times = fc.array(fc.record({ at: fc.integer({ min: 0, max: 500 }), cancel: fc.boolean() }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(times, (timers) => {
        const clock = manualClock(-1);
        const seen: number[] = [];
        const cancels = timers.map(({ at }) => clock.at(at, () => seen.push(at)));
        timers.forEach(({ cancel }, i) => {
          if (cancel) cancels[i]?.();
        });
        clock.advance(200);
        clock.advance(301);
        const kept = timers.filter(({ cancel }) => !cancel).map(({ at }) => at);
        expect(seen).toEqual(kept.sort((a, b) => a - b));
      }),
    );
  });
});

describe('the system clock', () => {
  it('serves timers as time passes, and those that it is moved past at once', () => {
    vi.useFakeTimers({ now: 10_000 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const clock = systemClock();
    const seen: string[] = [];
    clock.at(10_050, () => seen.push('by itself'));
    clock.at(70_000, () => seen.push('moved'));
    vi.advanceTimersByTime(49);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['by itself']);
    clock.advance(60_000);
    expect(seen).toEqual(['by itself', 'moved']);
    expect(clock.now()).toBe(70_050);
  });
});
