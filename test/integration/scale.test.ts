import { expect, inject, it } from 'vitest';
import { runScale } from '#test/scale/scale-run.ts';

const folder = inject('productSynthesis');

// The same as `npm run scale`, small.
it('puts everything right that a fleet of five clusters was changed behind its back', async () => {
  const report = await runScale({ folder, clusters: 5, events: 300, seed: 1 });
  expect(report.problems).toEqual([]);
  expect(report.events).toBeGreaterThanOrEqual(300);
  // What was changed three times over is one repair.
  expect(report.repaired).toBeGreaterThan(150);
  // Every kind of change to what is ours; of the noise, which is rare, chance decides.
  expect(Object.keys(report.episodes)).toEqual(
    expect.arrayContaining(['again', 'burst', 'deleted', 'recreated', 'session', 'swapped', 'untagged']),
  );
});

it('stops when it is told to', async () => {
  const cancel = new AbortController();
  const running = runScale({
    folder,
    clusters: 1,
    events: 100,
    seed: 1,
    signal: cancel.signal,
    onProgress: () => cancel.abort(new Error('enough')),
  });
  await expect(running).rejects.toThrow('enough');
});
