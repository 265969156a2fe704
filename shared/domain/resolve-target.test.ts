import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCluster } from '#test/builders/a-cluster.ts';
import { aMapping, aTarget } from '#test/builders/a-mapping.ts';
import { anyCluster, anyMapping } from '#test/builders/any-mapping.ts';
import { matchesCluster } from './cluster-selector.ts';
import { resolveTarget, selectTargets } from './resolve-target.ts';

const prod = aTarget({ clusters: { matchLabels: { env: 'prod' } }, takeover: true });
const lab = aTarget({
  clusters: { names: ['lab-1'] },
  roleArn: 'arn:aws:iam::{account}:role/payments-lab',
  targetRoleArn: 'arn:aws:iam::777788889999:role/ledger-{region}',
  disableSessionTags: true,
  policy: '{"Statement":[]}',
  tags: { 'cost-centre': '42' },
});
const mapping = aMapping({ targets: [prod, lab] });

describe('resolveTarget', () => {
  it('fills in nothing that the target leaves out', () => {
    expect(resolveTarget(mapping, aCluster({ labels: { env: 'prod' } }))).toStrictEqual({
      kind: 'fields',
      fields: {
        roleArn: 'arn:aws:iam::111122223333:role/payments-api',
        disableSessionTags: false,
        tags: {},
      },
      targetIndex: 0,
      takeover: true,
    });
  });

  it('gives every field of the target', () => {
    expect(resolveTarget(mapping, aCluster({ name: 'lab-1' }))).toStrictEqual({
      kind: 'fields',
      fields: {
        roleArn: 'arn:aws:iam::111122223333:role/payments-lab',
        targetRoleArn: 'arn:aws:iam::777788889999:role/ledger-eu-west-1',
        disableSessionTags: true,
        policy: '{"Statement":[]}',
        tags: { 'cost-centre': '42' },
      },
      targetIndex: 1,
      takeover: false,
    });
  });

  it.each([
    { when: 'both match', cluster: aCluster({ name: 'lab-1', labels: { env: 'prod' } }), targetIndex: 0 },
    { when: 'only the second matches', cluster: aCluster({ name: 'lab-1' }), targetIndex: 1 },
  ])('takes the first target when $when', ({ cluster, targetIndex }) => {
    expect(resolveTarget(mapping, cluster)).toMatchObject({ targetIndex });
  });

  it.each([
    { when: 'no target selects the cluster', cluster: aCluster({ name: 'lab-2' }) },
    { when: 'it is in another cluster set', cluster: aCluster({ name: 'lab-1', clusterSet: 'lab' }) },
  ])('wishes nothing when $when', ({ cluster }) => {
    expect(resolveTarget(mapping, cluster)).toEqual({ kind: 'none' });
  });

  it.each([
    {
      when: 'a label is missing',
      target: aTarget({ roleArn: 'arn:aws:iam::{account}:role/{label:env}' }),
      problem: { kind: 'labelMissing', field: 'roleArn' },
    },
    {
      when: 'a label of the target role is missing',
      target: aTarget({ targetRoleArn: 'arn:aws:iam::777788889999:role/{label:env}' }),
      problem: { kind: 'labelMissing', field: 'targetRoleArn' },
    },
    {
      when: 'the role is in another account',
      target: aTarget({ roleArn: 'arn:aws:iam::444455556666:role/api' }),
      problem: { kind: 'roleInOtherAccount', field: 'roleArn' },
    },
    {
      when: 'the role is in another partition',
      target: aTarget({ roleArn: 'arn:aws-cn:iam::{account}:role/api' }),
      problem: { kind: 'roleInOtherAccount', field: 'roleArn' },
    },
    {
      when: 'the template is none',
      target: aTarget({ roleArn: '{account' }),
      problem: { kind: 'faultyTemplate', field: 'roleArn' },
    },
  ])('says why when $when, and tries no later target', ({ target, problem }) => {
    const resolution = resolveTarget(aMapping({ targets: [target, aTarget()] }), aCluster());
    expect(resolution).toMatchObject({ kind: 'unresolvable', problem: { ...problem, targetIndex: 0 } });
  });

  it('always decides by the first target that selects the cluster', () => {
    fc.assert(
      fc.property(anyMapping, anyCluster, (given, cluster) => {
        const candidate = { ...cluster, clusterSet: given.key.clusterSet };
        const first = given.targets.findIndex(({ clusters }) => matchesCluster(clusters, candidate));
        const resolution = resolveTarget(given, candidate);
        const index =
          resolution.kind === 'none'
            ? -1
            : resolution.kind === 'fields'
              ? resolution.targetIndex
              : resolution.problem.targetIndex;
        expect(index).toBe(first);
      }),
    );
  });
});

describe('selectTargets', () => {
  const everywhere = aMapping({ key: { serviceAccount: 'everywhere' } });
  const elsewhere = aMapping({ key: { serviceAccount: 'elsewhere', clusterSet: 'lab' } });
  const unlabelled = aMapping({
    key: { serviceAccount: 'unlabelled' },
    targets: [aTarget({ roleArn: 'arn:aws:iam::{account}:role/{label:env}' })],
  });

  it('holds what is wished here, and what cannot be resolved', () => {
    const selected = selectTargets([everywhere, elsewhere, mapping, unlabelled], aCluster());
    expect([...selected].map(([key, { resolution }]) => [key, resolution.kind])).toEqual([
      ['payments/everywhere', 'fields'],
      ['payments/unlabelled', 'unresolvable'],
    ]);
    expect(selected.get('payments/everywhere')?.mapping).toBe(everywhere);
  });

  it('takes the same key in another cluster set for another wish', () => {
    const twin = aMapping({ key: { serviceAccount: 'everywhere', clusterSet: 'lab' } });
    expect(selectTargets([everywhere, twin], aCluster()).size).toBe(1);
  });

  it('refuses to choose between two mappings for one key', () => {
    expect(() => selectTargets([everywhere, everywhere], aCluster())).toThrow(
      'two mappings for default/payments/everywhere',
    );
  });
});
