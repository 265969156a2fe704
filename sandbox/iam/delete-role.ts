import { DeleteRole$, type DeleteRoleRequest } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { existingRole, iamOf, roleResource } from './existing.ts';
import { deleteConflict } from './iam-errors.ts';
import { silentTrail } from './iam-trail.ts';

/** DeleteRole: only once its policies are gone. What names the role elsewhere stays, and dangles. */
export const deleteRole = operation<DeleteRoleRequest, Record<string, never>>({
  schema: DeleteRole$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const role = existingRole(call, input.RoleName);
    if (role.attachedPolicyArns.length > 0) {
      throw deleteConflict('Cannot delete entity, must detach all policies first.');
    }
    if (Object.keys(role.inlinePolicies).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete policies first.');
    }
    iamOf(call).removeRole(role.roleName, call.now);
    return {};
  },
  trail: silentTrail,
});
