import type { Caller } from '../caller.ts';
import { uniqueId } from '../iam/unique-id.ts';

/** The caller as a CloudTrail record names it (facts §5.1). */
export function userIdentity(caller: Caller): Readonly<Record<string, unknown>> {
  if (caller.kind === 'user') {
    return {
      type: 'IAMUser',
      principalId: uniqueId('AIDA', caller.arn),
      arn: caller.arn,
      accountId: caller.account,
      accessKeyId: caller.accessKeyId,
      userName: caller.userName,
    };
  }
  return {
    type: 'AssumedRole',
    principalId: `${caller.roleId}:${caller.sessionName}`,
    arn: caller.arn,
    accountId: caller.account,
    accessKeyId: caller.accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: caller.roleId,
        arn: caller.roleArn,
        accountId: caller.account,
        userName: caller.roleName,
      },
      webIdFederationData: {},
      attributes: { creationDate: isoSeconds(caller.issuedAt), mfaAuthenticated: 'false' },
      ...(caller.sourceIdentity === undefined ? {} : { sourceIdentity: caller.sourceIdentity }),
    },
  };
}

/** ISO 8601 in whole seconds, as CloudTrail writes times. */
export function isoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
