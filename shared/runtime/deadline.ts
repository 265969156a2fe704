/** What is kept of a function's time to put back what is not done. */
const KEPT_MS = 1_000;

export interface Deadline {
  readonly signal: AbortSignal;
  /** Call it when all is done: else the timer outlives the invocation. */
  clear(): void;
}

/** Aborts a second before the time is over. */
export function deadline(remainingMs: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error('the time of the function is nearly over')),
    Math.max(0, remainingMs - KEPT_MS),
  );
  timer.unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
