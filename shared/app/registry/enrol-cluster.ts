import { CLUSTER_SET_TAG, type Cluster, DEFAULT_CLUSTER_SET } from '#shared/domain/cluster.ts';
import { type ClusterItem, described, newCluster } from '#shared/domain/registry/cluster-item.ts';
import { type EnrolmentRule, labelDrift, modeAtEnrolment } from '#shared/domain/registry/enrolment.ts';
import { readableRules } from '#shared/domain/registry/enrolment-rules.ts';
import type { WantedFinding } from '#shared/domain/registry/finding-states.ts';
import { type Job, newJob } from '#shared/domain/registry/job.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { DescribedCluster } from '#shared/ports/clusters.ts';
import { changeItem, contended } from './change-item.ts';
import { noteCluster } from './cluster-findings.ts';
import type { Asked, RegistryDeps } from './registry-deps.ts';
import { releaseCompletedStep } from './release-completed.ts';
import { retireCluster } from './retire-cluster.ts';
import { type JobOptions, runJob } from './run-job.ts';

export type EnrolAnswer =
  /** First contact: what was completed is released to it, and its keys are on their way to be reconciled. */
  | { readonly kind: 'enrolled'; readonly cluster: Cluster }
  /** It was before. */
  | { readonly kind: 'known'; readonly cluster: Cluster }
  /** Time was up, or another worker is at it: to be asked for again. */
  | { readonly kind: 'unfinished'; readonly cluster: Cluster }
  /** EKS is still making it: to be asked for again. */
  | { readonly kind: 'notReady'; readonly status: string }
  /** The registry knows a younger cluster of that name: this is news of old. */
  | { readonly kind: 'outdated' };

/**
 * Takes a cluster into the registry, at first contact in mode `observe` unless a rule in the registry says otherwise: copies its labels
 * from its tags, and releases to it the completed revision of each mapping that selects it. Of one that is known, what
 * EKS says is brought up to date; tags that differ from the labels are a finding, and change nothing.
 *
 * One that was made again under the same name is first contact: the earlier one is retired first. Safe to repeat; what
 * was left unfinished is taken up where it was left.
 */
export async function enrolCluster(
  deps: RegistryDeps,
  found: DescribedCluster,
  asked: Asked,
  options: JobOptions = {},
): Promise<EnrolAnswer> {
  const [known] = await deps.registry.get([{ type: 'cluster', clusterArn: found.arn }]);
  if (known && known.cluster.createdAt > found.createdAt) return { kind: 'outdated' };
  const sameLife = known?.cluster.createdAt === found.createdAt && known.enrolment.state !== 'retired';
  if (sameLife) return await refresh(deps, known, found, asked, options);
  if (found.status !== 'ACTIVE' && found.status !== 'UPDATING') {
    return { kind: 'notReady', status: found.status };
  }
  if (known && known.enrolment.state !== 'retired') {
    const retired = await retireCluster(deps, known.cluster.arn, { ...asked, reason: 'recreated' }, options);
    if (retired === 'unfinished') return { kind: 'unfinished', cluster: known.cluster };
  }
  const begun = await begin(deps, found, asked);
  return await finish(deps, begun.item, begun.job, options);
}

/** The cluster and the job of its enrolment, in one transaction: there is never one without the other. */
async function begin(
  deps: RegistryDeps,
  found: DescribedCluster,
  { by, why }: Asked,
): Promise<{ readonly item: ClusterItem; readonly job: Job }> {
  const [before] = await deps.registry.get([{ type: 'cluster', clusterArn: found.arn }]);
  const rules = await readRules(deps);
  const at = deps.clock.now();
  const { tags, ...facts } = found;
  const { mode, rule } = modeAtEnrolment(rules.rules, { ...found, labels: tags });
  const clusterSet = tags[CLUSTER_SET_TAG] ?? DEFAULT_CLUSTER_SET;
  const cluster: Cluster = { ...facts, labels: tags, clusterSet, mode };
  const item = {
    ...newCluster(cluster, { state: 'enrolling' as const, at, by, ...(rule ? { rule } : {}) }),
    version: before?.version ?? 0,
  };
  const job = enrolmentJob(cluster, { by, why }, at);
  const unread =
    rules.problem === undefined ? '' : `, since the enrolment rules cannot be read: ${rules.problem}`;
  const detail = rule ? `mode ${mode} by rule ${rule}` : `mode ${mode}${unread}`;
  const answer = await deps.registry.commit({
    id: deps.newId(),
    at,
    put: [item, job],
    audit: [{ action: 'clusterEnrolled', at, by, why, clusterArn: cluster.arn, detail }],
  });
  if (answer !== 'done') throw contended('cluster');
  return { item: { ...item, version: item.version + 1 }, job: { ...job, version: 1 } };
}

