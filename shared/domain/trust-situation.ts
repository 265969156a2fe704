import type { TaggedServiceAccount } from './session-tags.ts';

/** The service principal that assumes an association's role, the same in every Region (facts §4.1). */
export const POD_IDENTITY_PRINCIPAL = 'pods.eks.amazonaws.com';

/** What a trust policy must admit, both with session tags and without (facts §4.1). */
export const POD_IDENTITY_ACTIONS = ['sts:AssumeRole', 'sts:TagSession'] as const;

/** For whom EKS Pod Identity assumes a role. */
export interface PodIdentitySituation extends TaggedServiceAccount {
  /** The account of the cluster, and so of the role: twelve digits. */
  readonly account: string;
  readonly sessionTagsDisabled: boolean;
  /** Left out before the association exists. */
  readonly associationId?: string;
  /** The organisation's id, `o-…`. Left out when it is not known. */
  readonly orgId?: string;
  /** The tags of the role whose trust policy is asked about. Left out when they are not known. */
  readonly roleTags?: Readonly<Record<string, string>>;
}

/** For whom EKS assumes a target role, with the credentials of the association's role (facts §4.3). */
export interface TargetRoleSituation extends PodIdentitySituation {
  /** The cluster's. */
  readonly region: string;
  /** The association's role, which assumes the target role. */
  readonly roleArn: string;
  readonly targetRoleArn: string;
  /** As the association has it. Left out before the association exists: then it is what AWS documents. */
  readonly externalId?: string;
}

/** The external id of an association with a target role: `region/account/cluster/namespace/serviceAccount` (facts §4.3). */
export function externalIdOf(situation: TargetRoleSituation): string {
  const { externalId, region, account, clusterName, namespace, serviceAccount } = situation;
  return externalId ?? [region, account, clusterName, namespace, serviceAccount].join('/');
}

/** The partition of an ARN; `aws` when the text is no ARN. */
export function partitionOf(arn: string): string {
  return /^arn:([a-z-]+):/.exec(arn)?.[1] ?? 'aws';
}
