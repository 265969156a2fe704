import type { PodIdentitySituation, TargetRoleSituation } from '#shared/domain/trust-situation.ts';

/** payments/api on the cluster blue, with session tags. */
export function aSituation(given: Partial<PodIdentitySituation> = {}): PodIdentitySituation {
  return {
    clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/blue',
    clusterName: 'blue',
    account: '111122223333',
    namespace: 'payments',
    serviceAccount: 'api',
    sessionTagsDisabled: false,
    ...given,
  };
}

/** The same, with a target role in another account. */
export function aTargetSituation(given: Partial<TargetRoleSituation> = {}): TargetRoleSituation {
  return {
    ...aSituation(),
    region: 'eu-west-1',
    roleArn: 'arn:aws:iam::111122223333:role/team/payments-api',
    targetRoleArn: 'arn:aws:iam::777788889999:role/ledger-read',
    ...given,
  };
}
