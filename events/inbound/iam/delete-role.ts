import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** A role goes: what is bound to it will fail at its next renewal. */
export const deleteRole = roleEvent('DeleteRole', 'deleted');

export function deleteRoleSample() {
  return iamSample('DeleteRole', { request: { roleName: 'payments-api' }, response: null });
}
