/** An IAM role as far as decisions need it. */
export interface Role {
  readonly roleArn: string;
  readonly roleName: string;
  /** Decoded JSON text of the trust policy. */
  readonly trustPolicy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds; a role made seconds ago may not be visible to EKS yet (facts §1.4). */
  readonly createdAt: number;
  readonly permissionsBoundaryArn?: string;
}

/** The parts of a role's ARN. `path` begins and ends with a slash. */
export interface RoleArnParts {
  readonly partition: string;
  readonly account: string;
  readonly path: string;
  readonly roleName: string;
}

const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role(\/(?:[\x21-\x7e]*\/)?)([\w+=,.@-]{1,64})$/;

/** Takes a role ARN apart; `undefined` when the text is no role ARN. */
export function parseRoleArn(text: string): RoleArnParts | undefined {
  const match = ROLE_ARN.exec(text);
  if (!match) return undefined;
  const [, partition, account, path, roleName] = match;
  if (!partition || !account || !path || !roleName) return undefined;
  return { partition, account, path, roleName };
}
