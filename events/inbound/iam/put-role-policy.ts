import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** An inline policy of a role is set. */
export const putRolePolicy = roleEvent('PutRolePolicy', 'permissions');

export function putRolePolicySample() {
  return iamSample('PutRolePolicy', {
    request: {
      roleName: 'payments-api',
      policyName: 'extra',
      policyDocument: '{"Version":"2012-10-17","Statement":[]}',
    },
    response: null,
  });
}
