import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** A managed policy is detached from a role. */
export const detachRolePolicy = roleEvent('DetachRolePolicy', 'permissions');

export function detachRolePolicySample() {
  return iamSample('DetachRolePolicy', {
    request: { roleName: 'payments-api', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    response: null,
  });
}
