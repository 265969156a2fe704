import { describe, expect, it } from 'vitest';
import type { Failure } from './classify-error.ts';
import { DEFAULT_RETRY_LIMITS, type FailedAttempt, retryDelayMs } from './retry-delay.ts';

function aFailure(changes: Partial<Failure> = {}): Failure {
  return {
    kind: 'failure',
    code: 'aws.unavailable',
    retryable: true,
    throttled: false,
    unreachable: false,
    ...changes,
  };
}

const THROTTLED = aFailure({ code: 'aws.throttled', throttled: true });

describe('the wait before the next attempt', () => {
  it.each<{ when: string; attempt: Partial<FailedAttempt>; delayMs: number | undefined }>([
    { when: 'it is the first failure', attempt: {}, delayMs: 50 },
    { when: 'it is the third', attempt: { attempts: 3 }, delayMs: 200 },
    { when: 'it is the twentieth', attempt: { attempts: 20 }, delayMs: 2500 },
    { when: 'chance says at once', attempt: { random: 0 }, delayMs: 0 },
    { when: 'AWS asked for more', attempt: { retryAfterMs: 3000 }, delayMs: 3000 },
    { when: 'AWS asked for less', attempt: { retryAfterMs: 10 }, delayMs: 50 },
    { when: 'nothing can change', attempt: { failure: aFailure({ retryable: false }) }, delayMs: undefined },
    { when: 'the time is used up', attempt: { spentMs: 19_951 }, delayMs: undefined },
    { when: 'there is just time', attempt: { spentMs: 19_950 }, delayMs: 50 },
    { when: 'AWS asks for more than there is', attempt: { retryAfterMs: 20_001 }, delayMs: undefined },
    { when: 'throttling has a longer budget', attempt: { failure: THROTTLED, spentMs: 59_950 }, delayMs: 50 },
    { when: 'that is used up, too', attempt: { failure: THROTTLED, spentMs: 59_951 }, delayMs: undefined },
    {
      when: 'nothing is there to connect to',
      attempt: { failure: aFailure({ unreachable: true }), attempts: 2 },
      delayMs: 100,
    },
    {
      when: 'nothing is there for the third time',
      attempt: { failure: aFailure({ unreachable: true }), attempts: 3 },
      delayMs: undefined,
    },
  ])('is $delayMs ms when $when', ({ attempt, delayMs }) => {
    const first = { failure: aFailure(), attempts: 1, spentMs: 0, random: 0.5 };
    expect(retryDelayMs(DEFAULT_RETRY_LIMITS, { ...first, ...attempt })).toBe(delayMs);
  });
});
