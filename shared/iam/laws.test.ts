import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPolicy } from '#test/builders/policy.ts';
import { authorize } from './authorize.ts';
import { type KeyState, type RequestContext, requestContext } from './context.ts';
import type { PolicyDocument, PolicyKind } from './document.ts';
import { evaluate } from './evaluate.ts';
import { parsePolicy } from './parse-policy.ts';
import type { Caller } from './principals.ts';

// A small world, so that what is generated often matches.
const KEYS = ['aws:username', 'aws:PrincipalTag/team', 'aws:SourceArn', 'aws:TagKeys'] as const;
const TEXTS = ['a', 'A', 'b', 'arn:aws:eks:r:1:c/a', '10.0.0.1', '5', 'true', '2020', ''];
const TEMPLATES = [
  ...TEXTS,
  '*',
  'a*',
  'arn:aws:eks:*:1:c/?',
  `\${aws:username}`,
  `\${aws:PrincipalTag/team, 'a'}`,
  `x\${*}`,
];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  String: TEMPLATES,
  Arn: TEMPLATES,
  Numeric: ['5', '6'],
  Date: ['2020', '2021-01-01'],
  Bool: ['true', 'false', `\${aws:username}`],
  Ip: ['10.0.0.0/8', '10.0.0.1'],
};
const OPERATORS = [
  ['String', 'StringEquals'],
  ['String', 'StringNotEquals'],
  ['String', 'StringEqualsIgnoreCase'],
  ['String', 'StringLike'],
  ['String', 'StringNotLike'],
  ['Arn', 'ArnLike'],
  ['Arn', 'ArnNotEquals'],
  ['Numeric', 'NumericNotEquals'],
  ['Numeric', 'NumericLessThan'],
  ['Date', 'DateGreaterThan'],
  ['Bool', 'Bool'],
  ['Ip', 'IpAddress'],
  ['Ip', 'NotIpAddress'],
] as const;

const condition = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...OPERATORS),
      fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom('', 'IfExists'),
      fc.constantFrom(...KEYS),
    )
    .chain(([[type, operator], set, ifExists, key]) =>
      fc
        .array(fc.constantFrom(...(VALUES[type] ?? [])), { maxLength: 2 })
        .map((values) => ({ [`${set}${operator}${ifExists}`]: { [key]: values } })),
    ),
  fc
    .tuple(fc.constantFrom(...KEYS), fc.constantFrom('true', 'false'))
    .map(([key, value]) => ({ Null: { [key]: value } })),
);

const ROLE = 'arn:aws:iam::111122223333:role/app';
const principal = fc.constantFrom(
  '*',
  { AWS: '111122223333' },
  { AWS: ROLE },
  { AWS: 'arn:aws:sts::111122223333:assumed-role/app/one' },
  { AWS: [ROLE, '111122223333'] },
  { Service: 'pods.eks.amazonaws.com' },
);

function statementOf(kind: PolicyKind, effects: readonly string[] = ['Allow', 'Deny']) {
  return fc
    .record({
      Effect: fc.constantFrom(...effects),
      action: fc.constantFrom({ Action: '*' }, { Action: 'sts:*' }, { NotAction: 'sts:*' }),
      resource: fc.constantFrom(
        { Resource: '*' },
        { Resource: `arn:aws:s3:::\${aws:username}/*` },
        { NotResource: `arn:aws:s3:::\${aws:PrincipalTag/team}/*` },
      ),
      principal: fc.tuple(fc.constantFrom('Principal', 'NotPrincipal'), principal),
      conditions: fc.array(condition, { maxLength: 2 }),
    })
    .map(({ Effect, action, resource, principal: [element, value], conditions }) => ({
      Effect,
      ...action,
      ...(kind !== 'trust' && resource),
      ...(kind !== 'identity' && { [element]: value }),
      Condition: Object.assign({}, ...conditions),
    }));
}

function documentOf(kind: PolicyKind) {
  return fc
    .tuple(fc.constantFrom('2012-10-17', '2008-10-17'), fc.array(statementOf(kind), { maxLength: 3 }))
    .map(([Version, Statement]) => aPolicy(JSON.stringify({ Version, Statement }), kind));
}

const settled = fc.oneof(
  fc.constant<KeyState>({ state: 'absent' }),
  fc
    .array(fc.constantFrom(...TEXTS), { maxLength: 2 })
    .map((values): KeyState => ({ state: 'known', values })),
);
const settledKeys = fc.tuple(...KEYS.map(() => settled));
const hidden = fc.tuple(...KEYS.map(() => fc.boolean()));

function contextOf(states: readonly KeyState[], hide: readonly boolean[]): RequestContext {
  return {
    lookup(key) {
      const index = KEYS.findIndex((known) => known.toLowerCase() === key.toLowerCase());
      return hide[index] ? { state: 'unknown' } : (states[index] ?? { state: 'absent' });
    },
  };
}

const NOTHING_HIDDEN = KEYS.map(() => false);
const CALLER: Caller = { kind: 'roleSession', roleArn: ROLE, sessionName: 'one' };
const NAMELESS: Caller = { kind: 'roleSession', roleArn: ROLE };
const REQUEST = { action: 'sts:AssumeRole', resource: 'arn:aws:s3:::a/x' };

