import type { Cluster } from '#shared/domain/cluster.ts';
import { newJob } from '#shared/domain/registry/job.ts';
import { allClusters } from './all-clusters.ts';
import { changeItem } from './change-item.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';
import { releaseCompletedStep } from './release-completed.ts';
import { type JobOptions, runJob } from './run-job.ts';

/** How the release to one cluster went. */
export interface ClusterRelease {
  readonly cluster: Cluster;
  readonly ended: 'done' | 'unfinished' | 'taken';
}

export interface ReleaseOptions extends JobOptions {
  /** Told once when the clusters are known, then after each. */
  readonly onCluster?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/**
 * Releases every completed revision to the clusters that are enrolled already and have none of that mapping, cluster by
 * cluster: what loading manifests into a registry in use takes. Keys that have a revision keep it.
 *
 * @param name the same for a release that is taken up again; another for another
 */
export async function* releaseToEnrolled(
  deps: RegistryDeps,
  name: string,
  asked: Asked,
  { onCluster = () => undefined, ...options }: ReleaseOptions = {},
): AsyncGenerator<ClusterRelease, void, undefined> {
  // One that is enrolled meanwhile gets everything by its enrolment.
  const clusters = await enrolledClusters(deps);
  const total = clusters.length;
  onCluster({ done: 0, total });
  for (const [index, cluster] of clusters.entries()) {
    const ended = await releaseTo(deps, cluster, name, asked, options);
    onCluster({ done: index + 1, total });
    yield { cluster, ended };
  }
}

async function enrolledClusters(deps: RegistryDeps): Promise<readonly Cluster[]> {
  const all = await allClusters(deps);
  return all.filter(({ enrolment }) => enrolment.state === 'enrolled').map(({ cluster }) => cluster);
}

async function releaseTo(
  deps: RegistryDeps,
  cluster: Cluster,
  name: string,
  asked: Asked,
  options: JobOptions,
): Promise<ClusterRelease['ended']> {
  const { arn: clusterArn, createdAt: clusterCreatedAt } = cluster;
  const id = `release ${name} ${clusterArn} ${clusterCreatedAt}`;
  await changeItem(deps, { type: 'job', id }, (known) => {
    const given = { id, kind: 'releaseCompleted', clusterArn, clusterCreatedAt, ...asked } as const;
    return known ? undefined : { put: [newJob(given, deps.clock.now())] };
  });
  const [job] = await deps.registry.get([{ type: 'job', id }]);
  if (!job) return 'taken';
  return await runJob(deps, job, (now) => releaseCompletedStep(deps, cluster, now), options);
}
