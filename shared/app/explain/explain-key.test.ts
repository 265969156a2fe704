import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import { aMapping, aTarget } from '#test/builders/a-mapping.ts';
import { A_ROLE, A_TARGET_ROLE, ADDON_ARN, ANOTHER_ROLE } from '#test/builders/an-association.ts';
import { FakeEks } from '#test/fakes/fake-eks.ts';
import { FakeRoles } from '#test/fakes/fake-roles.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { processMemory } from '../process-memory.ts';
import { explainKey } from './explain-key.ts';
import type { Explanation, Fix, Link, LinkName } from './explanation.ts';

const ref = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'prod-1' };
const key = { namespace: 'payments', serviceAccount: 'api' };
const HUB_TAGS = { 'rolecall.dev/installation': 'hub', 'rolecall.dev/mapping': 'default/payments/api' };
const wished = { roleArn: A_ROLE, disableSessionTags: false, tags: HUB_TAGS };

let clock: ManualClock;
let eks: FakeEks;
let roles: FakeRoles;
beforeEach(() => {
  clock = new ManualClock();
  eks = new FakeEks({ clock });
  roles = new FakeRoles();
  eks.addCluster(ref, { tags: { env: 'prod' } });
  eks.addAddon(ref, { addonName: 'eks-pod-identity-agent' });
  eks.put(ref, key, wished);
  roles.add('111122223333', 'payments-api');
});

async function explain(
  mappings: readonly Mapping[] = [aMapping()],
  agentInstalled = false,
): Promise<Explanation> {
  const { reader, clusters, addons } = eks;
  const readers = { place: ref, podIdentity: reader, clusters, addons, roles };
  const settings = {
    installation: 'hub',
    authority: 'recordOrTag',
    prune: 'off',
    verify: 'full',
    concurrency: 5,
    settleMs: 15_000,
    propagationMs: 30_000,
    brake: DEFAULT_BRAKE,
  } as const;
  const input = { found: { ref, readers }, key, mappings, settings, today: '2026-11-20', agentInstalled };
  const explanation = await explainKey({ memory: processMemory(), clock }, input);
  if (!explanation) throw new Error('there is no cluster');
  return explanation;
}

const linkOf = ({ links }: Explanation, name: LinkName): Link => {
  const link = links.find((candidate) => candidate.name === name);
  if (!link) throw new Error(`there is no link ${name}`);
  return link;
};
const states = ({ links }: Explanation) => links.map(({ name, state }) => `${name}: ${state}`);

describe('a chain that holds', () => {
  it('is walked in order, and says since when', async () => {
    const explanation = await explain();
    expect(states(explanation)).toEqual([
      'manifest: holds',
      'target: holds',
      'role: holds',
      'trust policy: holds',
      'agent: holds',
      'association: holds',
    ]);
    expect(explanation.verdict).toEqual({ kind: 'holds' });
    expect(explanation.associatedAt).toBe(eks.find(ref, key)?.createdAt);
  });

  it('has one more link where there is a target role', async () => {
    roles.add('777788889999', 'ledger-read', {
      trustPolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: A_ROLE }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
        ],
      }),
    });
    const mapping = aMapping({ targets: [aTarget({ targetRoleArn: A_TARGET_ROLE })] });
    const explanation = await explain([mapping]);
    expect(states(explanation).slice(3, 5)).toEqual(['trust policy: holds', 'target role: holds']);
    expect(linkOf(explanation, 'target role').says).toContain('must itself be allowed sts:AssumeRole');
  });
});

interface Case {
  readonly when: string;
  readonly arrange?: () => unknown;
  readonly mappings?: readonly Mapping[];
  readonly link: LinkName;
  readonly says: string;
  readonly fix: Partial<Fix>;
}

const trustWithout = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const pinned = {
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  Condition: {
    StringEquals: {
      'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1',
      'aws:RequestTag/kubernetes-namespace': 'payments',
      'aws:RequestTag/kubernetes-service-account': 'api',
    },
  },
};
const corrected = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    pinned,
  ],
});

