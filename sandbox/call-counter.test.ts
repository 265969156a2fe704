import { describe, expect, it } from 'vitest';
import { CallCounter } from './call-counter.ts';

describe('CallCounter', () => {
  const counter = new CallCounter();
  counter.count('arn:aws:iam::111122223333:user/ada', 'eks:DescribeCluster');
  counter.count('arn:aws:iam::111122223333:user/ada', 'eks:DescribeCluster');
  counter.count('arn:aws:iam::111122223333:user/bob', 'eks:DescribeCluster');
  counter.count('arn:aws:iam::111122223333:user/bob', 'sqs:SendMessage');

  it.each([
    { whose: 'everybody', isBy: undefined, counts: { 'eks:DescribeCluster': 3, 'sqs:SendMessage': 1 } },
    {
      whose: 'one caller',
      isBy: (arn: string) => arn.endsWith('/ada'),
      counts: { 'eks:DescribeCluster': 2 },
    },
    { whose: 'nobody', isBy: () => false, counts: {} },
  ])("tells $whose's calls", ({ isBy, counts }) => {
    expect(counter.read(isBy)).toEqual(counts);
  });
});
