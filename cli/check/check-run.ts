import { resolve } from 'node:path';
import { desiredFromMappings } from '#shared/app/desired-from-mappings.ts';
import { type ClusterReport, checkFleet } from '#shared/app/fleet/check-fleet.ts';
import { processMemory } from '#shared/app/process-memory.ts';
import { DEFAULT_TIMES, type ReconcileSettings } from '#shared/app/reconcile/settings.ts';
import { DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DesiredState } from '#shared/ports/desired-state.ts';
import type { Memory } from '#shared/ports/memory.ts';
import type { Connection } from '../connect.ts';
import type { OwnerMeant } from '../owner-meant.ts';
import type { CheckFacts } from '../report/build-report.ts';
import { listText } from '../text/count-text.ts';
import { UsageError } from '../usage-error.ts';
import type { CheckOptions } from './check-options.ts';
import { findClusters, settleAbsent, type WantedClusters } from './find-clusters.ts';
import type { Progress, ProgressSource } from './progress.ts';

/** Clusters looked at at once; each has its own calls under way. */
const CLUSTERS_AT_ONCE = 8;

/** What a check and a repair share. */
export interface CheckRun {
  readonly options: CheckOptions;
  readonly owner: OwnerMeant;
  readonly mappings: readonly Mapping[];
  readonly connection: Connection;
  readonly clock: Clock;
  readonly desired: DesiredState;
  readonly memory: Memory & { flush(): Promise<void> };
  readonly settings: ReconcileSettings;
  readonly signal: AbortSignal;
}

export async function prepareRun(
  options: CheckOptions,
  given: Pick<CheckRun, 'owner' | 'mappings' | 'connection' | 'clock' | 'signal'> & { readonly cwd: string },
): Promise<CheckRun> {
  const settings = settingsOf(options, given.owner);
  return {
    ...given,
    options,
    desired: desiredFromMappings(given.mappings, given.clock),
    memory: await openMemory(options.memory && resolve(given.cwd, options.memory), settings.installation),
    settings,
  };
}

async function openMemory(path: string | undefined, installation: string): Promise<CheckRun['memory']> {
  if (path === undefined) return { ...processMemory(), flush: async () => undefined };
  const { openFileMemory } = await import('#shared/files/file-memory.ts');
  return await openFileMemory(path, installation);
}

function settingsOf(options: CheckOptions, owner: OwnerMeant): ReconcileSettings {
  const { maxChanges } = options;
  return {
    installation: owner.name,
    // Without a registry the tag has to do (docs/decisions/0002).
    authority: 'recordOrTag',
    prune: options.prune ? 'unwished' : 'off',
    verify: options.verify,
    concurrency: options.concurrency,
    ...DEFAULT_TIMES,
    brake:
      maxChanges === undefined
        ? DEFAULT_BRAKE
        : { clusterFloor: maxChanges, clusterShare: 0, fleet: maxChanges },
  };
}

/** What a check found, before it is made into a report; `checked` is what a repair starts from. */
export interface CheckResult {
  readonly facts: CheckFacts;
  readonly checked: readonly (ClusterReport & { readonly kind: 'checked' })[];
}

export interface CheckWatcher {
  /** Called once it is known how many clusters there are. */
  start(source: ProgressSource): Progress;
}

/** A check of nothing would be clean, and most likely looks in the wrong place. */
function refuseNothing({ clusters, unread }: WantedClusters, { places }: Connection): void {
  if (clusters.length > 0 || unread.length > 0) return;
  const where = listText(places.map(({ place }) => `${place.account}, ${place.region}`));
  throw new UsageError(`there is no cluster in ${where}`, 'check --region and --profile');
}

/** Looks at the clusters. Writes nothing to AWS; what was learnt is kept in the memory. */
export async function checkClusters(run: CheckRun, watcher: CheckWatcher): Promise<CheckResult> {
  const { options, connection, signal, clock, settings } = run;
  const checkedAt = clock.now();
  const call = { signal };
  const wanted = await findClusters(connection.places, options.cluster, call);
  refuseNothing(wanted, connection);
  const progress = watcher.start({
    clusters: wanted.clusters.length,
    calls: () => Object.values(connection.counter.snapshot()).reduce((sum, count) => sum + count, 0),
    slowedTo: connection.slowedTo,
  });
  const reports: ClusterReport[] = [];
  try {
    const checking = checkFleet(run, wanted.clusters, settings, {
      clusterConcurrency: CLUSTERS_AT_ONCE,
      roles: options.roles,
      signal,
      onProgress: progress.listed,
      onCluster: progress.clusterDone,
    });
    for await (const report of checking) reports.push(report);
  } finally {
    progress.end();
    await run.memory.flush();
  }
  const clusters = await settleAbsent(reports, connection.places, call);
  return {
    facts: {
      checkedAt,
      owner: settings.installation,
      verify: settings.verify,
      strict: options.strict ?? false,
      unread: wanted.unread,
      mappings: run.mappings,
      everyCluster: options.allClusters ?? false,
      clusters,
      calls: connection.counter.snapshot(),
    },
    checked: reports.filter((report) => report.kind === 'checked'),
  };
}