const broken: readonly Case[] = [
  {
    when: 'no mapping is for it',
    mappings: [aMapping({ key: { serviceAccount: 'apis' } })],
    link: 'manifest',
    says: 'no mapping is for payments/api; there is one for payments/apis',
    fix: { manifest: expect.stringContaining('roleArn: arn:{partition}:iam::{account}:role/payments-api') },
  },
  {
    when: 'the mapping is of another cluster set',
    mappings: [aMapping({ key: { clusterSet: 'data' } })],
    link: 'manifest',
    says: 'the mapping is data/payments/api, and prod-1 is in cluster set default',
    fix: {
      awsCli: [
        [
          ...[
            'aws',
            'eks',
            'tag-resource',
            '--resource-arn',
            'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1',
          ],
          ...['--tags', 'rolecall.dev/cluster-set=data', '--region', 'eu-west-1'],
        ],
      ],
    },
  },
  {
    when: 'the mapping has expired and says retire',
    mappings: [aMapping({ expires: '2026-11-19', onExpiry: 'retire' })],
    link: 'manifest',
    says: 'default/payments/api expired on 2026-11-19 and says onExpiry: retire, so nothing is wished any more',
    fix: { what: 'give it a later day in expires, or remove expires' },
  },
  {
    when: 'the mapping says ignore',
    mappings: [aMapping({ mode: 'ignore' })],
    link: 'manifest',
    says: 'default/payments/api says mode: ignore, so Rolecall does nothing about it',
    fix: { what: 'say mode: enforce, or leave mode out' },
  },
  {
    when: 'no target selects the cluster',
    mappings: [aMapping({ targets: [aTarget({ clusters: { names: ['lab-1'] } })] })],
    link: 'target',
    says: 'none of the 1 targets selects prod-1 (account 111122223333, eu-west-1, labels env=prod)',
    fix: { manifest: expect.stringContaining('names: [prod-1]') },
  },
  {
    when: 'a label is missing',
    mappings: [
      aMapping({ targets: [aTarget({ roleArn: 'arn:aws:iam::111122223333:role/x-{label:tier}' })] }),
    ],
    link: 'target',
    says: expect.stringContaining('needs the label tier'),
    fix: { awsCli: [expect.arrayContaining(['--tags', 'tier=VALUE'])] },
  },
  {
    when: 'the role is not there',
    arrange: () => roles.remove('111122223333', 'payments-api'),
    link: 'role',
    says: `${A_ROLE} does not exist`,
    fix: {
      awsCli: [
        [
          ...['aws', 'iam', 'create-role', '--role-name', 'payments-api', '--assume-role-policy-document'],
          JSON.stringify({ Version: '2012-10-17', Statement: [pinned] }),
        ],
      ],
      terraform: expect.stringContaining(
        'resource "aws_iam_role" "payments-api" {\n  name = "payments-api"\n',
      ),
    },
  },
  {
    when: 'the role has another path',
    arrange: () => {
      roles.add('111122223333', 'payments-api', {
        roleArn: 'arn:aws:iam::111122223333:role/team/payments-api',
      });
    },
    link: 'role',
    says: `there is no ${A_ROLE}; the role of that name is arn:aws:iam::111122223333:role/team/payments-api`,
    fix: {},
  },
  {
    when: 'the trust policy lacks an action',
    arrange: () => roles.add('111122223333', 'payments-api', { trustPolicy: trustWithout }),
    link: 'trust policy',
    says: 'sts:TagSession: statement 1 names EKS Pod Identity, but not this action.',
    fix: {
      awsCli: [
        [
          'aws',
          'iam',
          'update-assume-role-policy',
          '--role-name',
          'payments-api',
          '--policy-document',
          corrected,
        ],
      ],
      terraform: expect.stringContaining('assume_role_policy = jsonencode({'),
    },
  },
  {
    when: 'the target role is not there',
    mappings: [aMapping({ targets: [aTarget({ targetRoleArn: A_TARGET_ROLE })] })],
    link: 'target role',
    says: `${A_TARGET_ROLE} does not exist`,
    fix: { awsCli: [expect.arrayContaining(['create-role', 'ledger-read'])] },
  },
  {
    when: 'the agent is not installed',
    arrange: () => {
      eks.addCluster(ref);
      eks.put(ref, key, wished);
    },
    link: 'agent',
    says: expect.stringContaining('the add-on eks-pod-identity-agent is not installed'),
    fix: {
      awsCli: [
        [
          ...['aws', 'eks', 'create-addon', '--cluster-name', 'prod-1'],
          ...['--addon-name', 'eks-pod-identity-agent', '--region', 'eu-west-1'],
        ],
      ],
      terraform: expect.stringContaining('addon_name   = "eks-pod-identity-agent"'),
    },
  },
  {
    when: 'the agent is degraded',
    arrange: () =>
      eks.addAddon(ref, {
        addonName: 'eks-pod-identity-agent',
        status: 'DEGRADED',
        healthIssues: [{ code: 'InsufficientNumberOfReplicas', message: 'no nodes' }],
      }),
    link: 'agent',
    says: 'the add-on eks-pod-identity-agent is DEGRADED: InsufficientNumberOfReplicas: no nodes',
    fix: { awsCli: [expect.arrayContaining(['describe-addon'])] },
  },
  {
    when: 'the association is missing',
    arrange: () => eks.remove(ref, eks.find(ref, key)?.associationId ?? ''),
    mappings: [
      aMapping({
        targets: [aTarget({ disableSessionTags: true, policy: '{"Statement":[]}', tags: { team: "it's" } })],
      }),
    ],
    link: 'association',
    says: 'there is no association',
    fix: {
      byRepair: true,
      awsCli: [
        [
          ...['aws', 'eks', 'create-pod-identity-association', '--cluster-name', 'prod-1'],
          ...['--namespace', 'payments', '--service-account', 'api', '--role-arn', A_ROLE],
          ...['--disable-session-tags', '--policy', '{"Statement":[]}'],
          ...['--tags', JSON.stringify({ team: "it's", ...HUB_TAGS }), '--region', 'eu-west-1'],
        ],
      ],
      terraform: expect.stringContaining('resource "aws_eks_pod_identity_association" "payments_api" {'),
    },
  },
  {
    when: 'the association is missing and the mode is observe',
    arrange: () => eks.remove(ref, eks.find(ref, key)?.associationId ?? ''),
    mappings: [aMapping({ mode: 'observe' })],
    link: 'association',
    says: 'there is no association; not put right: its mode is observe',
    fix: {
      what: expect.stringContaining('let Rolecall put it right by mode: enforce in the mapping, or create'),
      manifest: 'spec:\n  mode: enforce\n',
      awsCli: [expect.arrayContaining(['create-pod-identity-association'])],
    },
  },
  {
    when: 'the association has another role and lost a tag',
    arrange: () => eks.change(ref, eks.find(ref, key)?.associationId ?? '', { roleArn: ANOTHER_ROLE }),
    mappings: [aMapping({ targets: [aTarget({ tags: { team: 'payments' } })] })],
    link: 'association',
    says: expect.stringContaining(`role is ${ANOTHER_ROLE}, should be ${A_ROLE}`),
    fix: {
      byRepair: true,
      awsCli: [
        expect.arrayContaining(['update-pod-identity-association', '--role-arn', A_ROLE]),
        expect.arrayContaining(['tag-resource', '--tags', '{"team":"payments"}']),
      ],
    },
  },
  {
    when: 'another tool manages the association',
    arrange: () => {
      eks.remove(ref, eks.find(ref, key)?.associationId ?? '');
      eks.put(ref, key, {
        roleArn: ANOTHER_ROLE,
        disableSessionTags: false,
        tags: { 'managed-by': 'terraform' },
      });
    },
    link: 'association',
    says: expect.stringContaining('and is not ours: managed by terraform'),
    fix: {
      what: 'change it with terraform, or say takeover: true in the target, and Rolecall makes it ours',
    },
  },
  {
    when: 'an add-on owns the association',
    arrange: () => {
      const id = eks.find(ref, key)?.associationId ?? '';
      eks.change(ref, id, { ownerArn: ADDON_ARN });
    },
    link: 'association',
    says: expect.stringContaining('run by add-on aws-ebs-csi-driver'),
    fix: {
      awsCli: [
        [
          ...['aws', 'eks', 'update-addon', '--cluster-name', 'prod-1', '--addon-name', 'aws-ebs-csi-driver'],
          ...['--pod-identity-associations', `[{"serviceAccount":"api","roleArn":"${A_ROLE}"}]`],
          ...['--region', 'eu-west-1'],
        ],
      ],
    },
  },
];

