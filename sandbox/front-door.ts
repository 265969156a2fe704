import type { Caller } from './caller.ts';
import { partitionOf } from './partition.ts';
import type { Signature } from './signature.ts';
import { callerOf } from './sts/session-store.ts';
import type { ServiceErrors } from './wire/protocol.ts';
import type { World } from './world.ts';

/** The account of every access key that names none. */
const DEFAULT_ACCOUNT = '111122223333';
/** Who the keys that are not temporary belong to. */
const USER_NAME = 'sandbox';

/**
 * Who a caller is, by the key that signed. What they may do is decided in `front-door/access-control.ts`, once it is
 * known what they want.
 *
 * Throws the service's own refusal for credentials that are unknown or expired.
 */
export function frontDoor(world: World, signature: Signature, errors: ServiceErrors): Caller {
  const { accessKeyId, sessionToken } = signature;
  if (!accessKeyId.startsWith('ASIA')) return userOf(signature);
  const answer = world.sessions.find(accessKeyId, sessionToken, world.clock.now());
  if (answer.kind === 'invalid') throw errors.unknownCredentials();
  if (answer.kind === 'expired') throw errors.expiredCredentials();
  return callerOf(answer.session);
}

/** A 12-digit access key id names the account; any other key means the default account. */
function userOf({ accessKeyId, region }: Signature): Caller {
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT;
  return {
    kind: 'user',
    accessKeyId,
    account,
    userName: USER_NAME,
    arn: `arn:${partitionOf(region)}:iam::${account}:user/${USER_NAME}`,
  };
}
