import { describe, expect, it } from 'vitest';
import { aContext, aPolicy, type Keys } from '#test/builders/policy.ts';
import { type AuthorizationRequest, authorize } from './authorize.ts';
import type { PolicyDocument } from './document.ts';
import type { Caller } from './principals.ts';

const HERE = '111122223333';
const ELSEWHERE = '999999999999';
const QUEUE = `arn:aws:sqs:eu-west-1:${HERE}:q`;
const ROLE = `arn:aws:iam::${HERE}:role/app`;
const SESSION = `arn:aws:sts::${HERE}:assumed-role/app/s1`;
const USER = `arn:aws:iam::${HERE}:user/ada`;

const session: Caller = { kind: 'roleSession', roleArn: ROLE, sessionName: 's1' };
const user: Caller = { kind: 'user', arn: USER };

const SEND = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
const policy = (...Statement: readonly object[]) => aPolicy(JSON.stringify({ Statement }));
const allows = policy(SEND);
const nothing = policy();
const denies = policy({ ...SEND, Effect: 'Deny' });
const maybe = policy({ ...SEND, Condition: { Bool: { 'aws:SecureTransport': 'true' } } });
const maybeDenies = policy({
  ...SEND,
  Effect: 'Deny',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});
const resource = (Principal: unknown, effect = 'Allow'): PolicyDocument =>
  aPolicy(JSON.stringify({ Statement: [{ ...SEND, Effect: effect, Principal }] }), 'resource');

const UNKNOWN_TRANSPORT: Keys = { 'aws:SecureTransport': 'UNKNOWN' };

function ask(given: Partial<AuthorizationRequest>): string {
  const { answer, layer } = authorize({
    caller: session,
    action: 'sqs:SendMessage',
    resource: QUEUE,
    context: aContext(UNKNOWN_TRANSPORT),
    identityPolicies: [nothing],
    resourceAccount: HERE,
    ...given,
  });
  return layer === undefined ? answer : `${answer} by ${layer}`;
}

interface Case {
  readonly when: string;
  readonly given: Partial<AuthorizationRequest>;
  readonly answer: string;
}

const identityCases: readonly Case[] = [
  { when: 'nothing allows', given: {}, answer: 'denied by identity' },
  { when: 'an identity policy allows', given: { identityPolicies: [nothing, allows] }, answer: 'allowed' },
  { when: 'another denies', given: { identityPolicies: [allows, denies] }, answer: 'denied by identity' },
  { when: 'one might allow', given: { identityPolicies: [maybe] }, answer: 'unknown by identity' },
  {
    when: 'one might deny',
    given: { identityPolicies: [allows, maybeDenies] },
    answer: 'unknown by identity',
  },
  {
    when: 'the boundary allows too',
    given: { identityPolicies: [allows], permissionsBoundary: allows },
    answer: 'allowed',
  },
  {
    when: 'the boundary does not',
    given: { identityPolicies: [allows], permissionsBoundary: nothing },
    answer: 'denied by boundary',
  },
  { when: 'only the boundary allows', given: { permissionsBoundary: allows }, answer: 'denied by identity' },
  {
    when: 'the boundary might',
    given: { identityPolicies: [allows], permissionsBoundary: maybe },
    answer: 'unknown by boundary',
  },
  {
    when: 'one session policy allows',
    given: { identityPolicies: [allows], sessionPolicies: [nothing, allows] },
    answer: 'allowed',
  },
  {
    when: 'no session policy does',
    given: { identityPolicies: [allows], sessionPolicies: [nothing] },
    answer: 'denied by session',
  },
  {
    when: 'a session policy denies',
    given: { identityPolicies: [allows], sessionPolicies: [allows, denies] },
    answer: 'denied by session',
  },
  {
    when: 'the caller is the root user',
    given: { caller: { kind: 'root', account: HERE } },
    answer: 'allowed',
  },
];

