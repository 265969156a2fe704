/**
 * The region in which a partition's IAM events appear: us-east-1 in the commercial partition (facts §6.3, where the others are
 * inferred from IAM's signing region).
 */
export function iamRegion(home: string): string {
  if (home.startsWith('us-gov-')) return 'us-gov-west-1';
  if (home.startsWith('cn-')) return 'cn-north-1';
  if (home.startsWith('eusc-')) return 'eusc-de-east-1';
  return 'us-east-1';
}
