import { GetRole$, type GetRoleRequest, type GetRoleResponse } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingRole, roleResource } from './existing.ts';
import { describedRole } from './role-view.ts';

/** GetRole: everything that IAM tells of a role but its policies. */
export const getRole = operation<GetRoleRequest, GetRoleResponse>({
  schema: GetRole$,
  mutating: false,
  resource: roleResource,
  run: (call, input) => ({ Role: describedRole(call.world, existingRole(call, input.RoleName)) }),
});
