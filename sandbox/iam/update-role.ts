import { UpdateRole$, type UpdateRoleRequest, type UpdateRoleResponse } from '@aws-sdk/client-iam';
import { operation } from '#sandbox/operation.ts';
import { changeRole, existingRole, roleResource } from './existing.ts';
import { checkDescription, checkMaxSessionDuration } from './field-rules.ts';
import { lowerCamel } from './iam-trail.ts';

/**
 * UpdateRole: description and longest session. A description that is not given stays; a duration that is not given
 * becomes one hour again, as the API's documentation says.
 */
export const updateRole = operation<UpdateRoleRequest, UpdateRoleResponse>({
  schema: UpdateRole$,
  mutating: true,
  resource: roleResource,
  run(call, input) {
    const { description: before, ...role } = existingRole(call, input.RoleName);
    const maxSessionDuration = checkMaxSessionDuration(input.MaxSessionDuration);
    const description = input.Description === undefined ? before : checkDescription(input.Description);
    changeRole(call, role, { maxSessionDuration, ...(description === undefined ? {} : { description }) });
    return {};
  },
  trail: { requestParameters: lowerCamel, responseElements: () => null },
});
