import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** Who may assume a role changes. */
export const updateAssumeRolePolicy = roleEvent('UpdateAssumeRolePolicy', 'trustPolicy');

export function updateAssumeRolePolicySample() {
  return iamSample('UpdateAssumeRolePolicy', {
    request: {
      roleName: 'payments-api',
      policyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}',
    },
    response: null,
  });
}
