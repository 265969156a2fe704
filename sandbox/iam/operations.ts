import { attachRolePolicy } from './attach-role-policy.ts';
import { createPolicy } from './create-policy.ts';
import { createPolicyVersion } from './create-policy-version.ts';
import { createRole } from './create-role.ts';
import { deletePolicy } from './delete-policy.ts';
import { deletePolicyVersion } from './delete-policy-version.ts';
import { deleteRole } from './delete-role.ts';
import { deleteRolePermissionsBoundary } from './delete-role-permissions-boundary.ts';
import { deleteRolePolicy } from './delete-role-policy.ts';
import { detachRolePolicy } from './detach-role-policy.ts';
import { getAccountAuthorizationDetails } from './get-account-authorization-details.ts';
import { getPolicy } from './get-policy.ts';
import { getPolicyVersion } from './get-policy-version.ts';
import { getRole } from './get-role.ts';
import { getRolePolicy } from './get-role-policy.ts';
import { listAttachedRolePolicies } from './list-attached-role-policies.ts';
import { listInstanceProfilesForRole } from './list-instance-profiles-for-role.ts';
import { listPolicies } from './list-policies.ts';
import { listPolicyTags } from './list-policy-tags.ts';
import { listPolicyVersions } from './list-policy-versions.ts';
import { listRolePolicies } from './list-role-policies.ts';
import { listRoleTags } from './list-role-tags.ts';
import { listRoles } from './list-roles.ts';
import { putRolePermissionsBoundary } from './put-role-permissions-boundary.ts';
import { putRolePolicy } from './put-role-policy.ts';
import { setDefaultPolicyVersion } from './set-default-policy-version.ts';
import { tagPolicy } from './tag-policy.ts';
import { tagRole } from './tag-role.ts';
import { untagPolicy } from './untag-policy.ts';
import { untagRole } from './untag-role.ts';
import { updateAssumeRolePolicy } from './update-assume-role-policy.ts';
import { updateRole } from './update-role.ts';
import { updateRoleDescription } from './update-role-description.ts';

/** Every IAM operation that the sandbox knows. */
export const iamOperations = [
  attachRolePolicy,
  createPolicy,
  createPolicyVersion,
  createRole,
  deletePolicy,
  deletePolicyVersion,
  deleteRole,
  deleteRolePermissionsBoundary,
  deleteRolePolicy,
  detachRolePolicy,
  getAccountAuthorizationDetails,
  getPolicy,
  getPolicyVersion,
  getRole,
  getRolePolicy,
  listAttachedRolePolicies,
  listInstanceProfilesForRole,
  listPolicies,
  listPolicyTags,
  listPolicyVersions,
  listRolePolicies,
  listRoleTags,
  listRoles,
  putRolePermissionsBoundary,
  putRolePolicy,
  setDefaultPolicyVersion,
  tagPolicy,
  tagRole,
  untagPolicy,
  untagRole,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
] as const;
