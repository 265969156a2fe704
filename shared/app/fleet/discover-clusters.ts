import type { ClusterRef } from '#shared/domain/cluster.ts';
import { compareText } from '#shared/domain/key.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { Place } from '#shared/ports/clusters.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { worldFailure } from '../reconcile/world-failure.ts';
import type { PlaceReaders } from './fleet.ts';

/** A cluster with the readers of its account and region. */
export interface FoundCluster {
  readonly ref: ClusterRef;
  readonly readers: PlaceReaders;
}

/** An account and region whose clusters could not all be listed: they are unknown, not none. */
export interface UnreadPlace {
  readonly place: Place;
  readonly failure: AppError;
}

export interface Discovery {
  /** Sorted by account, region and name. */
  readonly clusters: readonly FoundCluster[];
  readonly unread: readonly UnreadPlace[];
}

/** Asks every account and region for its clusters, all at once. */
export async function discoverClusters(
  places: readonly PlaceReaders[],
  call: CallOptions = {},
): Promise<Discovery> {
  const clusters: FoundCluster[] = [];
  const unread: UnreadPlace[] = [];
  await Promise.all(
    places.map(async (readers) => {
      try {
        for await (const page of readers.clusters.list(readers.place, call)) {
          for (const name of page) clusters.push({ ref: { ...readers.place, name }, readers });
        }
      } catch (error) {
        unread.push({ place: readers.place, failure: worldFailure(error) });
      }
    }),
  );
  clusters.sort((left, right) => compareClusters(left.ref, right.ref));
  unread.sort((left, right) => compareText(placeText(left.place), placeText(right.place)));
  return { clusters, unread };
}

/** The clusters of given names in every account and region; whether they are there is seen when they are described. */
export function namedClusters(
  places: readonly PlaceReaders[],
  names: readonly string[],
): readonly FoundCluster[] {
  return places
    .flatMap((readers) => names.map((name) => ({ ref: { ...readers.place, name }, readers })))
    .sort((left, right) => compareClusters(left.ref, right.ref));
}

/** `111122223333/eu-west-1`. */
export function placeText(place: Place): string {
  return `${place.account}/${place.region}`;
}

function compareClusters(left: ClusterRef, right: ClusterRef): number {
  return compareText(placeText(left), placeText(right)) || compareText(left.name, right.name);
}
