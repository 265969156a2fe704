/** What a synthesis is doing. */
export type SynthStep =
  /** Another synthesis in this checkout is at work. */
  | 'waiting'
  /** SST's platform is installed: once per checkout, under a minute. */
  | 'preparing'
  /** The app is run and its functions are bundled: seconds. */
  | 'synthesising';

export interface SynthProgress {
  readonly step: SynthStep;
  readonly seconds: number;
  /** Something that grows while it works, for people: `412 packages`. */
  readonly detail?: string;
}

export type OnProgress = (progress: SynthProgress) => void;

/** Reports a step now and every second until it is done. */
export async function withProgress<T>(
  step: SynthStep,
  onProgress: OnProgress | undefined,
  work: () => Promise<T>,
  detail: () => string | undefined = () => undefined,
): Promise<T> {
  if (onProgress === undefined) return work();
  const startedAt = performance.now();
  const report = () => {
    const now = detail();
    onProgress({
      step,
      seconds: Math.round((performance.now() - startedAt) / 1000),
      ...(now !== undefined && { detail: now }),
    });
  };
  report();
  const timer = setInterval(report, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
