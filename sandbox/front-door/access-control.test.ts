import { describe, expect, it } from 'vitest';
import type { Caller } from '#sandbox/caller.ts';
import type { AccessQuestion, Principal } from '#sandbox/cloud/access.ts';
import { putRole } from '#test/builders/running-sandbox.ts';
import { aWorld, trusting } from '#test/builders/sandbox-call.ts';
import { type AccessControlOptions, accessControl } from './access-control.ts';

const HERE = '111122223333';
const ELSEWHERE = '444455556666';
const QUEUE = `arn:aws:sqs:eu-west-1:${HERE}:work`;
const TABLE = `arn:aws:dynamodb:eu-west-1:${HERE}:table/items`;
const RULE = `arn:aws:events:eu-west-1:${HERE}:rule/calls`;
const ROLE = `arn:aws:iam::${HERE}:role/worker`;

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const trustingService = (service: string, Condition?: object) =>
  document({
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sts:AssumeRole',
    ...(Condition ? { Condition } : {}),
  });

const byRole: Caller = {
  kind: 'assumedRole',
  accessKeyId: 'ASIAEXAMPLE',
  account: HERE,
  roleArn: ROLE,
  roleName: 'worker',
  roleId: 'AROAEXAMPLEEXAMPLE234',
  sessionName: 's1',
  arn: `arn:aws:sts::${HERE}:assumed-role/worker/s1`,
  sessionTags: {},
  issuedAt: 0,
  expiresAt: 0,
};
const byKeyOf = (account: string): Caller => ({
  kind: 'user',
  accessKeyId: account,
  account,
  userName: 'sandbox',
  arn: `arn:aws:iam::${account}:user/sandbox`,
});

interface Given extends Partial<AccessQuestion> {
  /** Who asks, where it is somebody who signed; the role `worker` unless said otherwise. */
  readonly caller?: Caller;
  /** Statements of the role's one policy. */
  readonly policy?: readonly object[];
  readonly trust?: string;
  readonly options?: AccessControlOptions;
}

/** Asks to send to the queue, unless told otherwise; answers the refusal. */
function ask({ caller = byRole, policy = [], trust, options, ...question }: Given): string {
  const world = aWorld();
  putRole(world.iam(HERE), 'worker', {
    inlinePolicies: { own: document(...policy) },
    ...(trust === undefined ? {} : { trustPolicy: trust }),
  });
  const answer = accessControl(
    world,
    options,
  )({
    principal: { kind: 'caller', caller },
    action: 'sqs:SendMessage',
    resource: QUEUE,
    account: HERE,
    region: 'eu-west-1',
    ...question,
  });
  return answer.kind === 'allowed' ? 'allowed' : answer.reason;
}

const put = (leadingKeys: readonly string[] | undefined) => ({
  action: 'dynamodb:PutItem',
  resource: TABLE,
  policy: [
    allow('dynamodb:PutItem', TABLE, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['A#*'] } }),
  ],
  ...(leadingKeys ? { context: { 'dynamodb:LeadingKeys': leadingKeys } } : {}),
});
const bySource = (sourceArn: string): Principal => ({
  kind: 'service',
  service: 'events.amazonaws.com',
  sourceArn,
  sourceAccount: HERE,
});
const letsRuleIn = document({
  Sid: 'Rule',
  ...allow('sqs:SendMessage', QUEUE, { ArnEquals: { 'aws:SourceArn': RULE } }),
  Principal: { Service: 'events.amazonaws.com' },
});
const byTargetRole: Principal = {
  kind: 'role',
  roleArn: ROLE,
  service: 'events.amazonaws.com',
  sourceArn: RULE,
  sourceAccount: HERE,
};
const inOrganisation = [allow('sqs:*', '*', { StringEquals: { 'aws:ResourceOrgID': 'o-1' } })];

