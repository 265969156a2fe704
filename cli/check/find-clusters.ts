import type { ClusterReport } from '#shared/app/fleet/check-fleet.ts';
import {
  discoverClusters,
  type FoundCluster,
  namedClusters,
  type UnreadPlace,
} from '#shared/app/fleet/discover-clusters.ts';
import type { PlaceReaders } from '#shared/app/fleet/fleet.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import { nearestName } from '#shared/domain/manifest/nearest-name.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { ClusterFacts } from '../report/build-report.ts';
import { listText } from '../text/count-text.ts';

export interface WantedClusters {
  readonly clusters: readonly FoundCluster[];
  readonly unread: readonly UnreadPlace[];
}

/** The clusters to check: those named, in every account and region given, or all there are. */
export async function findClusters(
  places: readonly PlaceReaders[],
  names: readonly string[] | undefined,
  call: CallOptions,
): Promise<WantedClusters> {
  if (names) return { clusters: namedClusters(places, [...new Set(names)]), unread: [] };
  return await discoverClusters(places, call);
}

/**
 * What became of named clusters. A name has to be somewhere, not everywhere: where a cluster of the name was found, or
 * may be, the places that have none are left out. A name that is nowhere is told once, with the names that are near it.
 */
export async function settleAbsent(
  reports: readonly ClusterReport[],
  places: readonly PlaceReaders[],
  call: CallOptions,
): Promise<readonly ClusterFacts[]> {
  const somewhere = new Set(reports.filter(({ kind }) => kind !== 'none').map(({ ref }) => ref.name));
  const told = new Set<string>();
  const kept = reports.filter(({ kind, ref }) => {
    if (kind !== 'none') return true;
    if (somewhere.has(ref.name) || told.has(ref.name)) return false;
    told.add(ref.name);
    return true;
  });
  if (told.size === 0) return kept.map((report) => ({ report }));
  const { clusters } = await discoverClusters(places, call);
  const there = [...new Set(clusters.map(({ ref }) => ref.name))];
  return kept.map((report) => ({
    report,
    ...(report.kind === 'none' ? { absence: absenceText(report.ref, places, there) } : {}),
  }));
}

function absenceText(
  { name, account, region }: ClusterRef,
  places: readonly PlaceReaders[],
  there: readonly string[],
): string {
  const where =
    places.length === 1 ? `account ${account}, ${region}` : `any of ${places.length} accounts and regions`;
  return `there is no cluster ${name} in ${where}: ${hintFor(name, there)}`;
}

/** What may have been meant. */
export function hintFor(name: string, there: readonly string[]): string {
  if (there.length === 0) return 'there is none at all that these credentials can see';
  const near = nearestName(name, there);
  return near === undefined ? `there is ${listText(there, 8)}` : `did you mean ${near}?`;
}
