/** Work that touches more than one key: done in small steps, and taken up again where it was left. */
export interface Job {
  readonly type: 'job';
  readonly version: number;
  readonly id: string;
  readonly kind: 'releaseCompleted' | 'retireCluster';
  readonly clusterArn: string;
  readonly clusterCreatedAt: number;
  readonly state: 'running' | 'done';
  /** Where to go on; absent at the beginning. */
  readonly cursor?: string;
  /** Keys dealt with so far. */
  readonly done: number;
  readonly by: string;
  readonly why: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly updatedAt: number;
}

/** A job that has just been decided on. */
export function newJob(
  given: Pick<Job, 'id' | 'kind' | 'clusterArn' | 'clusterCreatedAt' | 'by' | 'why'>,
  at: number,
): Job {
  return { type: 'job', version: 0, ...given, state: 'running', done: 0, startedAt: at, updatedAt: at };
}

/** A job after one more step; without a next cursor it is done. */
export function advanceJob(
  job: Job,
  step: { readonly done: number; readonly cursor?: string | undefined },
  at: number,
): Job {
  const { cursor: _, ...rest } = job;
  const advanced = { ...rest, done: job.done + step.done, updatedAt: at };
  return step.cursor === undefined ? { ...advanced, state: 'done' } : { ...advanced, cursor: step.cursor };
}