describe('the front door', () => {
  it.each<{ when: string; given: Given }>([
    { when: 'a policy of the role allows it', given: { policy: [allow('sqs:Send*', QUEUE)] } },
    { when: 'an account key asks in its own account', given: { caller: byKeyOf(HERE) } },
    {
      when: 'the queue lets another account in',
      given: {
        caller: byKeyOf(ELSEWHERE),
        resourcePolicy: document({ ...allow('sqs:*', QUEUE), Principal: { AWS: ELSEWHERE } }),
      },
    },
    { when: 'every leading key matches', given: put(['A#1', 'A#2']) },
    {
      when: 'the queue lets in the rule that sends',
      given: { principal: bySource(RULE), resourcePolicy: letsRuleIn },
    },
    {
      when: 'a service acts by a role that trusts it',
      given: {
        principal: byTargetRole,
        policy: [allow('sqs:SendMessage', QUEUE)],
        trust: trustingService('events.amazonaws.com', { StringEquals: { 'aws:SourceAccount': HERE } }),
      },
    },
    {
      when: 'the resource is in the organisation asked for',
      given: { policy: inOrganisation, options: { organisationId: 'o-1' } },
    },
    {
      when: 'the role is that of the caller',
      given: { policy: [allow('sqs:*', '*', { ArnEquals: { 'aws:PrincipalArn': ROLE } })] },
    },
  ])('lets in when $when', ({ given }) => {
    expect(ask(given)).toBe('allowed');
  });

  it.each<{ when: string; given: Given; says: readonly string[] }>([
    {
      when: 'nothing allows it',
      given: {},
      says: [
        `User: ${byRole.arn} is not authorized to perform: sqs:SendMessage on resource: ${QUEUE} because no identity-based policy allows the sqs:SendMessage action.`,
        `Missing in the policies of ${ROLE}: {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"${QUEUE}"}`,
      ],
    },
    {
      when: 'a statement is about another resource',
      given: { policy: [allow('sqs:SendMessage', `${QUEUE}-dead`)] },
      says: ['(statement 1 of own is about another resource)'],
    },
    {
      when: 'another statement denies it',
      given: { policy: [allow('sqs:*', '*'), { Sid: 'No', ...allow('sqs:*', '*'), Effect: 'Deny' }] },
      says: ['with an explicit deny in an identity-based policy: statement No of own'],
    },
    {
      when: 'a leading key is another',
      given: put(['A#1', 'C#1']),
      says: ['wants ForAllValues:StringLike dynamodb:LeadingKeys A#*, and the request has A#1, C#1'],
    },
    {
      when: 'the leading keys cannot be told',
      given: put(undefined),
      says: [
        'because the sandbox cannot know dynamodb:LeadingKeys, which statement 1 of own (identity-based policy) asks for',
      ],
    },
    {
      when: 'a condition looks at the address',
      given: { policy: [allow('sqs:*', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })] },
      says: ['because the sandbox cannot know aws:SourceIp'],
    },
    {
      when: 'there is no organisation',
      given: { policy: inOrganisation },
      says: ['wants StringEquals aws:ResourceOrgID o-1, and the request has nothing'],
    },
    {
      when: 'an account key asks in another account',
      given: { caller: byKeyOf(ELSEWHERE) },
      says: ['because no resource-based policy allows the sqs:SendMessage action', '"Principal":{"AWS":"arn'],
    },
    {
      when: 'the queue lets in another rule',
      given: { principal: bySource(`${RULE}-2`), resourcePolicy: letsRuleIn },
      says: [
        'Service: events.amazonaws.com is not authorized',
        `"Condition":{"ArnEquals":{"aws:SourceArn":"${RULE}-2"}}`,
        `(statement Rule wants ArnEquals aws:SourceArn ${RULE}, and the request has ${RULE}-2)`,
      ],
    },
    {
      when: 'a queue has no policy and a service sends',
      given: { principal: bySource(RULE) },
      says: ['because no resource-based policy allows'],
    },
    {
      when: 'the role does not trust the service',
      given: { principal: byTargetRole, trust: trusting(`arn:aws:iam::${HERE}:root`) },
      says: [
        `events.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
        'missing there: {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sts:AssumeRole"}',
      ],
    },
    {
      when: 'the trust policy asks for what is not known',
      given: {
        principal: byTargetRole,
        trust: trustingService('events.amazonaws.com', { StringEquals: { 'aws:SourceOrgID': 'o-1' } }),
      },
      says: ['the sandbox cannot know: aws:SourceOrgID'],
    },
    {
      when: 'the role is gone',
      given: { principal: { ...byTargetRole, roleArn: `${ROLE}-2` } },
      says: ['because there is no such role'],
    },
    {
      when: 'the role was made again since the session began',
      given: {
        caller: { ...byRole, roleId: 'AROAOTHEROTHEROTHER23' },
        policy: [allow('sqs:*', '*')],
      },
      says: ['because no identity-based policy allows'],
    },
    {
      when: 'the policy of the resource cannot be read',
      given: { principal: bySource(RULE), resourcePolicy: '{' },
      says: [`the policy of ${QUEUE} cannot be read`],
    },
  ])('refuses when $when', ({ given, says }) => {
    const reason = ask(given);
    for (const part of says) expect(reason).toContain(part);
  });
});
