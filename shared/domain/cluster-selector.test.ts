import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCluster } from '#test/builders/a-cluster.ts';
import { anyCluster, anySelector } from '#test/builders/any-mapping.ts';
import { type ClusterChoice, type ClusterSelector, matchesCluster } from './cluster-selector.ts';

const cluster = aCluster({
  name: 'prod-1',
  account: '111122223333',
  region: 'eu-west-1',
  labels: { env: 'prod', tier: '' },
});

describe('matchesCluster', () => {
  it.each<{ when: string; choice: ClusterChoice; matches: boolean }>([
    { when: 'all', choice: 'all', matches: true },
    { when: 'nothing is said', choice: {}, matches: false },
    { when: 'empty matchLabels', choice: { matchLabels: {} }, matches: false },
    { when: 'the label is equal', choice: { matchLabels: { env: 'prod' } }, matches: true },
    { when: 'the label differs', choice: { matchLabels: { env: 'test' } }, matches: false },
    { when: 'the label only begins alike', choice: { matchLabels: { env: 'pro' } }, matches: false },
    { when: 'an empty label is equal', choice: { matchLabels: { tier: '' } }, matches: true },
    { when: 'an absent label is not empty', choice: { matchLabels: { zone: '' } }, matches: false },
    {
      when: 'one of two labels differs',
      choice: { matchLabels: { env: 'prod', tier: 'x' } },
      matches: false,
    },
    { when: 'the name is exact', choice: { names: ['prod-1'] }, matches: true },
    { when: 'one of the names', choice: { names: ['x', 'prod-1'] }, matches: true },
    { when: 'the name is a part', choice: { names: ['prod'] }, matches: false },
    { when: 'the name is longer', choice: { names: ['prod-10'] }, matches: false },
    { when: 'the account', choice: { accounts: ['111122223333'] }, matches: true },
    { when: 'another account', choice: { accounts: ['444455556666'] }, matches: false },
    { when: 'the region', choice: { regions: ['us-east-1', 'eu-west-1'] }, matches: true },
    { when: 'another region', choice: { regions: ['eu-west-2'] }, matches: false },
    { when: 'an empty list', choice: { names: [] }, matches: false },
    {
      when: 'name and label hold, region not',
      choice: { names: ['prod-1'], matchLabels: { env: 'prod' }, regions: ['us-east-1'] },
      matches: false,
    },
    {
      when: 'everything given holds',
      choice: {
        names: ['prod-1'],
        matchLabels: { env: 'prod' },
        accounts: ['111122223333'],
        regions: ['eu-west-1'],
      },
      matches: true,
    },
  ])('answers $matches: $when', ({ choice, matches }) => {
    expect(matchesCluster(choice, cluster)).toBe(matches);
  });

  it.each([
    { key: 'env', operator: 'In', values: ['prod', 'test'], matches: true },
    { key: 'env', operator: 'In', values: ['test'], matches: false },
    { key: 'zone', operator: 'In', values: ['a'], matches: false },
    { key: 'env', operator: 'NotIn', values: ['prod', 'test'], matches: false },
    { key: 'env', operator: 'NotIn', values: ['test'], matches: true },
    // As in Kubernetes: a cluster without the label is not in the set.
    { key: 'zone', operator: 'NotIn', values: ['a'], matches: true },
    { key: 'tier', operator: 'Exists', values: [], matches: true },
    { key: 'zone', operator: 'Exists', values: [], matches: false },
    { key: 'tier', operator: 'DoesNotExist', values: [], matches: false },
    { key: 'zone', operator: 'DoesNotExist', values: [], matches: true },
    // Every object inherits this name.
    { key: 'constructor', operator: 'Exists', values: [], matches: false },
  ] as const)('answers $matches for $key $operator $values', ({ matches, ...expression }) => {
    expect(matchesCluster({ matchExpressions: [expression] }, cluster)).toBe(matches);
  });

  it('is the conjunction of its parts', () => {
    fc.assert(
      fc.property(anySelector, anyCluster, (selector, candidate) => {
        const parts = partsOf(selector);
        const each = parts.map((part) => matchesCluster(part, candidate));
        expect(matchesCluster(selector, candidate)).toBe(each.every(Boolean));
      }),
    );
  });

  it('takes NotIn for the opposite of In, and DoesNotExist of Exists', () => {
    fc.assert(
      fc.property(anySelector, anyCluster, (selector, candidate) => {
        for (const expression of selector.matchExpressions ?? []) {
          const opposite = matchesCluster({ matchExpressions: [negate(expression)] }, candidate);
          expect(matchesCluster({ matchExpressions: [expression] }, candidate)).toBe(!opposite);
        }
      }),
    );
  });

  it('takes matchLabels for In with one value', () => {
    fc.assert(
      fc.property(anySelector, anyCluster, ({ matchLabels = { env: 'prod' } }, candidate) => {
        const matchExpressions = Object.entries(matchLabels).map(
          ([key, value]) => ({ key, operator: 'In', values: [value] }) as const,
        );
        expect(matchesCluster({ matchLabels }, candidate)).toBe(
          matchesCluster({ matchExpressions }, candidate),
        );
      }),
    );
  });
});

function partsOf(selector: ClusterSelector): ClusterSelector[] {
  const { matchLabels = {}, matchExpressions = [], names, accounts, regions } = selector;
  return [
    ...Object.entries(matchLabels).map(([key, value]) => ({ matchLabels: { [key]: value } })),
    ...matchExpressions.map((expression) => ({ matchExpressions: [expression] })),
    ...(names ? [{ names }] : []),
    ...(accounts ? [{ accounts }] : []),
    ...(regions ? [{ regions }] : []),
  ];
}

function negate(expression: NonNullable<ClusterSelector['matchExpressions']>[number]) {
  switch (expression.operator) {
    case 'In':
      return { ...expression, operator: 'NotIn' } as const;
    case 'NotIn':
      return { ...expression, operator: 'In' } as const;
    case 'Exists':
      return { ...expression, operator: 'DoesNotExist' } as const;
    case 'DoesNotExist':
      return { ...expression, operator: 'Exists' } as const;
  }
}
