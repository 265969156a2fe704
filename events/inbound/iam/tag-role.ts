import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** Tags of a role are set. */
export const tagRole = roleEvent('TagRole', 'tags');

export function tagRoleSample() {
  return iamSample('TagRole', {
    request: { roleName: 'payments-api', tags: [{ key: 'team', value: 'payments' }] },
    response: null,
  });
}
