import type { AwsError } from '#sandbox/aws-error.ts';
import type { Caller } from '#sandbox/caller.ts';
import { manualClock } from '#sandbox/clock.ts';
import { createWorld, type ResettableWorld } from '#sandbox/create-world.ts';
import type { Call } from '#sandbox/operation.ts';

/** 2026-11-20T10:00:00Z */
export const NOON = Date.UTC(2026, 10, 20, 10, 0, 0);

/** An empty world whose clock stands still at noon. */
export function aWorld(): ResettableWorld {
  return createWorld({ clock: manualClock(NOON) });
}

/** A caller that signed with an account's own key. */
function aUser(account = '111122223333'): Caller {
  return {
    kind: 'user',
    accessKeyId: account,
    account,
    userName: 'sandbox',
    arn: `arn:aws:iam::${account}:user/sandbox`,
  };
}

/** A call of account 111122223333's user, in eu-west-1. */
export function aCall(changes: Partial<Call> = {}): Call {
  const caller = changes.caller ?? aUser(changes.account);
  return {
    world: aWorld(),
    caller,
    partition: 'aws',
    account: caller.account,
    region: 'eu-west-1',
    now: NOON,
    asOf: NOON,
    requestId: '11111111-2222-4333-8444-555555555555',
    ...changes,
  };
}

/** The least trust policy that EKS accepts (facts §4.1). */
export const PODS_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
});

/** A trust policy for one AWS principal. */
export function trusting(principal: string, condition?: Record<string, Record<string, string>>): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: principal },
        Action: 'sts:AssumeRole',
        ...(condition ? { Condition: condition } : {}),
      },
    ],
  });
}

/** How AWS would refuse: the error of a call that throws. Fails when it does not throw. */
export function refusal(act: () => unknown): Pick<AwsError, 'code' | 'status' | 'message'> {
  try {
    act();
  } catch (error) {
    const { code, status, message } = error as AwsError;
    return { code, status, message };
  }
  throw new Error('it was not refused');
}
