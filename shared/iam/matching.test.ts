import { describe, expect, it } from 'vitest';
import { A_USER, aContext, aPolicy, policyText } from '#test/builders/policy.ts';
import { evaluate } from './evaluate.ts';

function ask(statement: Record<string, unknown>, action: string, resource?: string): string {
  const request = { caller: A_USER, action, context: aContext({}) };
  return evaluate(
    [aPolicy(policyText(statement))],
    resource === undefined ? request : { ...request, resource },
  ).answer;
}

describe('actions', () => {
  it.each([
    ['Action', 'sts:AssumeRole', 'sts:AssumeRole', 'admits'],
    ['Action', 'STS:assumerole', 'sts:AssumeRole', 'admits'],
    ['Action', 'sts:Assume*', 'sts:AssumeRole', 'admits'],
    ['Action', 'sts:AssumeRol?', 'sts:AssumeRole', 'admits'],
    ['Action', 'sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'denies'],
    ['Action', 'sts:*', 'eks:ListClusters', 'denies'],
    ['Action', '*', 'eks:ListClusters', 'admits'],
    ['Action', ['sts:TagSession', 'sts:AssumeRole'], 'sts:AssumeRole', 'admits'],
    ['Action', [], 'sts:AssumeRole', 'denies'],
    ['NotAction', 'iam:*', 'sts:AssumeRole', 'admits'],
    ['NotAction', ['iam:*', 'sts:*'], 'sts:AssumeRole', 'denies'],
  ])('%s %j asked for %s: %s', (element, patterns, action, answer) => {
    expect(ask({ [element]: patterns }, action)).toBe(answer);
  });
});

describe('resources', () => {
  const OBJECT = 'arn:aws:s3:::bucket/a/b.txt';
  const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders';
  it.each([
    ['Resource', '*', OBJECT, 'admits'],
    ['Resource', 'arn:aws:s3:::bucket/*', OBJECT, 'admits'],
    ['Resource', 'arn:aws:s3:::bucket/*.txt', OBJECT, 'admits'],
    ['Resource', 'arn:aws:s3:::bucket/*/b?txt', OBJECT, 'admits'],
    ['Resource', 'arn:aws:s3:::BUCKET/*', OBJECT, 'denies'],
    ['Resource', ['arn:aws:s3:::other/*', OBJECT], OBJECT, 'admits'],
    // A star that ends a segment may reach beyond the colon …
    ['Resource', 'arn:aws:s3*', OBJECT, 'admits'],
    ['Resource', 'arn:aws:dynamodb:*:table/orders', TABLE, 'admits'],
    ['Resource', 'arn:aws:dynamodb:eu-west-1:*', TABLE, 'admits'],
    // … one within a segment does not.
    ['Resource', 'arn:aws:dynamodb:e*1:table/orders', TABLE, 'denies'],
    ['Resource', 'arn:aws:dynamodb:eu-*-1:111122223333:table/orders', TABLE, 'admits'],
    ['Resource', 'arn:aws:dynamodb:eu-west-1?111122223333:table/orders', TABLE, 'denies'],
    ['Resource', 'arn:aws:sqs:*:*:a*z', 'arn:aws:sqs:eu-west-1:111122223333:a:b:z', 'admits'],
    ['NotResource', 'arn:aws:s3:::bucket/*', OBJECT, 'denies'],
    ['NotResource', 'arn:aws:s3:::other/*', OBJECT, 'admits'],
    ['Resource', '*', undefined, 'admits'],
    ['Resource', 'arn:aws:s3:::bucket/*', undefined, 'denies'],
  ])('%s %j asked for %s: %s', (element, patterns, resource, answer) => {
    expect(ask({ [element]: patterns }, 's3:GetObject', resource)).toBe(answer);
  });

  it('takes no longer for many stars than for few', () => {
    const pattern = `arn:aws:s3:::${'a*'.repeat(200)}b`;
    expect(ask({ Resource: pattern }, 's3:GetObject', `arn:aws:s3:::${'a'.repeat(2000)}`)).toBe('denies');
  });
});
