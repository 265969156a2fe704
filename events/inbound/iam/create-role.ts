import { iamSample } from '../sample-event.ts';
import { roleEvent } from './role-event.ts';

/** A role comes: under a name that a mapping may be waiting for. */
export const createRole = roleEvent('CreateRole', 'created');

export function createRoleSample() {
  return iamSample('CreateRole', {
    request: {
      roleName: 'payments-api',
      path: '/apps/',
      assumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}',
    },
    response: {
      role: {
        path: '/apps/',
        roleName: 'payments-api',
        roleId: 'AROAEXAMPLEEXAMPLE567',
        arn: 'arn:aws:iam::111122223333:role/apps/payments-api',
        createDate: 'Nov 20, 2026 10:00:00 AM',
        assumeRolePolicyDocument:
          '%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22pods.eks.amazonaws.com%22%7D%2C%22Action%22%3A%5B%22sts%3AAssumeRole%22%2C%22sts%3ATagSession%22%5D%7D%5D%7D',
      },
    },
  });
}
