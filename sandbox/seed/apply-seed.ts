import type { World } from '#sandbox/world.ts';
import { generateFleet } from './generate-fleet.ts';
import { putClusters } from './put-clusters.ts';
import { putIam } from './put-iam.ts';
import type { Seed } from './seed-schema.ts';

/** What a seed does not date was there this long before the sandbox began. */
const AGE_MS = 90 * 24 * 3_600_000;

/**
 * Puts everything that a seed describes into the world, as if it had been there for long: no service lags behind it.
 * The same seed gives the same ids every time.
 *
 * Throws a plain error where the world has a cluster in the place already, and IAM's own refusal for a trust policy
 * that names a role which is not there.
 */
export function applySeed(world: World, seed: Seed): void {
  const since = Math.floor((world.clock.now() - AGE_MS) / 1000) * 1000;
  putIam(world, seed, since);
  putClusters(world, seed, since);
  if (seed.generate) generateFleet(seed.generate).populate(world);
}
