import type { AssociationItem } from '#shared/domain/registry/association-item.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { type FindingEnd, type FindingKind, findingId } from '#shared/domain/registry/finding.ts';
import { type Job, newJob } from '#shared/domain/registry/job.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import { changeItem } from './change-item.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';
import { type JobOptions, type JobStep, runJob } from './run-job.ts';

export interface RetireAsked extends Asked {
  readonly reason: 'deleted' | 'recreated';
  /** Only this life of it, epoch milliseconds: news of a deletion may come late. */
  readonly createdAt?: number;
}

export type RetireAnswer = 'retired' | 'unfinished' | 'unknownCluster';

/** Keys dealt with in one step; each may end several findings. */
const KEYS_A_STEP = 100;

/**
 * Takes a cluster that is gone out of the registry: its keys and findings no longer stand for anything. Nothing is
 * written to AWS. The cluster's own item and its audit stay, and say that it is retired. Safe to repeat.
 */
export async function retireCluster(
  deps: RegistryDeps,
  clusterArn: string,
  asked: RetireAsked,
  options: JobOptions = {},
): Promise<RetireAnswer> {
  const [item] = await deps.registry.get([{ type: 'cluster', clusterArn }]);
  if (!item) return 'unknownCluster';
  const { createdAt } = item.cluster;
  if (asked.createdAt !== undefined && asked.createdAt !== createdAt) return 'unknownCluster';
  const id = `retire ${clusterArn} ${createdAt}`;
  if (item.enrolment.state !== 'retired') await begin(deps, item, id, asked);
  const [job] = await deps.registry.get([{ type: 'job', id }]);
  if (!job) return 'retired';
  const ended = await runJob(deps, job, (now) => forgetKeys(deps, now), options);
  return ended === 'done' ? 'retired' : 'unfinished';
}

async function begin(
  deps: RegistryDeps,
  { cluster }: ClusterItem,
  id: string,
  { by, why, reason }: RetireAsked,
): Promise<void> {
  const { arn: clusterArn, createdAt, partition, account, region, name } = cluster;
  await changeItem(deps, { type: 'cluster', clusterArn }, (item) => {
    if (item?.cluster.createdAt !== createdAt || item.enrolment.state === 'retired') return undefined;
    const at = deps.clock.now();
    const job = newJob({ id, kind: 'retireCluster', clusterArn, clusterCreatedAt: createdAt, by, why }, at);
    const { findings, ...rest } = item;
    return {
      put: [{ ...rest, enrolment: { ...item.enrolment, state: 'retired', at, by } }, job],
      ends: endsOf(clusterArn, findings, undefined, at),
      audit: [{ action: 'clusterRetired', at, by, why, clusterArn, detail: reason }],
      outbox: [
        {
          type: 'ClusterRetired',
          cluster: { partition, account, region, name, createdAt },
          why: reason,
        },
      ],
    };
  });
}

/** One step. What was forgotten is no longer listed, so each step begins at the beginning. */
async function forgetKeys(deps: RegistryDeps, job: Job): Promise<JobStep> {
  const { clusterArn, clusterCreatedAt } = job;
  const page = await deps.registry.associations({ clusterArn, clusterCreatedAt }, { limit: KEYS_A_STEP });
  for (const item of page.items) await forgetKey(deps, item);
  const more = page.cursor !== undefined || page.items.length === KEYS_A_STEP;
  return { done: page.items.length, ...(more ? { cursor: 'more' } : {}) };
}

async function forgetKey(deps: RegistryDeps, first: AssociationItem): Promise<void> {
  const { clusterArn, clusterCreatedAt, namespace, serviceAccount } = first;
  const ref = { type: 'association', clusterArn, clusterCreatedAt, namespace, serviceAccount } as const;
  const commit = (item: AssociationItem): Omit<RegistryCommit, 'id' | 'at'> => ({
    remove: [item],
    ends: endsOf(clusterArn, item.findings, item, deps.clock.now()),
  });
  // Read moments ago: nearly always right at once.
  const answer = await deps.registry.commit({ id: deps.newId(), at: deps.clock.now(), ...commit(first) });
  if (answer === 'done') return;
  await changeItem(deps, ref, (item) => item && commit(item));
}

function endsOf(
  clusterArn: string,
  findings: AssociationItem['findings'],
  key: AssociationItem | undefined,
  at: number,
): readonly FindingEnd[] {
  return Object.entries(findings ?? {})
    .filter(([, state]) => state.firstSeenAt !== undefined)
    .map(([name]) => {
      const kind = name as FindingKind;
      return { clusterArn, id: findingId(kind, key), kind, status: 'resolved', endedAt: at };
    });
}
