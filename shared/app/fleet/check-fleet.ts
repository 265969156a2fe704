import {
  CLUSTER_SET_TAG,
  type Cluster,
  type ClusterRef,
  DEFAULT_CLUSTER_SET,
} from '#shared/domain/cluster.ts';
import { AGENT_ADDON } from '#shared/ports/addons.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { CallCounts } from '#shared/ports/calls.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DescribedCluster } from '#shared/ports/clusters.ts';
import type { DesiredState } from '#shared/ports/desired-state.ts';
import type { Memory } from '#shared/ports/memory.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { createCallCounter } from '../call-counter.ts';
import { type ClusterCheck, checkCluster } from '../reconcile/check-cluster.ts';
import type { ObserveProgress } from '../reconcile/observe-cluster.ts';
import type { ReconcileSettings } from '../reconcile/settings.ts';
import { worldFailure } from '../reconcile/world-failure.ts';
import { runBounded } from '../run-bounded.ts';
import type { FoundCluster } from './discover-clusters.ts';
import { inspectRoles, type RoleFinding } from './inspect-roles.ts';

export interface FleetDeps {
  readonly desired: DesiredState;
  readonly memory: Memory;
  readonly clock: Clock;
}

export interface FleetOptions {
  /** Clusters looked at at once. */
  readonly clusterConcurrency: number;
  /** `all` reads every role in use and its trust policy; `written` only those that a step would bind; `none` none. */
  readonly roles: 'all' | 'written' | 'none';
  readonly signal?: AbortSignal;
  readonly onProgress?: (cluster: ClusterRef, progress: ObserveProgress) => void;
  readonly onCluster?: (report: ClusterReport) => void;
}

/** Whether the Pod Identity agent is there to hand out credentials. */
export type AgentState =
  | { readonly kind: 'ready' }
  /** Built into Auto Mode (facts §3.3). */
  | { readonly kind: 'builtIn' }
  | { readonly kind: 'degraded'; readonly status: string; readonly detail: string }
  /** No add-on of that name; it may still have been installed by Helm or in the machine image (facts §3.3). */
  | { readonly kind: 'noAddon' }
  | { readonly kind: 'unknown'; readonly failure: AppError };

/** What is known of one cluster after a check. */
export type ClusterReport =
  | {
      readonly kind: 'checked';
      readonly ref: ClusterRef;
      readonly check: ClusterCheck;
      readonly agent: AgentState;
      readonly roleFindings: readonly RoleFinding[];
      readonly calls: CallCounts;
    }
  /** Nothing of it could be read. */
  | {
      readonly kind: 'unread';
      readonly ref: ClusterRef;
      readonly failure: AppError;
      readonly calls: CallCounts;
    }
  /** There is no such cluster in this account and region. */
  | { readonly kind: 'none'; readonly ref: ClusterRef; readonly calls: CallCounts };

/**
 * Checks clusters, several at once, and yields one report each, in the order given. A cluster that cannot be read is
 * a report, never a gap. Calls for a cluster: DescribeCluster, DescribeAddon, ceil(N / 100) lists, the describes that
 * the verification asks for, and one GetRole for each distinct role that is looked at.
 */
export async function* checkFleet(
  deps: FleetDeps,
  clusters: readonly FoundCluster[],
  settings: ReconcileSettings,
  options: FleetOptions,
): AsyncGenerator<ClusterReport, void, undefined> {
  const bounds = { concurrency: options.clusterConcurrency, signal: options.signal };
  const reports = runBounded(clusters, bounds, async (found, signal) => {
    const report = await checkOne(deps, found, settings, { ...options, signal });
    options.onCluster?.(report);
    return report;
  });
  for await (const outcome of reports) {
    if (outcome.kind === 'failed') throw outcome.error;
    yield outcome.result;
  }
}

async function checkOne(
  deps: FleetDeps,
  found: FoundCluster,
  settings: ReconcileSettings,
  options: FleetOptions & { readonly signal: AbortSignal },
): Promise<ClusterReport> {
  const { ref, readers } = found;
  const counter = createCallCounter();
  const call: CallOptions = { signal: options.signal, counter };
  try {
    const described = await readers.clusters.describe(ref, call);
    if (!described) return { kind: 'none', ref, calls: counter.snapshot() };
    const cluster = clusterWithoutRegistry(described);
    const [check, agent] = await Promise.all([
      checkCluster({ ...deps, reader: readers.podIdentity }, cluster, settings, {
        call,
        onProgress: (progress) => options.onProgress?.(ref, progress),
      }),
      agentState(found, cluster, call),
    ]);
    const roleFindings = await inspectRoles(readers.roles, check, { which: options.roles, settings, call });
    return { kind: 'checked', ref, check, agent, roleFindings, calls: counter.snapshot() };
  } catch (error) {
    const failure = worldFailure(error);
    if (failure.code === 'cluster.notFound') return { kind: 'none', ref, calls: counter.snapshot() };
    return { kind: 'unread', ref, failure, calls: counter.snapshot() };
  }
}

/** Without a registry the labels are the cluster's own tags, its cluster set is a tag, and its mode is `enforce`. */
export function clusterWithoutRegistry(described: DescribedCluster): Cluster {
  const { tags, ...cluster } = described;
  return {
    ...cluster,
    labels: tags,
    clusterSet: tags[CLUSTER_SET_TAG] ?? DEFAULT_CLUSTER_SET,
    mode: 'enforce',
  };
}

/** Looks for the agent. What cannot be read is `unknown`, never absent. */
export async function agentState(
  found: FoundCluster,
  cluster: Cluster,
  call: CallOptions,
): Promise<AgentState> {
  if (cluster.autoMode) return { kind: 'builtIn' };
  try {
    const addon = await found.readers.addons.describe(found.ref, AGENT_ADDON, call);
    if (!addon) return { kind: 'noAddon' };
    if (addon.status === 'ACTIVE' && addon.healthIssues.length === 0) return { kind: 'ready' };
    const detail = addon.healthIssues.map(({ code, message }) => `${code}: ${message}`).join('; ');
    return { kind: 'degraded', status: addon.status, detail };
  } catch (error) {
    return { kind: 'unknown', failure: worldFailure(error) };
  }
}
