import { describe, expect, it } from 'vitest';
import { readSessionPolicy } from './session-policy.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

describe('readSessionPolicy', () => {
  it.each([
    { when: 'an object', written: { Version: '2012-10-17', Statement: [statement] } },
    {
      when: 'JSON text with spaces',
      written: `{ "Version": "2012-10-17",
        "Statement": [ { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" } ] }`,
    },
  ])('minifies $when and keeps its order', ({ written }) => {
    expect(readSessionPolicy(written)).toEqual({
      kind: 'policy',
      text: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}',
    });
  });

  it('counts the minified text', () => {
    // {"Statement":{"Effect":"Allow","Action":"a","Resource":""}} has 59 characters without the resource.
    const policy = (length: number) =>
      `{ "Statement": {"Effect":"Allow","Action":"a","Resource":"${'x'.repeat(length - 59)}"} }`;
    expect(readSessionPolicy(policy(2048))).toMatchObject({ kind: 'policy' });
    expect(readSessionPolicy(policy(2049))).toMatchObject({
      kind: 'faulty',
      rule: 'policy.length',
      message: expect.stringContaining('2,049 characters'),
    });
  });

  it.each([
    { written: '[]', path: [], says: 'is an object with Version and Statement' },
    { written: 'null', path: [], says: 'is an object with Version and Statement' },
    { written: '{"a":1,"a":2}', path: [], says: 'the same field twice' },
    { written: '['.repeat(51) + ']'.repeat(51), path: [], says: 'nested more than 50 levels deep' },
    {
      written: `{"Statement":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      path: [],
      says: 'nested more than 50 levels deep',
    },
    { written: {}, path: [], says: 'needs a Statement' },
    { written: { Statement: [], Statements: [] }, path: ['Statements'], says: 'no field Statements' },
    { written: { Version: '2012-10-18', Statement: [statement] }, path: ['Version'], says: '"2012-10-17"' },
    { written: { Statement: [] }, path: ['Statement'], says: 'at least one statement' },
    { written: { Statement: [statement, 'x'] }, path: ['Statement', 1], says: 'a statement is an object' },
    {
      written: { Statement: { ...statement, Effect: 'allow' } },
      path: ['Statement', 'Effect'],
      says: 'Allow or Deny',
    },
    {
      written: { Statement: { ...statement, Principal: '*' } },
      path: ['Statement', 'Principal'],
      says: 'no Principal',
    },
    {
      written: { Statement: { ...statement, Actions: '*' } },
      path: ['Statement', 'Actions'],
      says: 'no field Actions',
    },
    {
      written: { Statement: { ...statement, NotAction: 'a' } },
      path: ['Statement'],
      says: 'either Action or NotAction',
    },
    {
      written: { Statement: { Effect: 'Allow', Action: 'a' } },
      path: ['Statement'],
      says: 'either Resource or NotResource',
    },
    {
      written: { Statement: { ...statement, Action: [] } },
      path: ['Statement', 'Action'],
      says: 'not empty',
    },
    {
      written: { Statement: { ...statement, Resource: 7 } },
      path: ['Statement', 'Resource'],
      says: 'list of texts',
    },
    {
      written: { Statement: { ...statement, Condition: [] } },
      path: ['Statement', 'Condition'],
      says: 'an object of operators',
    },
    { written: { Statement: { ...statement, Resource: 'a€' } }, path: [], says: 'STS takes no "€"' },
  ])('refuses $written', ({ written, path, says }) => {
    expect(readSessionPolicy(written)).toEqual({
      kind: 'faulty',
      rule: 'policy.document',
      path,
      message: expect.stringContaining(says),
    });
  });
});
