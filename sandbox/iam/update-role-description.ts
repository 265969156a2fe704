import {
  UpdateRoleDescription$,
  type UpdateRoleDescriptionRequest,
  type UpdateRoleDescriptionResponse,
} from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, roleResource } from './existing.ts';
import { checkDescription, required } from './field-rules.ts';
import { lowerCamel } from './iam-trail.ts';
import { describedRole } from './role-view.ts';

/** UpdateRoleDescription: AWS's older spelling of UpdateRole, which answers with the role. */
export const updateRoleDescription = operation<UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse>({
  schema: UpdateRoleDescription$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const { description: _before, ...role } = existingRole(call, input.RoleName);
    const description = checkDescription(required('description', input.Description));
    const changed = changeRole(call, role, description === undefined ? {} : { description });
    return { Role: describedRole(call.world, changed) };
  },
  trail: { requestParameters: lowerCamel, responseElements: lowerCamel },
});
