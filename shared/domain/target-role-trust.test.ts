import { describe, expect, it } from 'vitest';
import { trustPolicyText } from '#test/builders/policy.ts';
import { aTargetSituation } from '#test/builders/trust-situation.ts';
import { explainTargetRoleTrust } from './target-role-trust.ts';
import type { TargetRoleSituation } from './trust-situation.ts';
import { targetTrustStatementsFor, trustPolicyOf } from './trust-statement.ts';

const ROOT = { AWS: 'arn:aws:iam::111122223333:root' };
const ROLE = 'arn:aws:iam::111122223333:role/team/payments-api';
const EXTERNAL_ID = 'eu-west-1/111122223333/blue/payments/api';
const byRole = { ArnEquals: { 'aws:PrincipalARN': ROLE } };
const byId = { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } };
const byTags = {
  StringEquals: {
    'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:eu-west-1:111122223333:cluster/blue',
    'aws:RequestTag/kubernetes-namespace': 'payments',
    'aws:RequestTag/kubernetes-service-account': 'api',
  },
};
const untagged = { sessionTagsDisabled: true };

interface Case {
  readonly is: string;
  readonly trust: readonly object[];
  readonly given?: Partial<TargetRoleSituation>;
  readonly verdict: string;
}

const cases: readonly Case[] = [
  {
    is: 'as documented with tags',
    trust: [{ Principal: ROOT, Condition: { ...byTags, ...byRole } }],
    verdict: 'admits',
  },
  {
    is: 'as documented with tags, for another namespace',
    trust: [{ Principal: ROOT, Condition: { ...byTags, ...byRole } }],
    given: { namespace: 'x' },
    verdict: 'denies',
  },
  {
    is: 'as documented with tags, for an untagged session',
    trust: [{ Principal: ROOT, Condition: { ...byTags, ...byRole } }],
    given: untagged,
    verdict: 'denies',
  },
  {
    is: 'as documented with an external id',
    trust: [
      { Principal: ROOT, Action: 'sts:AssumeRole', Condition: { ...byId, ...byRole } },
      { Principal: ROOT, Action: 'sts:TagSession' },
    ],
    given: untagged,
    verdict: 'admits',
  },
  {
    is: 'with an external id while tags are sent',
    trust: [
      { Principal: ROOT, Action: 'sts:AssumeRole', Condition: byId },
      { Principal: ROOT, Action: 'sts:TagSession' },
    ],
    verdict: 'unknown',
  },
  {
    is: 'with the external id in one statement for both actions',
    trust: [{ Principal: ROOT, Condition: byId }],
    given: untagged,
    verdict: 'unknown',
  },
  {
    is: 'without sts:TagSession, untagged',
    trust: [{ Principal: ROOT, Action: 'sts:AssumeRole' }],
    given: untagged,
    verdict: 'unknown',
  },
  {
    is: 'without sts:TagSession, tagged',
    trust: [{ Principal: ROOT, Action: 'sts:AssumeRole' }],
    verdict: 'denies',
  },
  {
    is: 'with another external id',
    trust: [{ Principal: ROOT, Condition: { StringEquals: { 'sts:ExternalId': 'other' } } }],
    given: untagged,
    verdict: 'denies',
  },
  {
    is: 'with the external id that the association has',
    trust: [
      {
        Principal: ROOT,
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'other' } },
      },
      { Principal: ROOT, Action: 'sts:TagSession' },
    ],
    given: { ...untagged, externalId: 'other' },
    verdict: 'admits',
  },
  { is: 'naming the role', trust: [{ Principal: { AWS: ROLE } }], verdict: 'admits' },
  {
    is: 'naming the role without its path',
    trust: [{ Principal: { AWS: 'arn:aws:iam::111122223333:role/payments-api' } }],
    verdict: 'denies',
  },
  {
    is: 'naming one session of the role',
    trust: [{ Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/payments-api/eks-blue-api-1' } }],
    verdict: 'unknown',
  },
  {
    is: 'naming a role that was deleted',
    trust: [{ Principal: { AWS: 'AROADELETEDROLE1234567' } }],
    verdict: 'denies',
  },
  { is: 'naming another account', trust: [{ Principal: { AWS: '999999999999' } }], verdict: 'denies' },
  { is: 'naming Pod Identity itself', trust: [{}], verdict: 'denies' },
  {
    is: 'by a session tag of the principal',
    trust: [
      {
        Principal: ROOT,
        Condition: { StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': 'payments' } },
      },
    ],
    verdict: 'admits',
  },
  {
    is: 'by a tag of the role',
    trust: [{ Principal: ROOT, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } }],
    verdict: 'unknown',
  },
  {
    is: 'by our organisation',
    trust: [{ Principal: ROOT, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    given: { orgId: 'o-1' },
    verdict: 'admits',
  },
  {
    is: 'by an organisation',
    trust: [{ Principal: ROOT, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    verdict: 'unknown',
  },
];

describe('explainTargetRoleTrust', () => {
  it.each(cases)('a trust policy $is: $verdict', ({ trust, given, verdict }) => {
    expect(explainTargetRoleTrust(trustPolicyText(...trust), aTargetSituation(given)).verdict).toBe(verdict);
  });

  const HERE = { targetRoleArn: 'arn:aws:iam::111122223333:role/ledger-read' };
  it.each([
    { is: 'in another account', principal: { AWS: ROLE }, given: {}, needs: true },
    { is: 'in the account, naming the role', principal: { AWS: ROLE }, given: HERE, needs: false },
    { is: 'in the account, naming the account', principal: ROOT, given: HERE, needs: true },
  ])('a target role $is needs a permission of the role: $needs', ({ principal, given, needs }) => {
    const situation = aTargetSituation(given);
    const { rolePermission } = explainTargetRoleTrust(trustPolicyText({ Principal: principal }), situation);
    const permission = {
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Resource: situation.targetRoleArn,
    };
    expect(rolePermission).toEqual(needs ? permission : undefined);
  });

  it.each([
    { tags: 'with tags', given: {} },
    { tags: 'without tags', given: untagged },
  ])('gives statements to add that make it admit, $tags', ({ given }) => {
    const situation = aTargetSituation(given);
    const { verdict, missing } = explainTargetRoleTrust(trustPolicyText(), situation);
    expect(verdict).toBe('denies');
    expect(missing?.statements).toEqual(targetTrustStatementsFor(situation));
    expect(explainTargetRoleTrust(missing?.correctedPolicy ?? '', situation)).toMatchObject({
      verdict: 'admits',
    });
  });

  it('gives the statements only, when the policy cannot be read', () => {
    const { verdict, missing } = explainTargetRoleTrust('{', aTargetSituation());
    expect(verdict).toBe('unknown');
    expect(missing).toEqual({ statements: targetTrustStatementsFor(aTargetSituation()) });
  });
});

describe('targetTrustStatementsFor', () => {
  it('pins the session tags', () => {
    expect(targetTrustStatementsFor(aTargetSituation())).toEqual([
      {
        Effect: 'Allow',
        Principal: ROOT,
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: { ...byTags, ArnEquals: { 'aws:PrincipalArn': ROLE } },
      },
    ]);
  });

  it('pins the external id without session tags, and keeps sts:TagSession apart', () => {
    const ArnEquals = { 'aws:PrincipalArn': ROLE };
    expect(targetTrustStatementsFor(aTargetSituation(untagged))).toEqual([
      { Effect: 'Allow', Principal: ROOT, Action: ['sts:AssumeRole'], Condition: { ...byId, ArnEquals } },
      { Effect: 'Allow', Principal: ROOT, Action: ['sts:TagSession'], Condition: { ArnEquals } },
    ]);
  });

  it('uses the partition of the cluster', () => {
    const situation = aTargetSituation({
      clusterArn: 'arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/blue',
    });
    expect(trustPolicyOf(targetTrustStatementsFor(situation))).toContain(
      'arn:aws-us-gov:iam::111122223333:root',
    );
  });
});
