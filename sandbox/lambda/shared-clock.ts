import type { AdvanceableClock } from '../clock.ts';

/**
 * Shows the sandbox's clock to worker threads through shared memory: two numbers, whether time passes by itself (1 or
 * 0), and what to add to real time, or the time itself. Answers how to stop following the clock.
 */
export function shareClock(clock: AdvanceableClock): { readonly memory: SharedArrayBuffer; stop(): void } {
  const memory = new SharedArrayBuffer(16);
  const cells = new Float64Array(memory);
  const write = () => {
    cells[0] = clock.runs ? 1 : 0;
    cells[1] = clock.runs ? clock.now() - Date.now() : clock.now();
  };
  write();
  return { memory, stop: clock.onAdvance(write) };
}