const resourceCases: readonly Case[] = [
  { when: 'the queue names the role', given: { resourcePolicy: resource({ AWS: ROLE }) }, answer: 'allowed' },
  {
    when: 'the queue names the role, but the boundary does not allow',
    given: { resourcePolicy: resource({ AWS: ROLE }), permissionsBoundary: nothing },
    answer: 'denied by boundary',
  },
  {
    when: 'the queue names the role, but the session policy does not allow',
    given: { resourcePolicy: resource({ AWS: ROLE }), sessionPolicies: [nothing] },
    answer: 'denied by session',
  },
  {
    when: 'the queue names the session, whatever boundary and session policy leave out',
    given: {
      resourcePolicy: resource({ AWS: SESSION }),
      permissionsBoundary: nothing,
      sessionPolicies: [nothing],
    },
    answer: 'allowed',
  },
  {
    when: 'the queue names the session, but the boundary denies',
    given: { resourcePolicy: resource({ AWS: SESSION }), permissionsBoundary: denies },
    answer: 'denied by boundary',
  },
  {
    when: 'the queue names the user, whatever the boundary leaves out',
    given: { caller: user, resourcePolicy: resource({ AWS: USER }), permissionsBoundary: nothing },
    answer: 'allowed',
  },
  {
    when: 'the queue names the account',
    given: { resourcePolicy: resource({ AWS: HERE }) },
    answer: 'denied by identity',
  },
  { when: 'the queue names everyone', given: { resourcePolicy: resource('*') }, answer: 'allowed' },
  {
    when: 'the queue denies',
    given: { identityPolicies: [allows], resourcePolicy: resource('*', 'Deny') },
    answer: 'denied by resource',
  },
  {
    when: 'the caller is a service that the queue names',
    given: {
      caller: { kind: 'service', service: 'events.amazonaws.com' },
      resourcePolicy: resource({ Service: 'events.amazonaws.com' }),
    },
    answer: 'allowed',
  },
  {
    when: 'the caller is a service and there is no queue policy',
    given: { caller: { kind: 'service', service: 'events.amazonaws.com' }, identityPolicies: [allows] },
    answer: 'denied by resource',
  },
];

const crossAccountCases: readonly Case[] = [
  {
    when: 'only the identity policy allows',
    given: { resourceAccount: ELSEWHERE, identityPolicies: [allows] },
    answer: 'denied by resource',
  },
  {
    when: 'only the resource policy allows',
    given: { resourceAccount: ELSEWHERE, resourcePolicy: resource({ AWS: SESSION }) },
    answer: 'denied by identity',
  },
  {
    when: 'both allow, the resource by account',
    given: {
      resourceAccount: ELSEWHERE,
      identityPolicies: [allows],
      resourcePolicy: resource({ AWS: HERE }),
    },
    answer: 'allowed',
  },
  {
    when: 'both allow, but the boundary does not',
    given: {
      resourceAccount: ELSEWHERE,
      identityPolicies: [allows],
      resourcePolicy: resource({ AWS: SESSION }),
      permissionsBoundary: nothing,
    },
    answer: 'denied by boundary',
  },
];

const trust = (Principal: unknown) => ({ resourcePolicyDecides: true, resourcePolicy: resource(Principal) });
const roleCases: readonly Case[] = [
  { when: 'the trust policy names the role', given: trust({ AWS: ROLE }), answer: 'allowed' },
  { when: 'it names the account only', given: trust({ AWS: HERE }), answer: 'denied by identity' },
  {
    when: 'it names the account and an identity policy allows',
    given: { ...trust({ AWS: HERE }), identityPolicies: [allows] },
    answer: 'allowed',
  },
  {
    when: 'only an identity policy allows',
    given: { ...trust({ AWS: ELSEWHERE }), identityPolicies: [allows] },
    answer: 'denied by resource',
  },
  {
    when: 'it names a session that may be the caller',
    given: { ...trust({ AWS: SESSION }), caller: { kind: 'roleSession', roleArn: ROLE } },
    answer: 'unknown by identity',
  },
];

describe('authorize', () => {
  it.each(identityCases)('within an account: $answer when $when', ({ given, answer }) => {
    expect(ask(given)).toBe(answer);
  });

  it.each(resourceCases)('with a resource policy: $answer when $when', ({ given, answer }) => {
    expect(ask(given)).toBe(answer);
  });

  it.each(crossAccountCases)('across accounts: $answer when $when', ({ given, answer }) => {
    expect(ask(given)).toBe(answer);
  });

  it.each(roleCases)('where the resource policy decides: $answer when $when', ({ given, answer }) => {
    expect(ask(given)).toBe(answer);
  });

  it('says what each layer says by itself', () => {
    const { answers } = authorize({
      caller: session,
      action: 'sqs:SendMessage',
      resource: QUEUE,
      context: aContext({}),
      identityPolicies: [allows],
      permissionsBoundary: nothing,
      resourceAccount: HERE,
    });
    expect(answers).toMatchObject({
      identity: { answer: 'admits' },
      boundary: { answer: 'denies', kind: 'implicit' },
    });
  });
});
