import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** A role is bounded, or bounded otherwise. */
export const putRolePermissionsBoundary = roleEvent('PutRolePermissionsBoundary', 'boundary', 'I');

export function putRolePermissionsBoundarySample() {
  return iamSample('PutRolePermissionsBoundary', {
    request: { roleName: 'payments-api', permissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary' },
    response: null,
  });
}
