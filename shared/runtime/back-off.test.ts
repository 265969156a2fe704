import { describe, expect, it } from 'vitest';
import type { AppErrorCode } from '#shared/ports/app-error.ts';
import { backOffSeconds } from './back-off.ts';

const of = (code: AppErrorCode) => ({ code });

describe('backOffSeconds', () => {
  it('doubles up to a quarter of an hour, and spans an hour in ten tries', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempt) =>
      backOffSeconds(of('aws.throttled'), attempt, 0),
    );
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900, 900]);
  });

  it.each([
    { random: 0, seconds: 30 },
    { random: 0.5, seconds: 34 },
    { random: 1, seconds: 38 },
  ])('spreads by up to a quarter: $seconds s by chance $random', ({ random, seconds }) => {
    expect(backOffSeconds(of('aws.unavailable'), 2, random)).toBe(seconds);
  });

  it.each(['registry.contended', 'cancelled'] as const)(
    'comes back at once three times after %s, and then backs off up to a minute',
    (code) => {
      const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempt) => backOffSeconds(of(code), attempt, 0));
      expect(waits).toEqual([2, 2, 2, 15, 30, 60, 60, 60, 60, 60]);
    },
  );
});
