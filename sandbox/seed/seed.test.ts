import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ResettableWorld } from '#sandbox/create-world.ts';
import { shownTrustPolicy } from '#sandbox/iam/trust-policy.ts';
import type { World } from '#sandbox/world.ts';
import { aWorld, NOON, trusting } from '#test/builders/sandbox-call.ts';
import { applySeed } from './apply-seed.ts';
import { loadSeed, readSeed, seedFrom } from './read-seed.ts';
import { SeedError } from './seed-problem.ts';
import type { SeedInput } from './seed-schema.ts';

const EXAMPLE = fileURLToPath(new URL('example.yaml', import.meta.url));

function problemsOf(text: string): readonly string[] {
  try {
    readSeed(text, 'fleet.yaml');
  } catch (error) {
    if (error instanceof SeedError) return error.message.split('\n');
    throw error;
  }
  return [];
}

function seeded(input: SeedInput): ResettableWorld {
  const world = aWorld();
  applySeed(world, seedFrom(input));
  return world;
}

const association = (world: World, key: string, cluster = 'c1') => {
  const [namespace = '', serviceAccount = ''] = key.split('/');
  return world
    .eks('111122223333', 'eu-west-1')
    .cluster(cluster)
    ?.associations.byKey(namespace, serviceAccount, NOON);
};

/** One account with roles a and b, and a cluster c1 with what is given. */
const withCluster = (cluster: object, more: object = {}): SeedInput => ({
  accounts: {
    '111122223333': {
      roles: { a: { trust: 'pods.eks' }, b: { trust: 'pods.eks', path: '/teams/' } },
      regions: { 'eu-west-1': { clusters: { c1: cluster } } },
    },
  },
  ...more,
});

describe('the example', () => {
  it('comes out as it says', () => {
    const world = aWorld();
    applySeed(world, loadSeed(EXAMPLE));
    expect(world.summary().regions).toEqual([
      { account: '111122223333', region: 'eu-west-1', clusters: 2, associations: 5 },
    ]);
    expect(association(world, 'orders/api', 'shop-prod')).toMatchObject({
      roleArn: 'arn:aws:iam::111122223333:role/old-role',
      associationId: expect.stringMatching(/^a-[a-z0-9]{17}$/),
      tags: {
        hotfix: 'yes',
        'rolecall.dev/installation': 'demo',
        'rolecall.dev/mapping': 'default/orders/api',
      },
      disableSessionTags: false,
    });
    expect(association(world, 'orders/export', 'shop-prod')?.externalId).toBe(
      'eu-west-1/111122223333/shop-prod/orders/export',
    );
    expect(association(world, 'scratch/shell', 'shop-lab')?.tags).toEqual({});
    expect(association(world, 'kube-system/ebs-csi-controller-sa', 'shop-prod')?.ownerArn).toMatch(
      /^arn:aws:eks:eu-west-1:111122223333:addon\/shop-prod\/aws-ebs-csi-driver\//,
    );
    const role = world.iam('111122223333').role('orders-api');
    expect(role?.attachedPolicyArns).toEqual([
      'arn:aws:iam::111122223333:policy/orders-queue',
      'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
    ]);
  });

  it('is the same every time', () => {
    const ids = [aWorld(), aWorld()].map((world) => {
      applySeed(world, loadSeed(EXAMPLE));
      return [
        association(world, 'orders/api', 'shop-prod')?.associationId,
        world.iam('111122223333').role('orders-api')?.roleId,
      ];
    });
    expect(ids[0]).toEqual(ids[1]);
  });
});

describe('trust in short', () => {
  const trustOf = (
    trust: NonNullable<NonNullable<SeedInput['accounts']>[string]['roles']>[string]['trust'],
  ) => {
    const world = seeded({ accounts: { '111122223333': { roles: { r: { trust } } } } });
    return JSON.parse(world.iam('111122223333').role('r')?.trustPolicy ?? '');
  };

  it('lets EKS in', () => {
    expect(trustOf('pods.eks')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
        },
      ],
    });
  });

  it('pins clusters, namespaces and service accounts', () => {
    const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/c1';
    expect(
      trustOf({ 'pods.eks': { clusters: arn, namespace: ['x', 'y'], serviceAccount: 'api' } }),
    ).toMatchObject({
      Statement: [
        {
          Condition: {
            StringEquals: {
              'aws:SourceAccount': '111122223333',
              'aws:RequestTag/eks-cluster-arn': arn,
              'aws:RequestTag/kubernetes-namespace': ['x', 'y'],
              'aws:RequestTag/kubernetes-service-account': 'api',
            },
          },
        },
      ],
    });
  });

  it('lets roles of other accounts chain, with the external id on AssumeRole only', () => {
    const first = 'arn:aws:iam::777788889999:role/first';
    expect(trustOf({ chainedFrom: first, externalId: 'x' })).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam::777788889999:root'] },
          Action: 'sts:AssumeRole',
          Condition: { ArnEquals: { 'aws:PrincipalArn': [first] }, StringEquals: { 'sts:ExternalId': 'x' } },
        },
        {
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam::777788889999:root'] },
          Action: 'sts:TagSession',
          Condition: { ArnEquals: { 'aws:PrincipalArn': [first] } },
        },
      ],
    });
  });
});

