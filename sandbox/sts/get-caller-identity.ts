import {
  GetCallerIdentity$,
  type GetCallerIdentityRequest,
  type GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import type { Caller } from '#sandbox/caller.ts';
import { uniqueId } from '#sandbox/iam/unique-id.ts';
import { operation } from '#sandbox/operation.ts';

/** GetCallerIdentity: who signed; needs no permission. */
export const getCallerIdentity = operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
  schema: GetCallerIdentity$,
  mutating: false,
  run: ({ caller }) => ({ UserId: userIdOf(caller), Account: caller.account, Arn: caller.arn }),
});

/** `AROA…:session` of a role session, `AIDA…` of an account's own key. */
function userIdOf(caller: Caller): string {
  return caller.kind === 'assumedRole'
    ? `${caller.roleId}:${caller.sessionName}`
    : uniqueId('AIDA', caller.arn);
}
