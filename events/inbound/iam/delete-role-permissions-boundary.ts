import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** A role loses its boundary. */
export const deleteRolePermissionsBoundary = roleEvent('DeleteRolePermissionsBoundary', 'boundary', 'I');

export function deleteRolePermissionsBoundarySample() {
  return iamSample('DeleteRolePermissionsBoundary', {
    request: { roleName: 'payments-api' },
    response: null,
  });
}