describe('drift', () => {
  const cluster = '111122223333/eu-west-1/c1';

  it('changes, takes away, makes and deletes associations', () => {
    const policy = { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
    const world = seeded(
      withCluster(
        {
          managedBy: 'demo',
          associations: {
            'x/kept': 'a',
            'x/gone': 'a',
            'x/changed': { role: 'a', targetRole: 'b', disableSessionTags: true, policy, tags: { k: 'v' } },
          },
        },
        {
          drift: [
            { what: 'associationDeleted', cluster, key: 'x/gone' },
            {
              what: 'associationCreated',
              cluster,
              key: 'x/gone',
              association: { role: 'b', managedBy: 'other' },
            },
            {
              what: 'associationChanged',
              cluster,
              key: 'x/changed',
              change: {
                role: 'b',
                targetRole: null,
                disableSessionTags: false,
                policy: null,
                tags: { k: null, more: '1' },
                id: 'a-0123456789abcdefg',
              },
            },
          ],
        },
      ),
    );
    expect(association(world, 'x/kept')?.roleArn).toBe('arn:aws:iam::111122223333:role/a');
    expect(association(world, 'x/gone')).toMatchObject({
      roleArn: 'arn:aws:iam::111122223333:role/teams/b',
      tags: { 'rolecall.dev/installation': 'other', 'rolecall.dev/mapping': 'default/x/gone' },
    });
    const changed = association(world, 'x/changed');
    expect(changed).toMatchObject({
      associationId: 'a-0123456789abcdefg',
      roleArn: 'arn:aws:iam::111122223333:role/teams/b',
      disableSessionTags: false,
      tags: { more: '1', 'rolecall.dev/installation': 'demo', 'rolecall.dev/mapping': 'default/x/changed' },
    });
    expect(changed).not.toHaveProperty('targetRoleArn');
    expect(changed).not.toHaveProperty('policy');
  });

  it('deletes roles, makes them again, and breaks their trust', () => {
    const account = '111122223333';
    const world = seeded({
      accounts: {
        [account]: {
          roles: {
            gone: { trust: 'pods.eks' },
            again: { trust: 'pods.eks' },
            target: { trust: trusting(`arn:aws:iam::${account}:role/again`) },
            broken: { trust: 'pods.eks' },
          },
        },
      },
      drift: [
        { what: 'roleDeleted', account, role: 'gone' },
        { what: 'roleRecreated', account, role: 'again' },
        { what: 'trustChanged', account, role: 'broken', trust: trusting('*') },
      ],
    });
    const iam = world.iam(account);
    expect(iam.role('gone')).toBeUndefined();
    expect(iam.role('broken')?.trustPolicy).toBe(trusting('*'));
    const target = iam.role('target');
    expect(target && shownTrustPolicy(world, target)).toMatch(/"AWS":"AROA[A-Z2-7]{17}"/);
  });
});

describe('a seed puts things there as if for long', () => {
  it('so that no lag hides them', () => {
    const world = seeded(withCluster({ associations: { 'x/y': 'a' } }));
    expect(world.iam('111122223333').roleAsOf('a', NOON - 3_000_000)?.roleName).toBe('a');
    expect(association(world, 'x/y')?.createdAt).toBe(Date.UTC(2026, 7, 22, 10, 0, 0));
  });

  it('or at the time that it says', () => {
    const world = seeded(
      withCluster({
        createdAt: '2026-05-01T00:00:00Z',
        associations: { 'x/y': { role: 'a', createdAt: '2026-06-01T00:00:00Z' } },
      }),
    );
    expect(association(world, 'x/y')?.createdAt).toBe(Date.UTC(2026, 5, 1));
    expect(world.eks('111122223333', 'eu-west-1').cluster('c1')?.createdAt).toBe(Date.UTC(2026, 4, 1));
  });
});

describe('a seed can ask for a generated fleet', () => {
  it('beside what it describes', () => {
    const world = seeded({ generate: { clusters: 2, associationsPerCluster: 7 } });
    expect(world.summary().regions).toEqual([
      { account: '111122223333', region: 'eu-west-1', clusters: 2, associations: 14 },
    ]);
  });
});

describe('a seed is refused, with file, line, field and rule', () => {
  it.each([
    { when: 'it is no YAML', text: 'a: [', says: [/^fleet\.yaml:1: .* \(yaml\)$/] },
    {
      when: 'a key is there twice',
      text: 'accounts: {}\naccounts: {}',
      says: [/^fleet\.yaml:2: Map keys must be unique \(yaml\)$/],
    },
    {
      when: 'a field is unknown',
      text: 'accounts:\n  "111122223333":\n    rolls: {}',
      says: [
        /^fleet\.yaml:3 accounts\.111122223333\.rolls: there is no field rolls here \(unrecognized_keys\)$/,
      ],
    },
    {
      when: 'an account is too short',
      text: 'accounts:\n  "1111": {}',
      says: [/^fleet\.yaml:2 accounts\.1111: an account is twelve digits in quotes \(invalid_format\)$/],
    },
    {
      when: 'two things are wrong at once',
      text: 'accounts:\n  "111122223333":\n    roles:\n      "a b": { trust: pods.eks }\n      c: {}',
      says: [
        /^fleet\.yaml:4 accounts\.111122223333\.roles\.a b: a role name has at most 64/,
        /^fleet\.yaml:5 accounts\.111122223333\.roles\.c\.trust: /,
      ],
    },
    {
      when: 'a pin is misspelt',
      text: 'accounts:\n  "111122223333":\n    roles:\n      a:\n        trust:\n          pods.eks:\n            namespaces: x',
      says: [/^fleet\.yaml:7 .*trust\.pods\.eks\.namespaces: there is no field namespaces here/],
    },
    {
      when: 'an association names no role of the account',
      text: 'accounts:\n  "111122223333":\n    regions:\n      eu-west-1:\n        clusters:\n          c1:\n            associations:\n              x/y: nobody',
      says: [/^fleet\.yaml:8 .*associations\.x\/y\.role: the account has no role nobody \(role\.unknown\)$/],
    },
    {
      when: 'a policy is unknown',
      text: 'accounts:\n  "111122223333":\n    roles:\n      a:\n        trust: pods.eks\n        policies: [AmazonNothing]',
      says: [
        /^fleet\.yaml:6 .*policies\.0: neither the account nor AWS .* AmazonNothing \(policy\.unknown\)$/,
      ],
    },
    {
      when: 'a document is none',
      text: 'accounts:\n  "111122223333":\n    roles:\n      a:\n        trust:\n          Statement: { Effect: Allow, Action: "sts:AssumeRole" }',
      says: [/^fleet\.yaml:6 .*trust: .*says whom a statement is about\. \(document\.malformed\)$/],
    },
    {
      when: 'drift is about nothing',
      text: 'drift:\n  - { what: roleDeleted, account: "111122223333", role: a }\n  - { what: associationDeleted, cluster: 111122223333/eu-west-1/c1, key: x/y }',
      says: [
        /^fleet\.yaml:2 drift\.0\.role: account 111122223333 has no role a \(role\.unknown\)$/,
        /^fleet\.yaml:3 drift\.1\.cluster: there is no cluster 111122223333\/eu-west-1\/c1 \(cluster\.unknown\)$/,
      ],
    },
    {
      when: 'the kind of drift is unknown',
      text: 'drift:\n  - { what: somethingHappened }',
      says: [/^fleet\.yaml:2 drift\.0\.what: .*\(invalid_union\)$/],
    },
  ])('when $when', ({ text, says }) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(says.length);
    for (const [index, pattern] of says.entries()) expect(problems[index]).toMatch(pattern);
  });

  it('when there is no such file', () => {
    expect(() => loadSeed('no-such-seed.yaml')).toThrow(/^no-such-seed\.yaml:1: .*ENOENT.* \(file\)$/);
  });

  it.each([
    {
      when: 'a key is taken',
      item: { what: 'associationCreated', key: 'x/y', association: 'a' },
      rule: 'key.taken',
    },
    { when: 'a key has none', item: { what: 'associationDeleted', key: 'x/z' }, rule: 'key.unknown' },
    {
      when: 'the new role is unknown',
      item: { what: 'associationChanged', key: 'x/y', change: { role: 'z' } },
      rule: 'role.unknown',
    },
  ] as const)('when in drift $when', ({ item, rule }) => {
    const drift = [{ ...item, cluster: '111122223333/eu-west-1/c1' }];
    const act = () => seedFrom(withCluster({ associations: { 'x/y': 'a' } }, { drift }));
    expect(act).toThrow(new RegExp(`\\(${rule.replace('.', '\\.')}\\)$`));
  });
});
