import { advanceJob, type Job } from '#shared/domain/registry/job.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import type { RegistryDeps } from './registry-deps.ts';

/** What one step of a job did. */
export interface JobStep {
  readonly done: number;
  /** Where the next step begins; absent after the last. */
  readonly cursor?: string | undefined;
  /** Written together with the progress. */
  readonly commit?: Pick<RegistryCommit, 'put' | 'audit' | 'outbox'> | undefined;
}

export interface JobOptions {
  /** Stops between two steps when this time is reached, epoch milliseconds; the job is then taken up again later. */
  readonly until?: number | undefined;
  readonly onProgress?: ((job: Job) => void) | undefined;
}

/**
 * Does a job step by step until it is done or time is up, noting after each how far it came. A step that was done and
 * not noted is done again, so each must be safe to repeat. Answers `taken` when another worker is at it.
 */
export async function runJob(
  deps: RegistryDeps,
  first: Job,
  step: (job: Job) => Promise<JobStep>,
  { until = Number.POSITIVE_INFINITY, onProgress }: JobOptions = {},
): Promise<'done' | 'unfinished' | 'taken'> {
  let job = first;
  while (job.state === 'running') {
    if (deps.clock.now() >= until) return 'unfinished';
    const { commit, ...progress } = await step(job);
    const at = deps.clock.now();
    const next = advanceJob(job, progress, at);
    const answer = await deps.registry.commit({
      id: deps.newId(),
      at,
      ...commit,
      put: [next, ...(commit?.put ?? [])],
    });
    if (answer !== 'done') return 'taken';
    job = { ...next, version: next.version + 1 };
    onProgress?.(job);
  }
  return 'done';
}
