import { isJsonObject, readJson } from '#shared/iam/json-text.ts';
import { knownSessionTags } from './session-tags.ts';
import {
  externalIdOf,
  POD_IDENTITY_ACTIONS,
  POD_IDENTITY_PRINCIPAL,
  type PodIdentitySituation,
  partitionOf,
  type TargetRoleSituation,
} from './trust-situation.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A statement to add to a trust policy, ready for `JSON.stringify`. It has no Sid, so that it never clashes. */
export interface TrustStatement {
  readonly Effect: 'Allow';
  readonly Principal: { readonly Service: string } | { readonly AWS: string };
  readonly Action: readonly string[];
  readonly Condition?: Conditions;
}

/** A statement to add to a role's permissions. */
export interface PermissionStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
}

/**
 * The statement that admits EKS Pod Identity for exactly this service account of this cluster.
 *
 * With session tags disabled nothing in the request tells one service account from another, so then it is the
 * minimum that EKS accepts, open to every association of the account.
 */
export function trustStatementFor(situation: PodIdentitySituation): TrustStatement {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: POD_IDENTITY_PRINCIPAL },
    Action: POD_IDENTITY_ACTIONS,
  } as const;
  if (situation.sessionTagsDisabled) return statement;
  return { ...statement, Condition: { StringEquals: pinnedTags(situation) } };
}

/**
 * The statements that let the association's role assume the target role for exactly this service account.
 *
 * They trust the role's account narrowed by `aws:PrincipalArn`, not the role itself: a principal that names a
 * role breaks when the role is created anew. Without session tags the external id pins the service account, and
 * `sts:TagSession` gets a statement of its own, as AWS documents it: nothing says that the external id is there
 * when that action is checked (facts §4.3).
 */
export function targetTrustStatementsFor(situation: TargetRoleSituation): readonly TrustStatement[] {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:${partitionOf(situation.clusterArn)}:iam::${situation.account}:root` },
  } as const;
  const ArnEquals = { 'aws:PrincipalArn': situation.roleArn };
  if (!situation.sessionTagsDisabled) {
    const Condition = { StringEquals: pinnedTags(situation), ArnEquals };
    return [{ ...statement, Action: POD_IDENTITY_ACTIONS, Condition }];
  }
  const StringEquals = { 'sts:ExternalId': externalIdOf(situation) };
  return [
    { ...statement, Action: ['sts:AssumeRole'], Condition: { StringEquals, ArnEquals } },
    { ...statement, Action: ['sts:TagSession'], Condition: { ArnEquals } },
  ];
}

/** The statement that the association's role needs in its own permissions to assume the target role. */
export function targetPermissionFor(situation: TargetRoleSituation): PermissionStatement {
  return { Effect: 'Allow', Action: POD_IDENTITY_ACTIONS, Resource: situation.targetRoleArn };
}

/**
 * The whole trust policy with the statements added at its end, indented by two spaces. `undefined` when the
 * policy cannot be read: what is not understood is not rewritten.
 */
export function withTrustStatements(
  trustPolicyText: string,
  statements: readonly TrustStatement[],
): string | undefined {
  const reading = readJson(trustPolicyText);
  if (reading.kind !== 'value' || !isJsonObject(reading.value)) return undefined;
  const { Statement: existing = [], ...rest } = reading.value;
  const all = [...(Array.isArray(existing) ? existing : [existing]), ...statements];
  return JSON.stringify({ ...rest, Statement: all }, undefined, 2);
}

/** A whole trust policy of these statements, indented by two spaces. */
export function trustPolicyOf(statements: readonly TrustStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2);
}

/**
 * A namespace means nothing without its cluster, and a cluster's name nothing without its account and Region, so
 * the cluster's ARN is pinned along with both names (facts §4.1).
 */
function pinnedTags(situation: PodIdentitySituation): Readonly<Record<string, string>> {
  const { 'eks-cluster-name': _, ...tags } = knownSessionTags(situation);
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
}
