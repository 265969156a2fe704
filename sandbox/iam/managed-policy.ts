/** One version of a managed policy. */
export interface ManagedPolicyVersion {
  /** `v1`, `v2` … never used twice. */
  readonly versionId: string;
  readonly document: string;
  /** Epoch milliseconds. */
  readonly createDate: number;
}

/** A customer's or AWS's managed policy. Records are never changed in place. */
export interface ManagedPolicy {
  readonly policyName: string;
  /** `ANPA…` */
  readonly policyId: string;
  readonly path: string;
  readonly arn: string;
  readonly description?: string;
  readonly createDate: number;
  readonly updateDate: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Oldest first, at most five. */
  readonly versions: readonly ManagedPolicyVersion[];
  readonly defaultVersionId: string;
  /** The number that the next version gets. */
  readonly nextVersion: number;
}

/** The version that is in force. */
export function defaultVersion(policy: ManagedPolicy): ManagedPolicyVersion {
  const version = policy.versions.find((candidate) => candidate.versionId === policy.defaultVersionId);
  if (!version) throw new Error(`${policy.arn} has no version ${policy.defaultVersionId}`);
  return version;
}
