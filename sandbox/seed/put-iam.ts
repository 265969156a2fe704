import { awsManagedPolicies } from '#sandbox/iam/aws-managed-policies.ts';
import type { IamState, RoleRecord } from '#sandbox/iam/iam-state.ts';
import { storeTrust } from '#sandbox/iam/trust-policy.ts';
import { uniqueId } from '#sandbox/iam/unique-id.ts';
import type { World } from '#sandbox/world.ts';
import { documentText, trustText } from './seed-documents.ts';
import type { Seed, SeedAccount, SeedDrift, SeedPolicy, SeedRole } from './seed-schema.ts';

/** Puts the policies and roles of every account there, then what drift did to roles. */
export function putIam(world: World, seed: Seed, since: number): void {
  const accounts = Object.entries(seed.accounts);
  for (const [account, content] of accounts) putAccount(world.iam(account), content, since);
  // Trust policies may name roles of any account: only now are all of them there.
  for (const [account, content] of accounts) {
    for (const name of Object.keys(content.roles)) putTrust(world, account, name, since);
  }
  for (const item of seed.drift) driftRole(world, item, since);
}

/** When something came about: epoch milliseconds. */
export function dateOf(written: string | undefined, since: number): number {
  return written === undefined ? since : Date.parse(written);
}

function putAccount(iam: IamState, content: SeedAccount, since: number): void {
  for (const [name, policy] of Object.entries(content.policies)) {
    iam.putPolicy(policyFrom(iam, name, policy, since));
  }
  for (const [name, role] of Object.entries(content.roles)) {
    iam.putRole(roleFrom(iam, content, name, role, since), since);
  }
}

function policyFrom(iam: IamState, policyName: string, policy: SeedPolicy, since: number) {
  return {
    policyName,
    policyId: uniqueId('ANPA', `seed ${iam.account} ${policyName}`),
    path: policy.path,
    arn: `arn:${iam.partition}:iam::${iam.account}:policy${policy.path}${policyName}`,
    ...(policy.description === undefined ? {} : { description: policy.description }),
    createDate: since,
    updateDate: since,
    tags: policy.tags,
    versions: [{ versionId: 'v1', document: documentText(policy.document), createDate: since }],
    defaultVersionId: 'v1',
    nextVersion: 2,
  };
}

function roleFrom(
  iam: IamState,
  content: SeedAccount,
  roleName: string,
  role: SeedRole,
  since: number,
): RoleRecord {
  const boundary = role.permissionsBoundary;
  return {
    roleName,
    roleId: uniqueId('AROA', `seed ${iam.account} ${roleName}`),
    path: role.path,
    arn: `arn:${iam.partition}:iam::${iam.account}:role${role.path}${roleName}`,
    createDate: dateOf(role.createdAt, since),
    trustPolicy: trustText(role.trust, iam.account),
    trustedRoleIds: {},
    ...(role.description === undefined ? {} : { description: role.description }),
    maxSessionDuration: role.maxSessionDuration,
    ...(boundary === undefined ? {} : { permissionsBoundaryArn: policyArn(iam, content, boundary) }),
    tags: role.tags,
    inlinePolicies: Object.fromEntries(
      Object.entries(role.inlinePolicies).map(([name, document]) => [name, documentText(document)]),
    ),
    attachedPolicyArns: role.policies.map((policy) => policyArn(iam, content, policy)),
  };
}

/** The ARN of a policy that a seed names: an ARN, one of the account's own, or one of AWS's. */
function policyArn(iam: IamState, content: SeedAccount, policy: string): string {
  if (policy.startsWith('arn:')) return policy;
  const own = content.policies[policy];
  if (own) return `arn:${iam.partition}:iam::${iam.account}:policy${own.path}${policy}`;
  const aws = awsManagedPolicies(iam.partition).find((candidate) => candidate.policyName === policy);
  if (!aws) throw new Error(`there is no policy ${policy}`);
  return aws.arn;
}

function putTrust(world: World, account: string, roleName: string, since: number): void {
  const iam = world.iam(account);
  const role = iam.role(roleName);
  if (role) iam.putRole({ ...role, ...storeTrust({ world, account }, role.trustPolicy) }, since);
}

function driftRole(world: World, item: SeedDrift, since: number): void {
  if (!('account' in item)) return;
  const iam = world.iam(item.account);
  const role = iam.role(item.role);
  if (!role) throw new Error(`account ${item.account} has no role ${item.role}`);
  switch (item.what) {
    case 'roleDeleted':
      iam.removeRole(item.role, since);
      return;
    case 'roleRecreated':
      iam.putRole({ ...role, roleId: uniqueId('AROA', `again ${role.roleId}`) }, since);
      return;
    case 'trustChanged':
      iam.putRole({ ...role, trustPolicy: trustText(item.trust, item.account), trustedRoleIds: {} }, since);
      putTrust(world, item.account, item.role, since);
  }
}
