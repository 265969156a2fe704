import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { principalOf } from './principal.ts';

const SESSION = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLEEXAMPLE234:alice@example.com',
  arn: 'arn:aws:sts::111122223333:assumed-role/Admin/alice@example.com',
  accountId: '111122223333',
  sessionContext: {
    sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/ops/Admin', userName: 'Admin' },
  },
};

describe('principalOf', () => {
  it('tells a session with the role behind it', () => {
    const detail = {
      userIdentity: SESSION,
      sourceIPAddress: '203.0.113.7',
      userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.0',
    };
    expect(principalOf(detail)).toEqual({
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/Admin/alice@example.com',
      issuerArn: 'arn:aws:iam::111122223333:role/ops/Admin',
      sessionName: 'alice@example.com',
      account: '111122223333',
      sourceIp: '203.0.113.7',
      userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.0',
      text: 'role Admin (session alice@example.com) with Terraform from 203.0.113.7',
    });
  });

  it.each<{ detail: JsonObject; text: string }>([
    { detail: { userIdentity: JSON.stringify(SESSION) }, text: 'role Admin (session alice@example.com)' },
    {
      detail: { userIdentity: { ...SESSION, sessionContext: undefined } },
      text: 'role Admin (session alice@example.com)',
    },
    {
      detail: { userIdentity: { ...SESSION, arn: undefined } },
      text: 'role Admin (session alice@example.com)',
    },
    { detail: { userIdentity: { type: 'AssumedRole' } }, text: 'role unknown' },
    {
      detail: {
        userIdentity: { ...SESSION, invokedBy: 'cloudformation.amazonaws.com' },
        sourceIPAddress: 'cloudformation.amazonaws.com',
        userAgent: 'cloudformation.amazonaws.com',
      },
      text: 'role Admin (session alice@example.com) through cloudformation.amazonaws.com with CloudFormation',
    },
    {
      detail: {
        userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/x/bob', userName: 'bob' },
        userAgent: 'Boto3/1.40',
      },
      text: 'user bob with boto3',
    },
    {
      detail: { userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/x/bob' } },
      text: 'user bob',
    },
    {
      detail: { userIdentity: { type: 'Root', accountId: '111122223333' }, userAgent: 'Mozilla/5.0 (X11)' },
      text: 'the root user of 111122223333 with the AWS console',
    },
    {
      detail: { userIdentity: { type: 'AWSService', invokedBy: 'eks.amazonaws.com' } },
      text: 'eks.amazonaws.com',
    },
    {
      detail: { userIdentity: { type: 'AWSAccount', accountId: '444455556666' } },
      text: 'account 444455556666',
    },
    { detail: { userIdentity: { type: 'WebIdentityUser', userName: 'u' } }, text: 'WebIdentityUser u' },
    { detail: { userIdentity: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/a/r' } }, text: 'role r' },
    { detail: { sourceIPAddress: '203.0.113.7' }, text: 'somebody unknown from 203.0.113.7' },
    { detail: { userIdentity: null }, text: 'somebody unknown' },
    { detail: { userIdentity: 'nobody' }, text: 'somebody unknown' },
    { detail: { userIdentity: { type: 7, arn: {} } }, text: 'somebody unknown' },
  ])('in words: $text', ({ detail, text }) => expect(principalOf(detail).text).toBe(text));

  it('keeps what could move a terminal out of the words', () => {
    const { text } = principalOf({ userIdentity: { type: 'IAMUser', userName: 'bob\u001b[31m\n' } });
    expect(text).toBe('user bob[31m');
  });
});
