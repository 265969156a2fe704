/** The AWS that the program is told it deploys to. */
export interface World {
  readonly account: string;
  readonly partition: string;
  /** The region of the default provider. */
  readonly region: string;
}

/** The partition of a region (facts §6.3 lists the regions where each partition keeps IAM). */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return 'aws';
}
