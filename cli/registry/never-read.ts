import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import { countText, listText } from '../text/count-text.ts';
import { lastReadAt } from './cluster-view.ts';

/** How many are told by name. */
const NAMES = 8;

/**
 * What a list of findings or associations must not hide: clusters of which nothing is known. `undefined` when each was read
 * at least once. Those that are retired are nobody's concern.
 */
export function neverReadText(clusters: readonly ClusterItem[]): string | undefined {
  const names = clusters
    .filter((item) => item.enrolment.state !== 'retired' && lastReadAt(item) === undefined)
    .map(({ cluster }) => cluster.name);
  if (names.length === 0) return undefined;
  const were = names.length === 1 ? 'was' : 'were';
  return `${countText(names.length, 'cluster')} ${were} never read, so nothing was checked there: ${listText(names, NAMES)}.`;
}
