import { expect, it } from 'vitest';
import { PolicyDocumentArgs, renderPolicyDocument } from './policy-document.ts';

it.each([
  {
    when: 'one action and one resource stand bare',
    statements: [{ actions: ['sqs:SendMessage'], resources: ['*'] }],
    rendered: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }],
  },
  {
    when: 'lists are sorted and without duplicates',
    statements: [{ sid: 'Two', effect: 'Deny', actions: ['b:B', 'a:A', 'b:B'], resources: ['y', 'x'] }],
    rendered: [{ Sid: 'Two', Effect: 'Deny', Action: ['a:A', 'b:B'], Resource: ['x', 'y'] }],
  },
  {
    when: 'principals are grouped by type',
    statements: [
      {
        actions: ['sts:AssumeRole'],
        principals: [
          { type: 'AWS', identifiers: ['arn:aws:iam::111122223333:root'] },
          { type: 'Service', identifiers: ['events.amazonaws.com', 'lambda.amazonaws.com'] },
        ],
      },
    ],
    rendered: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: {
          AWS: 'arn:aws:iam::111122223333:root',
          Service: ['events.amazonaws.com', 'lambda.amazonaws.com'],
        },
      },
    ],
  },
  {
    when: 'anybody is a star',
    statements: [{ actions: ['a:A'], principals: [{ type: '*', identifiers: ['*'] }] }],
    rendered: [{ Effect: 'Allow', Action: 'a:A', Principal: '*' }],
  },
  {
    when: 'conditions are grouped by operator, values in their order',
    statements: [
      {
        actions: ['a:A'],
        conditions: [
          { test: 'StringEquals', variable: 'k', values: ['b', 'a'] },
          { test: 'StringEquals', variable: 'l', values: ['c'] },
          { test: 'Null', variable: 'm', values: ['false'] },
        ],
      },
    ],
    rendered: [
      {
        Effect: 'Allow',
        Action: 'a:A',
        Condition: { StringEquals: { k: ['b', 'a'], l: 'c' }, Null: { m: 'false' } },
      },
    ],
  },
])('renders as the provider does: $when', ({ statements, rendered }) => {
  expect(renderPolicyDocument(PolicyDocumentArgs.parse({ statements }))).toEqual({
    Version: '2012-10-17',
    Statement: rendered,
  });
});

it('refuses what it would leave out', () => {
  expect(() => PolicyDocumentArgs.parse({ statements: [{ action: ['a:A'] }] })).toThrow('action');
});
