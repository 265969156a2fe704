import type { ClusterReport } from '#shared/app/fleet/check-fleet.ts';
import {
  discoverClusters,
  type FoundCluster,
  namedClusters,
  type UnreadPlace,
} from '#shared/app/fleet/discover-clusters.ts';
import type { PlaceReaders } from '#shared/app/fleet/fleet.ts';
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
 * may be, the places that have none are left out. Of a name that is nowhere, the names that are near it are told.
 */
export async function settleAbsent(
  reports: readonly ClusterReport[],
  places: readonly PlaceReaders[],
  call: CallOptions,
): Promise<readonly ClusterFacts[]> {
  const somewhere = new Set(reports.filter(({ kind }) => kind !== 'none').map(({ ref }) => ref.name));
  const kept = reports.filter(({ kind, ref }) => kind !== 'none' || !somewhere.has(ref.name));
  if (kept.every(({ kind }) => kind !== 'none')) return kept.map((report) => ({ report }));
  const { clusters } = await discoverClusters(places, call);
  const there = [...new Set(clusters.map(({ ref }) => ref.name))];
  return kept.map((report) => ({
    report,
    ...(report.kind === 'none' ? { hint: hintFor(report.ref.name, there) } : {}),
  }));
}

function hintFor(name: string, there: readonly string[]): string {
  if (there.length === 0) return 'there is none at all that these credentials can see';
  const near = nearestName(name, there);
  return near === undefined ? `there is ${listText(there, 8)}` : `did you mean ${near}?`;
}
