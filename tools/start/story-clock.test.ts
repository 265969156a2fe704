import { describe, expect, it, vi } from 'vitest';
import { type Actor, INCIDENTS, type Scene } from './incident.ts';
import { SETTLING_MS, storyClock, storyJumpsMs } from './story-clock.ts';

const ANYTHING = { associationId: 'a-1', roleArn: 'arn:aws:iam::111122223333:role/r1' };

/** A stage on which everything comes at once; it sums up by how much the clock is moved. */
function countingScene(): { readonly scene: Scene; movedMs(): number } {
  let moved = 0;
  const done = () => Promise.resolve();
  const passTime = (ms: number) => {
    moved += ms;
    return done();
  };
  return { scene: { does: done, until: done, holds: done, say: () => {}, passTime }, movedMs: () => moved };
}

const anybody: Actor = {
  find: () => Promise.resolve(ANYTHING),
  swapRole: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  create: () => Promise.resolve('a-2'),
  trustOf: () => Promise.resolve('{}'),
  setTrust: () => Promise.resolve(),
};

describe('the clock of the story', () => {
  it('is this machine’s own once every incident has been played', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 20, 12, 0, 0) });
    try {
      const clock = storyClock();
      const { scene, movedMs } = countingScene();
      for (const incident of INCIDENTS) await incident.play(scene, anybody);
      expect(movedMs()).toBe(120_000);
      clock.advance(SETTLING_MS + movedMs());
      expect(clock.now()).toBe(Date.UTC(2026, 10, 20, 12, 0, 0));
    } finally {
      vi.useRealTimers();
    }
  });

  it('begins in the past by all that it will be moved on', () => {
    expect(storyJumpsMs()).toBe(135_000);
  });
});
