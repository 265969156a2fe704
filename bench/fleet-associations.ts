import type { Association } from '#sandbox/eks/association.ts';
import { SCALE_KEYS, type ScaleCluster } from '#test/scale/scale-fleet.ts';
import type { ScaleHub } from '#test/scale/scale-hub.ts';

/** The associations that the fleet has now; asks nobody. */
export function associationsOf(hub: ScaleHub): readonly (readonly [ScaleCluster, Association])[] {
  const now = hub.played.world.clock.now();
  return hub.clusters.flatMap((cluster) =>
    SCALE_KEYS.flatMap(({ namespace, serviceAccount }) => {
      const found = hub.stateOf(cluster).associations.byKey(namespace, serviceAccount, now);
      return found ? [[cluster, found] as const] : [];
    }),
  );
}
