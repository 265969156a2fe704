import type { AssociationFields, ObservedAssociation } from '#shared/domain/association.ts';
import { type Cluster, clusterArn } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { explainPodIdentityTrust } from '#shared/domain/pod-identity-trust.ts';
import { parseRoleArn, type Role, type RoleArnParts } from '#shared/domain/role.ts';
import { explainTargetRoleTrust } from '#shared/domain/target-role-trust.ts';
import type { TrustExplanation } from '#shared/domain/trust-explanation.ts';
import type { PodIdentitySituation, TargetRoleSituation } from '#shared/domain/trust-situation.ts';
import { targetTrustStatementsFor, trustStatementFor } from '#shared/domain/trust-statement.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { worldFailure } from '../reconcile/world-failure.ts';
import type { Fix, Link, LinkName } from './explanation.ts';
import { createRoleFix, trustPolicyFix } from './role-fixes.ts';

/** For whom roles are looked at. */
export interface RoleSubject {
  readonly cluster: Cluster;
  readonly key: ServiceAccountKey;
  /** As wished. */
  readonly fields: AssociationFields;
  /** The association that is there, if any: its id and external id are what EKS sends. */
  readonly observed?: ObservedAssociation | undefined;
}

/** Role, trust policy, and target role where there is one. */
export async function roleLinks(
  roles: Roles,
  subject: RoleSubject,
  call: CallOptions,
): Promise<readonly Link[]> {
  const { fields } = subject;
  const situation = situationOf(subject);
  const reading = await readRole(roles, fields.roleArn, call);
  const [role, trust] = linksOfRole(reading, fields.roleArn, situation);
  if (fields.targetRoleArn === undefined) return [role, trust];
  const target: TargetRoleSituation = {
    ...situation,
    region: subject.cluster.region,
    roleArn: fields.roleArn,
    targetRoleArn: fields.targetRoleArn,
    ...(subject.observed?.externalId === undefined ? {} : { externalId: subject.observed.externalId }),
  };
  return [role, trust, await targetRoleLink(roles, target, call)];
}

function situationOf({ cluster, key, fields, observed }: RoleSubject): PodIdentitySituation {
  return {
    clusterArn: clusterArn(cluster),
    clusterName: cluster.name,
    account: cluster.account,
    namespace: key.namespace,
    serviceAccount: key.serviceAccount,
    sessionTagsDisabled: fields.disableSessionTags,
    ...(observed ? { associationId: observed.associationId } : {}),
  };
}

type RoleReading =
  | { readonly kind: 'role'; readonly role: Role; readonly parts: RoleArnParts }
  /** `otherArn`: the role of that name has another path. */
  | { readonly kind: 'none'; readonly parts: RoleArnParts | undefined; readonly otherArn?: string }
  | { readonly kind: 'unread'; readonly failure: AppError };

async function readRole(roles: Roles, roleArn: string, call: CallOptions): Promise<RoleReading> {
  const parts = parseRoleArn(roleArn);
  if (!parts) return { kind: 'none', parts };
  try {
    const role = await roles.get(parts.account, parts.roleName, call);
    if (!role) return { kind: 'none', parts };
    // Names are unique whatever the path: another path is another ARN, and the wished one does not exist.
    return role.roleArn === roleArn
      ? { kind: 'role', role, parts }
      : { kind: 'none', parts, otherArn: role.roleArn };
  } catch (error) {
    return { kind: 'unread', failure: worldFailure(error) };
  }
}

function linksOfRole(
  reading: RoleReading,
  roleArn: string,
  situation: PodIdentitySituation,
): readonly [role: Link, trust: Link] {
  switch (reading.kind) {
    case 'unread': {
      const says = `could not be read: ${reading.failure.message}`;
      return [
        { name: 'role', state: 'unknown', says },
        { name: 'trust policy', state: 'unknown', says: 'could not be read, as the role could not' },
      ];
    }
    case 'none':
      return [
        missingRole('role', reading, roleArn, [trustStatementFor(situation)]),
        { name: 'trust policy', state: 'skipped', says: 'there is no role that could have one' },
      ];
    case 'role': {
      const withTags = { ...situation, roleTags: reading.role.tags };
      const trust = explainPodIdentityTrust(reading.role.trustPolicy, withTags);
      return [
        { name: 'role', state: 'holds', says: roleArn },
        trustLink('trust policy', trust, reading.parts),
      ];
    }
  }
}

function missingRole(
  name: LinkName,
  reading: RoleReading & { readonly kind: 'none' },
  roleArn: string,
  statements: Parameters<typeof createRoleFix>[1],
): Link {
  if (reading.otherArn !== undefined) {
    return {
      name,
      state: 'broken',
      says: `there is no ${roleArn}; the role of that name is ${reading.otherArn}`,
      fix: { what: `write ${reading.otherArn} in the mapping: a role's path is part of its ARN` },
    };
  }
  const fix = reading.parts && createRoleFix(reading.parts, statements);
  return { name, state: 'broken', says: `${roleArn} does not exist`, ...(fix ? { fix } : {}) };
}

function trustLink(name: LinkName, trust: TrustExplanation, role: RoleArnParts): Link {
  const says = trust.reason;
  if (trust.verdict === 'admits') return { name, state: 'holds', says };
  const state = trust.verdict === 'denies' ? 'broken' : 'unknown';
  return { name, state, says, fix: trustFix(trust, role) };
}

function trustFix(trust: TrustExplanation, role: RoleArnParts): Fix {
  const corrected = trust.missing?.correctedPolicy;
  if (corrected !== undefined) return trustPolicyFix(role, corrected);
  if (trust.problems.length > 0) {
    const problems = trust.problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
    return { what: `correct the trust policy of ${role.roleName} first: ${problems}` };
  }
  return {
    what: `remove from the trust policy of ${role.roleName} the statement that denies it: adding another one cannot help`,
  };
}

/** The role that EKS assumes from the first one, in whatever account: often not ours to read. */
async function targetRoleLink(
  roles: Roles,
  situation: TargetRoleSituation,
  call: CallOptions,
): Promise<Link> {
  const name = 'target role';
  const { targetRoleArn } = situation;
  const reading = await readRole(roles, targetRoleArn, call);
  switch (reading.kind) {
    case 'unread':
      return {
        name,
        state: 'unknown',
        says: `${targetRoleArn} could not be read: ${reading.failure.message}`,
      };
    case 'none':
      return missingRole(name, reading, targetRoleArn, targetTrustStatementsFor(situation));
    case 'role': {
      const trust = explainTargetRoleTrust(reading.role.trustPolicy, {
        ...situation,
        roleTags: reading.role.tags,
      });
      const link = trustLink(name, trust, reading.parts);
      const needs = trust.rolePermission
        ? ` ${situation.roleArn} must itself be allowed ${trust.rolePermission.Action.join(' and ')} on it, which was not looked at.`
        : '';
      return { ...link, says: `${link.says}${needs}` };
    }
  }
}
