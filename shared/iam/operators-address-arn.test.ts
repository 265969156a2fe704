import { describe, expect, it } from 'vitest';
import { answerUnder } from '#test/builders/policy.ts';

const addresses = [
  ['IpAddress', '203.0.113.0/24', '203.0.113.255', true],
  ['IpAddress', '203.0.113.0/24', '203.0.114.0', false],
  ['IpAddress', '203.0.113.7', '203.0.113.7', true],
  ['IpAddress', '203.0.113.7', '203.0.113.8', false],
  ['IpAddress', '0.0.0.0/0', '255.255.255.255', true],
  ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
  ['IpAddress', ['203.0.113.0/24', '2001:DB8:1234:5678::/64'], '2001:db8:1234:5678:9::1', true],
  ['IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5679::1', false],
  ['IpAddress', '::1', '0:0:0:0:0:0:0:1', true],
  ['IpAddress', '::ffff:203.0.113.7', '::ffff:cb00:7107', true],
  ['IpAddress', '203.0.113.0/24', 'AWS Internal', false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.0/24', false],
  ['NotIpAddress', '203.0.113.0/24', '203.0.113.9', false],
  ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
  ['NotIpAddress', '203.0.113.0/24', 'AWS Internal', true],
] as const;

const CLUSTER = 'arn:aws:eks:eu-west-1:111122223333:cluster/blue';
const arns = [
  ['ArnEquals', CLUSTER, CLUSTER, true],
  ['ArnEquals', 'arn:aws:eks:*:111122223333:cluster/*', CLUSTER, true],
  ['ArnLike', 'arn:aws:eks:eu-west-?:111122223333:cluster/blue', CLUSTER, true],
  ['ArnLike', 'arn:aws:eks:eu-west-1:111122223333:cluster/BLUE', CLUSTER, false],
  ['ArnLike', 'arn:aws:eks:*:cluster/blue', CLUSTER, 'unknown'],
  ['ArnLike', '*', CLUSTER, 'unknown'],
  ['ArnLike', 'arn:*:*:*:*:*', CLUSTER, true],
  ['ArnLike', 'arn:aws:eks:*:111122223333:cluster/blue', 'no arn', false],
  [
    'ArnLike',
    'arn:aws:someservice:*:111122223333:finance/*',
    'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
    false,
  ],
  ['ArnLike', 'arn:aws:logs:*:*:log-group:*:x', 'arn:aws:logs:eu-west-1:1:log-group:a:b:x', true],
  ['ArnNotEquals', CLUSTER, CLUSTER, false],
  ['ArnNotLike', 'arn:aws:eks:*:*:cluster/green', CLUSTER, true],
] as const;

describe('address and ARN operators', () => {
  it.each([...addresses, ...arns])('%s %j with %s: %s', (operator, wanted, given, expected) => {
    const answer = answerUnder({ [operator]: { 'aws:SourceArn': wanted } }, { 'aws:SourceArn': given });
    expect(answer).toBe(expected === 'unknown' ? 'unknown' : expected ? 'admits' : 'denies');
  });

  it.each([
    ['IpAddress', '0.0.0.0/0', 'denies'],
    ['NotIpAddress', '0.0.0.0/0', 'admits'],
    ['ArnLike', CLUSTER, 'denies'],
    ['ArnNotLike', CLUSTER, 'admits'],
    ['ArnLikeIfExists', CLUSTER, 'admits'],
  ])('%s %s without the key: %s', (operator, wanted, answer) => {
    expect(answerUnder({ [operator]: { 'aws:SourceArn': wanted } }, {})).toBe(answer);
  });
});
