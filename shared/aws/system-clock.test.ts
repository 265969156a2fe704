import { describe, expect, it, vi } from 'vitest';
import { systemClock } from './system-clock.ts';

describe('the system clock', () => {
  it('wakes up when the time is over', async () => {
    vi.useFakeTimers();
    try {
      let awake = false;
      const sleep = systemClock.sleep(1000).then(() => {
        awake = true;
      });
      await vi.advanceTimersByTimeAsync(999);
      expect(awake).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(awake).toBe(true);
      await sleep;
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['before', 'while'])('leaves no timer behind when it is given up %s it sleeps', async (when) => {
    vi.useFakeTimers();
    try {
      const controller = new AbortController();
      if (when === 'before') controller.abort();
      const sleep = systemClock.sleep(60_000, controller.signal);
      controller.abort();
      await expect(sleep).rejects.toMatchObject({ name: 'cancelled' });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
