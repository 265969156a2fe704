/** A role as IAM keeps it. Records are never changed in place: each change puts a new one (see `IamState`). */
export interface RoleRecord {
  readonly roleName: string;
  /** `AROA…`: unique for ever, so a role made again under the same name has another. */
  readonly roleId: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createDate: number;
  /** JSON text as it was given. What IAM shows of it may differ: see `shownTrustPolicy`. */
  readonly trustPolicy: string;
  /**
   * Which unique id each role ARN named as a principal stood for when the trust policy was written. IAM keeps the id
   * and not the ARN (facts §4.3), so a role made again under the same name is not trusted any more.
   */
  readonly trustedRoleIds: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Seconds, 3,600 to 43,200. */
  readonly maxSessionDuration: number;
  readonly permissionsBoundaryArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Policy name to JSON text. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** ARNs of attached managed policies, in the order in which they were attached. */
  readonly attachedPolicyArns: readonly string[];
}

/**
 * Roles that are computed when asked for, so that an account may hold any number of them at no cost. Everything must
 * be a pure function of the index: the same index always gives an equal record.
 */
export interface GeneratedRoles {
  readonly count: number;
  /** The role at an index from 0 to count - 1. */
  at(index: number): RoleRecord;
  /** The index of the role of this name, whatever its case; `undefined` when there is none. */
  indexOfName(roleName: string): number | undefined;
}

/** IAM tells names apart whatever their case: this is the form under which a name is kept. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