describe('laws of the evaluator', () => {
  it.each(['identity', 'resource', 'trust'] as const)(
    'a definite answer of a %s policy stays, whatever the unknown turns out to be',
    (kind) => {
      fc.assert(
        fc.property(documentOf(kind), settledKeys, hidden, fc.boolean(), (policy, states, hide, nameless) => {
          const blurred = evaluate([policy], {
            ...REQUEST,
            caller: nameless ? NAMELESS : CALLER,
            context: contextOf(states, hide),
          }).answer;
          const sharp = evaluate([policy], {
            ...REQUEST,
            caller: CALLER,
            context: contextOf(states, NOTHING_HIDDEN),
          }).answer;
          if (blurred !== 'unknown') expect(sharp).toBe(blurred);
        }),
        { numRuns: 3000 },
      );
    },
  );

  it('a definite authorization stays, whatever the unknown turns out to be', () => {
    const policies = fc.record({
      identityPolicies: fc.array(documentOf('identity'), { maxLength: 2 }),
      permissionsBoundary: documentOf('identity'),
      sessionPolicies: fc.array(documentOf('identity'), { minLength: 1, maxLength: 2 }),
      resourcePolicy: documentOf('resource'),
      resourceAccount: fc.constantFrom('111122223333', '999999999999'),
      resourcePolicyDecides: fc.boolean(),
    });
    fc.assert(
      fc.property(policies, settledKeys, hidden, fc.boolean(), (given, states, hide, nameless) => {
        const request = { ...REQUEST, ...given };
        const caller = nameless ? NAMELESS : CALLER;
        const blurred = authorize({ ...request, caller, context: contextOf(states, hide) }).answer;
        const sharp = authorize({
          ...request,
          caller: CALLER,
          context: contextOf(states, NOTHING_HIDDEN),
        }).answer;
        if (blurred !== 'unknown') expect(sharp).toBe(blurred);
      }),
      { numRuns: 2000 },
    );
  });

  const withStatement = (policy: PolicyDocument, statement: object, kind: PolicyKind): PolicyDocument[] => [
    policy,
    aPolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }), kind),
  ];

  it('an explicit deny always wins', () => {
    const deny = { Effect: 'Deny', Principal: '*', Action: '*' };
    fc.assert(
      fc.property(documentOf('trust'), settledKeys, hidden, (policy, states, hide) => {
        const request = { ...REQUEST, caller: CALLER, context: contextOf(states, hide) };
        expect(evaluate(withStatement(policy, deny, 'trust'), request)).toMatchObject({
          answer: 'denies',
          kind: 'explicit',
        });
      }),
    );
  });

  it('one more allow never takes anything away', () => {
    const rank = { denies: 0, unknown: 1, admits: 2 };
    fc.assert(
      fc.property(
        documentOf('trust'),
        statementOf('trust', ['Allow']),
        settledKeys,
        hidden,
        (policy, allow, states, hide) => {
          const request = { ...REQUEST, caller: CALLER, context: contextOf(states, hide) };
          const before = evaluate([policy], request).answer;
          const after = evaluate(withStatement(policy, allow, 'trust'), request).answer;
          expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('one more deny never gives anything', () => {
    const rank = { denies: 0, unknown: 1, admits: 2 };
    fc.assert(
      fc.property(
        documentOf('trust'),
        statementOf('trust', ['Deny']),
        settledKeys,
        hidden,
        (policy, deny, states, hide) => {
          const request = { ...REQUEST, caller: CALLER, context: contextOf(states, hide) };
          const before = evaluate([policy], request).answer;
          const after = evaluate(withStatement(policy, deny, 'trust'), request).answer;
          expect(rank[after]).toBeLessThanOrEqual(rank[before]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reading never throws, whatever the text', () => {
    const kinds = fc.constantFrom<PolicyKind>('identity', 'resource', 'trust');
    const element = fc.jsonValue();
    const almost = fc
      .record(
        {
          Version: element,
          Id: element,
          Statement: fc.array(
            fc.record(
              {
                Sid: element,
                Effect: element,
                Principal: element,
                Action: element,
                Resource: element,
                Condition: element,
              },
              { requiredKeys: [] },
            ),
          ),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), almost), kinds, (text, kind) => {
        expect(['document', 'malformed']).toContain(parsePolicy(text, kind).kind);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('requestContext', () => {
  it.each([
    ['aws:RequestTag/team', { state: 'known', values: ['red'] }],
    ['AWS:REQUESTTAG/TEAM', { state: 'known', values: ['red'] }],
    ['aws:RequestTag/other', { state: 'absent' }],
    ['aws:RequestTag/a/b', { state: 'absent' }],
    ['aws:SourceIp', { state: 'unknown' }],
    ['aws:TagKeys', { state: 'known', values: ['team', 'x'] }],
  ])('%s', (key, state) => {
    const context = requestContext({
      known: { 'aws:RequestTag/Team': 'red', 'aws:TagKeys': ['team', 'x'] },
      absent: ['aws:RequestTag/*'],
      otherwise: 'unknown',
    });
    expect(context.lookup(key)).toEqual(state);
  });
});
