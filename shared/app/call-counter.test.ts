import { describe, expect, it } from 'vitest';
import { createCallCounter, diffCallCounts, sumCallCounts } from './call-counter.ts';

describe('a call counter', () => {
  it('counts by operation and tells it sorted by name', () => {
    const counter = createCallCounter();
    for (const operation of ['sts:GetCallerIdentity', 'eks:DescribeCluster', 'eks:DescribeCluster']) {
      counter.count(operation);
    }
    const snapshot = counter.snapshot();
    expect(Object.entries(snapshot)).toEqual([
      ['eks:DescribeCluster', 2],
      ['sts:GetCallerIdentity', 1],
    ]);
    counter.count('eks:DescribeCluster');
    expect(snapshot['eks:DescribeCluster']).toBe(2);
  });

  it('tells what was called between two snapshots', () => {
    const before = { 'eks:DescribeCluster': 2, 'eks:ListClusters': 1 };
    const after = { 'iam:GetRole': 3, 'eks:DescribeCluster': 5, 'eks:ListClusters': 1 };
    expect(Object.entries(diffCallCounts(before, after))).toEqual([
      ['eks:DescribeCluster', 3],
      ['iam:GetRole', 3],
    ]);
  });

  it('adds up several counts', () => {
    expect(sumCallCounts([{ b: 1 }, { a: 2, b: 4 }, {}])).toEqual({ a: 2, b: 5 });
  });
});
