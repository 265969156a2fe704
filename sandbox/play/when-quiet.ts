import type { Cloud } from '../cloud/cloud.ts';

/**
 * Resolves when nothing is under way and no timer is due. With a clock that runs by itself more may fall due at any
 * moment; with one that stands still, the cloud stays quiet until it is moved or called.
 */
export async function whenQuiet(cloud: Cloud): Promise<void> {
  const { clock } = cloud;
  do await cloud.quiet();
  while ((clock.nextTimer() ?? Number.POSITIVE_INFINITY) <= clock.now());
}
