/** A pod identity association as the sandbox keeps it. Times are epoch milliseconds. */
export interface Association {
  readonly associationId: string;
  readonly associationArn: string;
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly disableSessionTags: boolean;
  readonly targetRoleArn?: string;
  /** Only with a target role: `region/account/cluster/namespace/serviceAccount` (facts §4.3). */
  readonly externalId?: string;
  /** Session policy, JSON text. */
  readonly policy?: string;
  /** Set only when an add-on owns the association. */
  readonly ownerArn?: string;
}

/**
 * An association as a seed describes it: what is left out is derived from the cluster (ARN, external id) or
 * has EKS's default (no tags, session tags on, made when the cluster was).
 */
export interface AssociationSeed {
  /** `a-` and 17 lower-case letters or digits. */
  readonly associationId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly disableSessionTags?: boolean;
  readonly targetRoleArn?: string;
  readonly policy?: string;
  readonly ownerArn?: string;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
  /** Epoch milliseconds; as `createdAt` unless said otherwise. */
  readonly modifiedAt?: number;
}

/**
 * The associations of a generated cluster: a function of an index, so that a million of them take no memory
 * and no time to start. Changes made through the API are kept beside it and win.
 *
 * Pure: the same index gives an equal association every time. Ids and keys are unique within the source.
 */
export interface GeneratedAssociations {
  /** Indices run from 0 to `count` - 1. */
  readonly count: number;
  at(index: number): AssociationSeed;
  /** The index of the association with this id; undefined when it is none of ours. Constant time. */
  indexOfId(associationId: string): number | undefined;
  /** The index of the association for this service account; undefined when there is none. Constant time. */
  indexOfKey(namespace: string, serviceAccount: string): number | undefined;
}
