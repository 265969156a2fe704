import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** A managed policy is attached to a role. */
export const attachRolePolicy = roleEvent('AttachRolePolicy', 'permissions');

export function attachRolePolicySample() {
  return iamSample('AttachRolePolicy', {
    request: { roleName: 'payments-api', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    response: null,
  });
}
