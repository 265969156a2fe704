import type { Addons } from '#shared/ports/addons.ts';
import type { Clusters, Place } from '#shared/ports/clusters.ts';
import type { PodIdentityReader } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';

/** Everything that can be read of one account and region; nothing in it writes. */
export interface PlaceReaders {
  readonly place: Place;
  readonly podIdentity: PodIdentityReader;
  readonly clusters: Clusters;
  readonly addons: Addons;
  readonly roles: Roles;
}
