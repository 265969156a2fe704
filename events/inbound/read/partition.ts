/** Regions of other partitions than `aws`, by how their names begin (facts §6.3). */
const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
];

/** The partition of a region: `aws` unless its name says otherwise. */
export function partitionOf(region: string | undefined): string {
  return PARTITIONS.find(([prefix]) => region?.startsWith(prefix))?.[1] ?? 'aws';
}
