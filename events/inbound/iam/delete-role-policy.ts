import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** An inline policy of a role is removed. */
export const deleteRolePolicy = roleEvent('DeleteRolePolicy', 'permissions');

export function deleteRolePolicySample() {
  return iamSample('DeleteRolePolicy', {
    request: { roleName: 'payments-api', policyName: 'extra' },
    response: null,
  });
}
