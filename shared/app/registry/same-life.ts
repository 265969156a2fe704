import type { Cluster } from '#shared/domain/cluster.ts';
import type { Clusters } from '#shared/ports/clusters.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { requestEnrolments } from '../enrol/request-enrolment.ts';
import type { RegistryDeps } from './registry-deps.ts';

/** The cluster that has the name now is not the one that the registry has: nothing that is known holds for it. */
export class AnotherLife extends Error {
  override name = 'AnotherLife';
  /** When the one that is there was made, epoch milliseconds; `undefined` when there is none. */
  readonly createdAt: number | undefined;

  constructor(name: string, createdAt: number | undefined) {
    super(`${name} is not the cluster that was enrolled`);
    this.createdAt = createdAt;
  }
}

/**
 * Makes sure, once and with one call to EKS, that a cluster is the one that was enrolled. News of a deletion may come
 * late, or never; an association that stands where ours stood is then somebody's first, and none that replaced ours.
 * What is answered rejects with `AnotherLife`, or with `AppError` when it cannot be told.
 */
export function makingSureOfLife(
  clusters: Pick<Clusters, 'describe'>,
  { partition, account, region, name, createdAt }: Cluster,
  call: CallOptions,
): () => Promise<void> {
  let asked: Promise<void> | undefined;
  const ask = async () => {
    const found = await clusters.describe({ partition, account, region, name }, call);
    if (found?.createdAt !== createdAt) throw new AnotherLife(name, found?.createdAt);
  };
  return () => {
    asked ??= ask();
    return asked;
  };
}

const HOUR_MS = 3_600_000;

/** Has the cluster met, since nobody told that it came; at most once an hour. */
export async function askToMeet(
  deps: RegistryDeps,
  { partition, account, region, name, createdAt }: Cluster,
): Promise<void> {
  const place = { partition, account, region };
  const id = `again ${account} ${region} ${name} ${createdAt} ${Math.floor(deps.clock.now() / HOUR_MS)}`;
  const why = `${name} was deleted or made again, and no event told of it`;
  await requestEnrolments(deps, [{ place, names: [name], id }], { by: 'reconcile', why });
}
