import type { RoleArnParts } from '#shared/domain/role.ts';
import type { TrustStatement } from '#shared/domain/trust-statement.ts';
import { trustPolicyOf } from '#shared/domain/trust-statement.ts';
import type { Fix } from './explanation.ts';
import { terraformResource } from './terraform.ts';

/** To make a role that is not there, trusting exactly who needs it. */
export function createRoleFix(role: RoleArnParts, statements: readonly TrustStatement[]): Fix {
  const trust = trustPolicyOf(statements);
  const path = role.path === '/' ? [] : ['--path', role.path];
  return {
    what: `create the role in account ${role.account} and attach what it should allow, or name another one in the mapping`,
    awsCli: [
      [
        'aws',
        'iam',
        'create-role',
        '--role-name',
        role.roleName,
        ...path,
        '--assume-role-policy-document',
        oneLine(trust),
      ],
    ],
    terraform: terraformResource('aws_iam_role', role.roleName, {
      name: role.roleName,
      path: role.path === '/' ? undefined : role.path,
      assume_role_policy: { json: trust },
    }),
  };
}

/** To replace a role's trust policy by one in which nothing is lost and the missing is added. */
export function trustPolicyFix(role: RoleArnParts, corrected: string): Fix {
  return {
    what: `add what is missing to the trust policy of ${role.roleName}: this is the whole policy with it, nothing that stands there now is lost`,
    awsCli: [
      [
        'aws',
        'iam',
        'update-assume-role-policy',
        '--role-name',
        role.roleName,
        '--policy-document',
        oneLine(corrected),
      ],
    ],
    terraform: terraformResource('aws_iam_role', role.roleName, {
      name: role.roleName,
      path: role.path === '/' ? undefined : role.path,
      assume_role_policy: { json: corrected },
    }),
  };
}

/** Without white space, which IAM does not count, so that it is one word of a command line. */
function oneLine(json: string): string {
  return JSON.stringify(JSON.parse(json));
}
