import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** Tags of a role are removed. */
export const untagRole = roleEvent('UntagRole', 'tags', 'I');

export function untagRoleSample() {
  return iamSample('UntagRole', { request: { roleName: 'payments-api', tagKeys: ['team'] }, response: null });
}
