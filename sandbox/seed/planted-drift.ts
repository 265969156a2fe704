/**
 * Where a generated cluster differs from its manifests. Positions run from 0; each of the first ones has its one kind
 * of drift, so that the numbers are exact and known beforehand.
 */

/** What can be planted, by what somebody did. */
export const PLANTED_KINDS = [
  'roleChanged',
  'tagChanged',
  'sessionTagsChanged',
  'foreign',
  'missing',
  'extra',
] as const;
export type PlantedKind = (typeof PLANTED_KINDS)[number];

/** How many of each there are. */
export type PlantedCounts = Readonly<Record<PlantedKind, number>>;

/** The parts of each kind in a hundred; `extra` is what is left. */
const PARTS: readonly (readonly [PlantedKind, number])[] = [
  ['roleChanged', 35],
  ['tagChanged', 15],
  ['sessionTagsChanged', 10],
  ['foreign', 5],
  ['missing', 25],
];

/**
 * The numbers for one cluster: together `driftRate` of its associations, rounded. `missing` and the changed ones are
 * among the mappings, `extra` comes on top of them.
 */
export function plantedCounts(mappings: number, driftRate: number): PlantedCounts {
  const total = Math.round(mappings * driftRate);
  const counts = Object.fromEntries(PARTS.map(([kind, part]) => [kind, Math.floor((total * part) / 100)]));
  const given = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    roleChanged: counts['roleChanged'] ?? 0,
    tagChanged: counts['tagChanged'] ?? 0,
    sessionTagsChanged: counts['sessionTagsChanged'] ?? 0,
    foreign: counts['foreign'] ?? 0,
    missing: counts['missing'] ?? 0,
    extra: total - given,
  };
}

/** The kind of drift at a position; `undefined` where everything is as it should be. `missing` has no position. */
export function plantedAt(position: number, counts: PlantedCounts): PlantedKind | undefined {
  let end = 0;
  for (const kind of ['roleChanged', 'tagChanged', 'sessionTagsChanged', 'foreign'] as const) {
    end += counts[kind];
    if (position < end) return kind;
  }
  return undefined;
}
