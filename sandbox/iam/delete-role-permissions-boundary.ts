import {
  DeleteRolePermissionsBoundary$,
  type DeleteRolePermissionsBoundaryRequest,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingRole, iamOf, roleResource } from './existing.ts';
import { silentTrail } from './iam-trail.ts';

/** DeleteRolePermissionsBoundary. What it answers for a role without one is unknown; here that is no error. */
export const deleteRolePermissionsBoundary = operation<
  DeleteRolePermissionsBoundaryRequest,
  Record<string, never>
>({
  schema: DeleteRolePermissionsBoundary$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const { permissionsBoundaryArn: _removed, ...role } = existingRole(call, input.RoleName);
    iamOf(call).putRole(role, call.now);
    return {};
  },
  trail: silentTrail,
});
