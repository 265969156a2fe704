import { AwsError } from '../aws-error.ts';
import { roleByArn } from '../iam/trust-policy.ts';
import type { RoleCredentials } from '../lambda/function.ts';
import type { World } from '../world.ts';
import { arnOf } from './arn.ts';

const VALID_MS = 12 * 3_600_000;

/**
 * Credentials of a function's role, for one of its environments; twelve hours on the sandbox's clock. Throws `AwsError`
 * when there is no such role.
 */
export function roleCredentials(world: World, roleArn: string, sessionName: string): RoleCredentials {
  const role = roleByArn(world, roleArn);
  if (!role) {
    throw new AwsError(
      'AccessDeniedException',
      403,
      `The role defined for the function cannot be assumed by Lambda: ${roleArn} does not exist.`,
    );
  }
  const now = world.clock.now();
  const { partition, account } = arnOf(roleArn);
  const session = world.sessions.issue({
    partition,
    account,
    roleArn: role.arn,
    roleName: role.roleName,
    roleId: role.roleId,
    sessionName: sessionName.slice(0, 64),
    sessionTags: {},
    transitiveTagKeys: [],
    sessionPolicies: [],
    issuedAt: now,
    expiresAt: now + VALID_MS,
  });
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = session;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
}
