import type { RoleRecord } from './role-record.ts';

/** The managed policies of a role with their names, which are the last part of their ARNs. */
export function attachedPolicies(
  role: RoleRecord,
): { readonly PolicyName: string; readonly PolicyArn: string }[] {
  return role.attachedPolicyArns.map((arn) => ({
    PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
    PolicyArn: arn,
  }));
}
