import { describe, expect, it } from 'vitest';
import { aContext, aPolicy } from '#test/builders/policy.ts';
import { evaluate } from './evaluate.ts';
import type { Caller } from './principals.ts';

const ROLE = 'arn:aws:iam::111122223333:role/team/app';
const SESSION_ARN = 'arn:aws:sts::111122223333:assumed-role/app/s1';
const ROOT = 'arn:aws:iam::111122223333:root';

const session: Caller = {
  kind: 'roleSession',
  roleArn: ROLE,
  sessionName: 's1',
  uniqueId: 'AROAEXAMPLEEXAMPLE123',
};
const user: Caller = { kind: 'user', arn: 'arn:aws:iam::111122223333:user/ada' };
const pods: Caller = { kind: 'service', service: 'pods.eks.amazonaws.com' };
const oidc: Caller = { kind: 'federated', provider: 'arn:aws:iam::111122223333:oidc-provider/example.com' };

function ask(element: object, caller: Caller) {
  const text = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...element }] });
  const request = { caller, action: 'sts:AssumeRole', context: aContext({}) };
  const answer = evaluate([aPolicy(text, 'trust')], request);
  return answer.answer === 'admits' ? answer.grant : answer.answer;
}

describe('Principal', () => {
  it.each([
    ['*', session, 'everyone'],
    ['*', pods, 'everyone'],
    ['*', { kind: 'anonymous' } as const, 'everyone'],
    [{ AWS: '*' }, user, 'everyone'],
    [{ AWS: '111122223333' }, session, 'account'],
    [{ AWS: ROOT }, user, 'account'],
    [{ AWS: ROOT }, { kind: 'root', account: '111122223333' } as const, 'direct'],
    [{ AWS: '999999999999' }, session, 'denies'],
    [{ AWS: ROLE }, session, 'role'],
    [{ AWS: 'arn:aws:iam::111122223333:role/app' }, session, 'denies'],
    [{ AWS: SESSION_ARN }, session, 'direct'],
    [{ AWS: 'arn:aws:sts::111122223333:assumed-role/app/s2' }, session, 'denies'],
    [{ AWS: SESSION_ARN }, { kind: 'roleSession', roleArn: ROLE } as const, 'unknown'],
    [{ AWS: [ROOT, ROLE, SESSION_ARN] }, session, 'direct'],
    [{ AWS: [ROOT, ROLE] }, session, 'role'],
    [{ AWS: 'AROAEXAMPLEEXAMPLE123' }, session, 'role'],
    [{ AWS: 'AROADELETEDROLE1234567' }, session, 'denies'],
    [{ AWS: 'arn:aws:iam::111122223333:user/ada' }, user, 'direct'],
    [{ AWS: 'arn:aws:iam::111122223333:user/Ada' }, user, 'denies'],
    [
      { AWS: 'arn:aws:sts::111122223333:federated-user/ada' },
      { kind: 'federatedUser', arn: 'arn:aws:sts::111122223333:federated-user/ada' } as const,
      'direct',
    ],
    [{ Service: 'pods.eks.amazonaws.com' }, pods, 'direct'],
    [{ Service: ['ec2.amazonaws.com', 'pods.eks.amazonaws.com'] }, pods, 'direct'],
    [{ Service: 'eks.amazonaws.com' }, pods, 'denies'],
    [{ AWS: ROOT }, pods, 'denies'],
    [{ Federated: 'arn:aws:iam::111122223333:oidc-provider/example.com' }, oidc, 'direct'],
    [{ Federated: 'cognito-identity.amazonaws.com' }, oidc, 'denies'],
    [{}, pods, 'denies'],
  ])('%j for %j: %s', (principal, caller, expected) => {
    expect(ask({ Principal: principal }, caller)).toBe(expected);
  });
});

describe('NotPrincipal', () => {
  it.each([
    [{ AWS: [ROOT, ROLE, SESSION_ARN] }, session, 'denies'],
    [{ AWS: [ROOT, ROLE] }, session, 'denies'],
    [{ AWS: ROLE }, session, 'unknown'],
    [{ AWS: ROOT }, session, 'unknown'],
    [{ AWS: [ROOT, SESSION_ARN] }, session, 'unknown'],
    [{ AWS: [ROOT, 'arn:aws:iam::111122223333:user/ada'] }, user, 'denies'],
    [{ AWS: 'arn:aws:iam::111122223333:user/ada' }, user, 'unknown'],
    [{ AWS: '999999999999' }, user, 'everyone'],
    [{ Service: 'pods.eks.amazonaws.com' }, pods, 'denies'],
    [{ Service: 'ec2.amazonaws.com' }, pods, 'everyone'],
    ['*', session, 'denies'],
    [{ AWS: '999999999999' }, { kind: 'anonymous' } as const, 'everyone'],
  ])('%j for %j: %s', (principal, caller, expected) => {
    expect(ask({ NotPrincipal: principal }, caller)).toBe(expected);
  });
});
