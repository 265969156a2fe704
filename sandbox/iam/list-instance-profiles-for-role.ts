import {
  ListInstanceProfilesForRole$,
  type ListInstanceProfilesForRoleRequest,
  type ListInstanceProfilesForRoleResponse,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingRole, roleResource } from './existing.ts';

/** ListInstanceProfilesForRole: none; there are no instances here. Terraform asks before it deletes a role. */
export const listInstanceProfilesForRole = operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
>({
  schema: ListInstanceProfilesForRole$,
  mutating: false,
  resource: roleResource,
  run(call, input) {
    existingRole(call, input.RoleName);
    return { InstanceProfiles: [], IsTruncated: false };
  },
});