/**
 * The rules by which a cluster begins in another mode than `observe`. Those that cannot be understood are none: the
 * cluster is then only observed, and the audit says why.
 */
async function readRules(deps: RegistryDeps): Promise<{
  readonly rules: readonly EnrolmentRule[];
  readonly problem?: string;
}> {
  try {
    const [item] = await deps.registry.get([{ type: 'enrolmentRules' }]);
    const read = readableRules(item);
    return 'problem' in read ? { rules: [], problem: read.problem } : read;
  } catch (error) {
    if (error instanceof AppError && error.code === 'registry.unreadable') {
      return { rules: [], problem: error.message };
    }
    throw error;
  }
}

function enrolmentJob(cluster: Cluster, asked: Asked, at: number): Job {
  const { arn: clusterArn, createdAt: clusterCreatedAt } = cluster;
  const id = enrolmentJobId(cluster);
  return newJob({ id, kind: 'releaseCompleted', clusterArn, clusterCreatedAt, ...asked }, at);
}

function enrolmentJobId({ arn, createdAt }: Pick<Cluster, 'arn' | 'createdAt'>): string {
  return `enrol ${arn} ${createdAt}`;
}

/** Releases what is left to release, then says that the cluster is enrolled. */
async function finish(
  deps: RegistryDeps,
  { cluster }: ClusterItem,
  job: Job,
  options: JobOptions,
): Promise<EnrolAnswer> {
  const ended = await runJob(deps, job, (now) => releaseCompletedStep(deps, cluster, now), options);
  if (ended !== 'done') return { kind: 'unfinished', cluster };
  const { arn, partition, account, region, name, createdAt } = cluster;
  await changeItem(deps, { type: 'cluster', clusterArn: arn }, (item) => {
    if (item?.cluster.createdAt !== createdAt || item.enrolment.state !== 'enrolling') return undefined;
    const address = { partition, account, region, name, createdAt };
    return {
      put: [{ ...item, enrolment: { ...item.enrolment, state: 'enrolled' } }],
      outbox: [
        // The mode may have been changed since it began.
        { type: 'ClusterEnrolled', cluster: address, mode: item.cluster.mode },
        // Once as a whole: also what no mapping names is to be seen.
        { type: 'ReconcileRequested', cluster: address, keys: 'all', why: 'clusterEnrolled' },
      ],
    };
  });
  return { kind: 'enrolled', cluster };
}

/** It is known: what EKS says of it is written down where it changed, and an enrolment that was cut short goes on. */
async function refresh(
  deps: RegistryDeps,
  known: ClusterItem,
  found: DescribedCluster,
  asked: Asked,
  options: JobOptions,
): Promise<EnrolAnswer> {
  const drifted = labelDrift(known.cluster, found.tags);
  const message = `tags differ from the labels that were copied from them: ${drifted.join(', ')}`;
  const wanted: WantedFinding[] = drifted.length > 0 ? [{ kind: 'labelDrift', message }] : [];
  await noteCluster(deps, found.arn, {
    wanted,
    judged: ['labelDrift'],
    update: (item) => (item.cluster.createdAt === found.createdAt ? described(item, found) : item),
  });
  const { cluster } = described(known, found);
  if (known.enrolment.state !== 'enrolling') return { kind: 'known', cluster };
  const [job] = await deps.registry.get([{ type: 'job', id: enrolmentJobId(found) }]);
  const left = job ?? (await restarted(deps, cluster, asked));
  return await finish(deps, { ...known, cluster }, left, options);
}

/** The job is gone, and with it how far it had come: begun anew, which changes nothing that was done. */
async function restarted(deps: RegistryDeps, cluster: Cluster, asked: Asked): Promise<Job> {
  const at = deps.clock.now();
  const job = enrolmentJob(cluster, asked, at);
  const answer = await deps.registry.commit({ id: deps.newId(), at, put: [job] });
  if (answer !== 'done') throw contended('job');
  return { ...job, version: 1 };
}
