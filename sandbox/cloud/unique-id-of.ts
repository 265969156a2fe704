import type { Caller } from '../caller.ts';
import { uniqueId } from '../iam/unique-id.ts';

/** `AROA…:session` of a role session, `AIDA…` of an account's own key: what `SenderId` and logs tell. */
export function uniqueIdOf(caller: Caller): string {
  return caller.kind === 'assumedRole'
    ? `${caller.roleId}:${caller.sessionName}`
    : uniqueId('AIDA', caller.arn);
}
