import { setTimeout as wait } from 'node:timers/promises';
import type { PlayedGraph } from '#sandbox/play/play-graph.ts';

export interface SettledOptions {
  readonly signal: AbortSignal;
  /** What is due later than this does not count, milliseconds. */
  readonly horizonMs: number;
}

/**
 * Resolves when nothing is under way and nothing is due within the horizon: calls whose CloudTrail events are still to
 * come have had their effect. Rejects when the signal aborts.
 */
export async function whenSettled(played: PlayedGraph, { signal, horizonMs }: SettledOptions): Promise<void> {
  const { clock } = played.world;
  for (;;) {
    signal.throwIfAborted();
    await played.quiet();
    const dueMs = (clock.nextTimer() ?? Number.POSITIVE_INFINITY) - clock.now();
    if (dueMs > horizonMs) return;
    await wait(Math.max(1, dueMs), undefined, { signal });
  }
}
