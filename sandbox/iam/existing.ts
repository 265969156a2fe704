import type { Call } from '#sandbox/operation.ts';
import { checkPolicyArn, checkRoleName } from './field-rules.ts';
import { noSuchPolicy, noSuchRole, outsideYourAccount } from './iam-errors.ts';
import type { IamState } from './iam-state.ts';
import type { ManagedPolicy } from './managed-policy.ts';
import type { RoleRecord } from './role-record.ts';

/** IAM of the account that is called. */
export function iamOf(call: Call): IamState {
  return call.world.iam(call.account);
}

/** The role that a call names; refuses a bad name, and a name that no role has. */
export function existingRole(call: Call, roleName: string | undefined): RoleRecord {
  const name = checkRoleName(roleName);
  const role = iamOf(call).role(name);
  if (!role) throw noSuchRole(name);
  return role;
}

/** Puts a changed record in the place of the role. */
export function changeRole(call: Call, role: RoleRecord, changes: Partial<RoleRecord>): RoleRecord {
  const changed = { ...role, ...changes };
  iamOf(call).putRole(changed, call.now);
  return changed;
}

/** The managed policy that a call names, the customer's or AWS's. */
export function existingPolicy(call: Call, policyArn: string | undefined): ManagedPolicy {
  const arn = checkPolicyArn(policyArn);
  const policy = iamOf(call).policy(arn);
  if (!policy) throw noSuchPolicy(arn);
  return policy;
}

/** A managed policy that the account may change: AWS's own are read-only to everybody. */
export function ownPolicy(call: Call, policyArn: string | undefined): ManagedPolicy {
  const policy = existingPolicy(call, policyArn);
  if (policy.arn.includes(':iam::aws:')) throw outsideYourAccount();
  return policy;
}

/** The ARN that an access decision about a role is made on: with the role's path, which calls do not name. */
export function roleResource(call: Call, input: { readonly RoleName?: string | undefined }): string {
  const name = input.RoleName ?? '';
  return iamOf(call).role(name)?.arn ?? `arn:${call.partition}:iam::${call.account}:role/${name}`;
}

/** The ARN that an access decision about a managed policy is made on. */
export function policyResource(_call: Call, input: { readonly PolicyArn?: string | undefined }): string {
  return input.PolicyArn ?? '*';
}
