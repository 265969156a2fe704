import { describe, expect, it } from 'vitest';
import { aPolicy, policyText } from '#test/builders/policy.ts';
import type { PolicyKind } from './document.ts';
import { parsePolicy } from './parse-policy.ts';

/** `code path` of every problem. */
function problemsOf(text: string, kind: PolicyKind = 'identity'): string[] {
  const parsed = parsePolicy(text, kind);
  return parsed.kind === 'malformed' ? parsed.problems.map(({ code, path }) => `${code} ${path}`) : [];
}

describe('parsePolicy', () => {
  it('brings a document into one shape', () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Id: 'anything',
      Statement: {
        Sid: 'One',
        Effect: 'Deny',
        NotPrincipal: {
          AWS: ['111122223333', 'arn:aws:iam::111122223333:root'],
          Service: 'ec2.amazonaws.com',
        },
        NotAction: 's3:*',
        Resource: ['*'],
        Condition: {
          'forAnyValue:stringLikeIfExists': { 'aws:TagKeys': 'a*' },
          Bool: { 'aws:ViaAWSService': true },
        },
      },
    });
    expect(aPolicy(text, 'resource', 'queue')).toEqual({
      kind: 'resource',
      name: 'queue',
      version: '2012-10-17',
      statements: [
        {
          index: 0,
          sid: 'One',
          effect: 'Deny',
          principals: {
            negated: true,
            names: [
              { type: 'account', account: '111122223333' },
              { type: 'account', account: '111122223333' },
              { type: 'service', service: 'ec2.amazonaws.com' },
            ],
          },
          actions: { negated: true, patterns: ['s3:*'] },
          resources: { negated: false, patterns: ['*'] },
          conditions: [
            {
              operator: 'forAnyValue:stringLikeIfExists',
              base: 'StringLike',
              set: 'any',
              ifExists: true,
              key: 'aws:TagKeys',
              values: ['a*'],
            },
            { operator: 'Bool', base: 'Bool', ifExists: false, key: 'aws:ViaAWSService', values: ['true'] },
          ],
        },
      ],
    });
  });

  it('takes a document without a version for one of 2008', () => {
    expect(aPolicy(policyText({}, null)).version).toBe('2008-10-17');
  });

  it('answers with every problem at once', () => {
    const text = JSON.stringify({
      Version: '2020-01-01',
      Statement: [
        { Effect: 'allow', Action: 's3', Principal: '*' },
        {
          Effect: 'Allow',
          Action: '*',
          NotAction: '*',
          Resource: 'bucket',
          Condition: { StringEqual: { x: 1 } },
        },
      ],
    });
    expect(problemsOf(text)).toEqual([
      'badVersion $.Version',
      'badEffect $.Statement[0].Effect',
      'principalNotAllowed $.Statement[0].Principal',
      'badAction $.Statement[0].Action',
      'missingResource $.Statement[0]',
      'bothForms $.Statement[1]',
      'badResource $.Statement[1].Resource',
      'unknownOperator $.Statement[1].Condition.StringEqual',
      'badConditionKey $.Statement[1].Condition.StringEqual.x',
    ]);
  });

  it.each([
    ['', 'notJson $'],
    ['{"Version":', 'notJson $'],
    ['[]', 'wrongType $'],
    ['null', 'wrongType $'],
    ['{}', 'missingStatement $'],
    ['{"Statement":["x"]}', 'wrongType $.Statement[0]'],
    ['{"Statement":null}', 'wrongType $.Statement'],
    ['{"statement":[],"Statement":[]}', 'unknownElement $.statement'],
    ['{"Id":7,"Statement":[]}', 'wrongType $.Id'],
    ['{"Statement":[],"Statement":[]}', 'duplicateKey $.Statement'],
    ['{"Statement":[[],{"Effect":"Deny","Effect":"Allow"}]}', 'duplicateKey $.Statement[1].Effect'],
    [
      '{"Statement":[{"Condition":{"Bool":{"aws:a":"true","aws:a":"false"}}}]}',
      'duplicateKey $.Statement[0].Condition.Bool["aws:a"]',
    ],
    ['{"Statement":[],"\\u0053tatement":[]}', 'duplicateKey $.Statement'],
  ])('refuses %s: %s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each([
    [{ Sid: 'has space' }, 'badSid $.Statement[0].Sid'],
    [{ Effect: undefined }, 'badEffect $.Statement[0].Effect'],
    [{ Action: undefined }, 'missingAction $.Statement[0]'],
    [{ Action: 7 }, 'wrongType $.Statement[0].Action'],
    [{ Action: ['s3:Get*', 'sts'] }, 'badAction $.Statement[0].Action[1]'],
    [{ NotResource: '*', Resource: '*' }, 'bothForms $.Statement[0]'],
    [{ Resource: `arn:aws:s3:::\${aws:username` }, 'badVariable $.Statement[0].Resource'],
    [{ Resource: `arn:aws:s3:::\${}` }, 'badVariable $.Statement[0].Resource'],
    [{ Condition: [] }, 'wrongType $.Statement[0].Condition'],
    [{ Condition: { Bool: 'true' } }, 'wrongType $.Statement[0].Condition.Bool'],
    [
      { Condition: { Bool: { 'aws:x': 'maybe' } } },
      'badConditionValue $.Statement[0].Condition.Bool["aws:x"]',
    ],
    [{ Condition: { Bool: { 'aws:x': null } } }, 'wrongType $.Statement[0].Condition.Bool["aws:x"]'],
    [
      { Condition: { NumericEquals: { 'aws:x': ['1', 'one'] } } },
      'badConditionValue $.Statement[0].Condition.NumericEquals["aws:x"][1]',
    ],
    [
      { Condition: { DateLessThan: { 'aws:x': '2021-02-29' } } },
      'badConditionValue $.Statement[0].Condition.DateLessThan["aws:x"]',
    ],
    [
      { Condition: { IpAddress: { 'aws:x': '10.0.0.0/33' } } },
      'badConditionValue $.Statement[0].Condition.IpAddress["aws:x"]',
    ],
    [
      { Condition: { IpAddress: { 'aws:x': '1::2::3' } } },
      'badConditionValue $.Statement[0].Condition.IpAddress["aws:x"]',
    ],
    [
      { Condition: { StringEquals: { 'aws:x': `\${a b}` } } },
      'badVariable $.Statement[0].Condition.StringEquals["aws:x"]',
    ],
    [
      { Condition: { NullIfExists: { 'aws:x': 'true' } } },
      'unknownOperator $.Statement[0].Condition.NullIfExists',
    ],
    [
      { Condition: { 'ForAllValues:Null': { 'aws:x': 'true' } } },
      'unknownOperator $.Statement[0].Condition["ForAllValues:Null"]',
    ],
    [
      { Condition: { StringEquals: { 'aws:RequestTag/': 'x' } } },
      'badConditionKey $.Statement[0].Condition.StringEquals["aws:RequestTag/"]',
    ],
    [
      { Condition: { StringEquals: { 'aws:x': '1', 'AWS:X': '2' } } },
      'duplicateKey $.Statement[0].Condition.StringEquals["AWS:X"]',
    ],
    [
      { Condition: { StringEquals: { 'aws:x': '1' }, stringequals: { 'aws:y': '2' } } },
      'duplicateKey $.Statement[0].Condition.stringequals',
    ],
  ])('refuses the statement %j: %s', (statement, problem) => {
    expect(problemsOf(policyText(statement))).toEqual([problem]);
  });

  it('wants different Sids', () => {
    const one = { Sid: 'A', Effect: 'Allow', Action: '*', Resource: '*' };
    expect(problemsOf(JSON.stringify({ Statement: [one, one] }))).toEqual([
      'duplicateSid $.Statement[1].Sid',
    ]);
  });

  it.each([
    [{}, 'missingPrincipal $.Statement[0]'],
    [{ Principal: 'ada' }, 'badPrincipal $.Statement[0].Principal'],
    [{ Principal: { User: 'ada' } }, 'badPrincipal $.Statement[0].Principal.User'],
    [{ Principal: { AWS: 'ada' } }, 'badPrincipal $.Statement[0].Principal.AWS'],
    [
      { Principal: { AWS: ['*', 'arn:aws:iam::111122223333:role/*'] } },
      'badPrincipal $.Statement[0].Principal.AWS[1]',
    ],
    [{ Principal: { Service: '*.amazonaws.com' } }, 'badPrincipal $.Statement[0].Principal.Service'],
    [{ Principal: '*', NotPrincipal: '*' }, 'bothForms $.Statement[0]'],
    [{ Principal: '*', Resource: '*' }, 'resourceNotAllowed $.Statement[0].Resource'],
  ])('refuses %j in a trust policy: %s', (statement, problem) => {
    const text = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] });
    expect(problemsOf(text, 'trust')).toEqual([problem]);
  });

  it.each([
    { Principal: { AWS: [] } },
    { Principal: { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' } },
    { Principal: { AWS: 'AROAEXAMPLEEXAMPLE123' } },
    { Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin'.replace(' ', '-') } },
    { Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/example.com' } },
  ])('reads %j', (statement) => {
    const text = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] });
    expect(problemsOf(text, 'trust')).toEqual([]);
  });
});
