import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalPolicy, isSamePolicy } from './policy-comparison.ts';

const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' };
const WRITE = { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' };

const documentOf = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

describe('isSamePolicy', () => {
  it.each([
    {
      what: 'key order',
      left: documentOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
      right: { Statement: [{ Resource: '*', Action: 's3:*', Effect: 'Allow' }], Version: '2012-10-17' },
    },
    {
      what: 'a list of one',
      left: documentOf(READ),
      right: documentOf({ ...READ, Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::a/*'] }),
    },
    {
      what: 'one statement without a list',
      left: documentOf(READ),
      right: { Version: '2012-10-17', Statement: READ },
    },
    {
      what: 'order of values',
      left: documentOf({ ...READ, Action: ['s3:Get*', 's3:List*'] }),
      right: documentOf({ ...READ, Action: ['s3:List*', 's3:Get*'] }),
    },
    {
      what: 'repetition of values',
      left: documentOf({ ...READ, Action: ['s3:Get*', 's3:Get*'] }),
      right: documentOf({ ...READ, Action: 's3:Get*' }),
    },
    {
      what: 'the case of actions',
      left: documentOf({ ...READ, Action: 'S3:getobject' }),
      right: documentOf(READ),
    },
    { what: 'order of statements', left: documentOf(READ, WRITE), right: documentOf(WRITE, READ) },
    {
      what: 'the version that no version means',
      left: { Statement: [READ] },
      right: { Version: '2008-10-17', Statement: [READ] },
    },
    { what: 'an empty condition', left: documentOf({ ...READ, Condition: {} }), right: documentOf(READ) },
    {
      what: 'the case of operators and keys, and values as text, boolean or number',
      left: documentOf({
        ...READ,
        Condition: { Bool: { 'aws:SecureTransport': true }, NumericEquals: { 's3:max-keys': [5] } },
      }),
      right: documentOf({
        ...READ,
        Condition: { numericequals: { 'S3:MAX-KEYS': '5' }, bool: { 'aws:securetransport': ['true'] } },
      }),
    },
    {
      what: 'lists of principals',
      left: documentOf({ ...READ, Principal: { Service: ['b', 'a'], AWS: '111122223333' } }),
      right: documentOf({ ...READ, Principal: { AWS: ['111122223333'], Service: ['a', 'b'] } }),
    },
  ])('does not mind $what', ({ left, right }) => {
    expect(isSamePolicy(JSON.stringify(left), JSON.stringify(right, undefined, 2))).toBe(true);
  });

  it.each([
    { what: 'another action', left: READ, right: { ...READ, Action: 's3:GetObjectAcl' } },
    {
      what: 'NotAction',
      left: READ,
      right: { Effect: 'Allow', NotAction: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' },
    },
    { what: 'the case of a resource', left: READ, right: { ...READ, Resource: 'arn:aws:s3:::A/*' } },
    { what: 'the effect', left: READ, right: { ...READ, Effect: 'Deny' } },
    { what: 'a Sid', left: READ, right: { ...READ, Sid: 'Read' } },
    {
      what: 'a condition',
      left: READ,
      right: { ...READ, Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    },
    {
      what: 'the case of a condition value',
      left: { ...READ, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } },
      right: { ...READ, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'Red' } } },
    },
    { what: 'an element of an unknown name', left: READ, right: { ...READ, Comment: 'same?' } },
  ])('minds $what', ({ left, right }) => {
    expect(isSamePolicy(JSON.stringify(documentOf(left)), JSON.stringify(documentOf(right)))).toBe(false);
  });

  it.each([
    ['not JSON', '{', '{ '],
    ['JSON that is no policy', '[]', '[ ]'],
    ['a key given twice', '{"Statement":[],"Statement":[]}', '{"Statement":[], "Statement":[]}'],
    ['an element of an unknown name', '{"Statement":[],"X":1}', '{"X":1,"Statement":[]}'],
    [
      'condition keys that differ in case only',
      '{"Statement":{"Condition":{"Bool":{"aws:a":"true","AWS:A":"false"}}}}',
      '{"Statement":{"Condition":{"Bool":{"AWS:A":"false","aws:a":"true"}}}}',
    ],
    [
      'a number that JSON cannot carry',
      '{"Statement":{"Condition":{"NumericEquals":{"aws:a":9007199254740993}}}}',
      '{"Statement":{"Condition":{"NumericEquals":{"aws:a":9007199254740992}}}}',
    ],
  ])('takes what it does not understand (%s) for the same only if the text is the same', (_, left, right) => {
    expect(isSamePolicy(left, right)).toBe(false);
    expect(isSamePolicy(left, left)).toBe(true);
    expect(canonicalPolicy(left)).toBe(left);
  });

  it('tells the versions apart, because only one has variables', () => {
    expect(isSamePolicy(JSON.stringify(documentOf(READ)), JSON.stringify({ Statement: [READ] }))).toBe(false);
  });
});

describe('canonicalPolicy', () => {
  it('is the one text for all the ways to write a policy', () => {
    const text = JSON.stringify({
      Statement: { Resource: '*', Effect: 'Allow', Action: ['S3:Get*', 'ec2:*'] },
      Version: '2012-10-17',
    });
    expect(canonicalPolicy(text)).toBe(
      '{"Statement":[{"Action":["ec2:*","s3:get*"],"Effect":"Allow","Resource":["*"]}],"Version":"2012-10-17"}',
    );
  });

  const someOf = (...values: readonly string[]) =>
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: someOf('s3:Get*', 's3:PutObject', 'sqs:*'),
    Resource: someOf('*', 'arn:aws:s3:::a', 'arn:aws:s3:::b'),
    Condition: fc.dictionary(
      fc.constantFrom('StringEquals', 'StringLike'),
      fc.dictionary(fc.constantFrom('aws:username', 'aws:SourceArn'), someOf('x', 'y', 'z')),
    ),
  });
  const document = fc.record({
    Version: fc.constant('2012-10-17'),
    Statement: fc.array(statement, { maxLength: 3 }),
  });
  const seeds = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });

  it('stays the same however the policy is shuffled, wrapped and cased', () => {
    fc.assert(
      fc.property(document, seeds, (policy, randomness) => {
        const text = JSON.stringify(policy);
        const other = JSON.stringify(shuffled(policy, [...randomness]));
        expect(canonicalPolicy(other)).toBe(canonicalPolicy(text));
        expect(isSamePolicy(text, other)).toBe(true);
        expect(isSamePolicy(other, text)).toBe(true);
      }),
    );
  });

  it('is its own canonical text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          document.map((policy) => JSON.stringify(policy)),
          fc.json(),
          fc.string(),
        ),
        (text) => {
          expect(canonicalPolicy(canonicalPolicy(text))).toBe(canonicalPolicy(text));
        },
      ),
    );
  });

  it('tells different policies apart', () => {
    fc.assert(
      fc.property(document, statement, (policy, added) => {
        const more = { ...policy, Statement: [...policy.Statement, added] };
        expect(isSamePolicy(JSON.stringify(policy), JSON.stringify(more))).toBe(false);
      }),
    );
  });
});

/** The same policy, written another way: lists and keys in another order, lists of one as the one. */
function shuffled(value: unknown, randomness: number[]): unknown {
  if (Array.isArray(value)) {
    const items = reordered(value, randomness).map((item) => shuffled(item, randomness));
    return items.length === 1 && (randomness.pop() ?? 0) % 2 === 0 ? items[0] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = reordered(Object.entries(value), randomness);
  return Object.fromEntries(
    entries.map(([key, inner]) => [
      key,
      key === 'Action' ? recased(inner, randomness) : shuffled(inner, randomness),
    ]),
  );
}

function recased(value: unknown, randomness: number[]): unknown {
  const upper = (randomness.pop() ?? 0) % 2 === 0;
  return (
    shuffled(value, randomness) &&
    JSON.parse(upper ? JSON.stringify(value).toUpperCase() : JSON.stringify(value))
  );
}

function reordered<T>(items: readonly T[], randomness: number[]): T[] {
  return items
    .map((item) => [randomness.pop() ?? 0, item] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, item]) => item);
}