describe('a chain with a broken link', () => {
  it.each(broken)('names it, and its fix, when $when', async ({ arrange, mappings, link, says, fix }) => {
    arrange?.();
    const explanation = await explain(mappings);
    expect(explanation.verdict).toEqual({ kind: 'broken', link });
    const found = linkOf(explanation, link);
    expect(found.says).toEqual(says);
    expect(found.fix).toMatchObject(fix);
  });

  it('names the first of several, and cannot look behind a role that is not there', async () => {
    roles.remove('111122223333', 'payments-api');
    eks.remove(ref, eks.find(ref, key)?.associationId ?? '');
    const explanation = await explain();
    expect(explanation.verdict).toEqual({ kind: 'broken', link: 'role' });
    expect(states(explanation).slice(2)).toEqual([
      'role: broken',
      'trust policy: skipped',
      'agent: holds',
      'association: broken',
    ]);
  });
});

describe('what cannot be told', () => {
  it.each([
    { what: 'the role', arrange: () => roles.troubles.deny('get'), link: 'role' },
    { what: 'the agent', arrange: () => eks.troubles.deny('describeAddon'), link: 'agent' },
    { what: 'the association', arrange: () => eks.troubles.deny('list'), link: 'association' },
  ])('is neither whole nor broken: $what', async ({ arrange, link }) => {
    arrange();
    const explanation = await explain();
    expect(explanation.verdict).toEqual({ kind: 'unknown', link });
  });

  it('does not hide a link that is broken', async () => {
    eks.troubles.deny('describeAddon');
    eks.remove(ref, eks.find(ref, key)?.associationId ?? '');
    expect((await explain()).verdict).toEqual({ kind: 'broken', link: 'association' });
  });
});

it('takes for granted the agent that somebody vouches for', async () => {
  eks.addCluster(ref);
  eks.put(ref, key, wished);
  expect((await explain([aMapping()], true)).verdict).toEqual({ kind: 'holds' });
});

it('needs no add-on in Auto Mode', async () => {
  eks.addCluster(ref, { autoMode: true });
  eks.put(ref, key, wished);
  expect(linkOf(await explain(), 'agent')).toEqual({
    name: 'agent',
    state: 'holds',
    says: 'built into EKS Auto Mode',
  });
});
