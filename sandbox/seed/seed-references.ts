import { awsManagedPolicies } from '#sandbox/iam/aws-managed-policies.ts';
import { parsePolicy } from '#shared/iam/parse-policy.ts';
import { documentText, trustText } from './seed-documents.ts';
import type { Seed, SeedAccount, SeedCluster, SeedDocument, SeedDrift } from './seed-schema.ts';

/** A rule between fields that a seed breaks. */
export interface ReferenceProblem {
  readonly path: readonly string[];
  readonly rule:
    | 'role.unknown'
    | 'policy.unknown'
    | 'document.malformed'
    | 'cluster.unknown'
    | 'key.unknown'
    | 'key.taken';
  readonly message: string;
}

const AWS_POLICIES = new Set(awsManagedPolicies('aws').map((policy) => policy.policyName));

/**
 * What the schema cannot see: names that stand for nothing, and IAM documents that IAM would not take. Whoever wants an
 * association with a role that is not there writes its ARN, or lets `drift` delete the role.
 */
export function referenceProblems(seed: Seed): readonly ReferenceProblem[] {
  return [
    ...Object.entries(seed.accounts).flatMap(([account, content]) => accountProblems(account, content)),
    ...driftProblems(seed),
  ];
}

function accountProblems(account: string, content: SeedAccount): ReferenceProblem[] {
  const at = ['accounts', account];
  const roles = Object.entries(content.roles).flatMap(([name, role]) => [
    ...documentProblem(trustText(role.trust, account), 'trust', [...at, 'roles', name, 'trust']),
    ...Object.entries(role.inlinePolicies).flatMap(([policy, document]) =>
      documentProblem(documentText(document), 'identity', [...at, 'roles', name, 'inlinePolicies', policy]),
    ),
    ...role.policies.flatMap((policy, index) =>
      policyProblem(content, policy, [...at, 'roles', name, 'policies', String(index)]),
    ),
    ...(role.permissionsBoundary === undefined
      ? []
      : policyProblem(content, role.permissionsBoundary, [...at, 'roles', name, 'permissionsBoundary'])),
  ]);
  const policies = Object.entries(content.policies).flatMap(([name, policy]) =>
    documentProblem(documentText(policy.document), 'identity', [...at, 'policies', name, 'document']),
  );
  const clusters = Object.entries(content.regions).flatMap(([region, { clusters }]) =>
    Object.entries(clusters).flatMap(([name, cluster]) =>
      clusterProblems(content, cluster, [...at, 'regions', region, 'clusters', name]),
    ),
  );
  return [...policies, ...roles, ...clusters];
}

function clusterProblems(
  content: SeedAccount,
  cluster: SeedCluster,
  at: readonly string[],
): ReferenceProblem[] {
  return [
    ...Object.entries(cluster.associations).flatMap(([key, association]) =>
      associationProblems(content, association, [...at, 'associations', key]),
    ),
    ...Object.entries(cluster.addons).flatMap(([name, addon]) =>
      Object.entries(addon.podIdentityAssociations).flatMap(([serviceAccount, role]) =>
        roleProblem(content, role, [...at, 'addons', name, 'podIdentityAssociations', serviceAccount]),
      ),
    ),
  ];
}

function associationProblems(
  content: SeedAccount,
  association: { readonly role?: string | undefined; readonly policy?: SeedDocument | undefined },
  at: readonly string[],
): ReferenceProblem[] {
  return [
    ...(association.role === undefined ? [] : roleProblem(content, association.role, [...at, 'role'])),
    ...(association.policy === undefined ? [] : sessionPolicyProblem(association.policy, [...at, 'policy'])),
  ];
}

function sessionPolicyProblem(policy: SeedDocument, at: readonly string[]): ReferenceProblem[] {
  return documentProblem(documentText(policy), 'identity', at);
}

function roleProblem(content: SeedAccount, role: string, path: readonly string[]): ReferenceProblem[] {
  if (role.startsWith('arn:') || content.roles[role]) return [];
  return [{ path, rule: 'role.unknown', message: `the account has no role ${role}` }];
}

function policyProblem(content: SeedAccount, policy: string, path: readonly string[]): ReferenceProblem[] {
  if (policy.startsWith('arn:') || content.policies[policy] || AWS_POLICIES.has(policy)) return [];
  const message = `neither the account nor AWS (as far as the sandbox knows) has a policy ${policy}`;
  return [{ path, rule: 'policy.unknown', message }];
}

function documentProblem(
  text: string,
  kind: 'identity' | 'trust',
  path: readonly string[],
): ReferenceProblem[] {
  const parsed = parsePolicy(text, kind);
  if (parsed.kind === 'document') return [];
  const [first] = parsed.problems;
  const message = first ? `${first.path}: ${first.message}` : 'is no policy document';
  return [{ path, rule: 'document.malformed', message }];
}

/** Items are carried out in their order: what one deletes, a later one may make again. */
function driftProblems(seed: Seed): ReferenceProblem[] {
  const taken = new Set(associationPlaces(seed));
  return seed.drift.flatMap((item, index) => {
    const at = ['drift', String(index)];
    return 'key' in item ? driftOfAssociation(seed, item, at, taken) : driftOfRole(seed, item, at);
  });
}

function associationPlaces(seed: Seed): string[] {
  return Object.entries(seed.accounts).flatMap(([account, { regions }]) =>
    Object.entries(regions).flatMap(([region, { clusters }]) =>
      Object.entries(clusters).flatMap(([name, cluster]) =>
        Object.keys(cluster.associations).map((key) => `${account}/${region}/${name} ${key}`),
      ),
    ),
  );
}

type AssociationDrift = Extract<SeedDrift, { readonly key: string }>;
type RoleDrift = Exclude<SeedDrift, AssociationDrift>;

function driftOfRole(seed: Seed, { account, role }: RoleDrift, at: readonly string[]): ReferenceProblem[] {
  if (seed.accounts[account]?.roles[role]) return [];
  return [{ path: [...at, 'role'], rule: 'role.unknown', message: `account ${account} has no role ${role}` }];
}

function driftOfAssociation(
  seed: Seed,
  item: AssociationDrift,
  at: readonly string[],
  taken: Set<string>,
): ReferenceProblem[] {
  const [account = '', region = '', name = ''] = item.cluster.split('/');
  const content = seed.accounts[account];
  if (!content?.regions[region]?.clusters[name]) {
    const message = `there is no cluster ${item.cluster}`;
    return [{ path: [...at, 'cluster'], rule: 'cluster.unknown', message }];
  }
  return [...keyProblem(item, at, taken), ...fieldProblems(content, item, at)];
}

/** Checks the key against what is there at this point, and keeps account of it. */
function keyProblem(item: AssociationDrift, at: readonly string[], taken: Set<string>): ReferenceProblem[] {
  const place = `${item.cluster} ${item.key}`;
  const isTaken = taken.has(place);
  const path = [...at, 'key'];
  if (item.what === 'associationCreated') {
    taken.add(place);
    return isTaken ? [{ path, rule: 'key.taken', message: `${item.key} has an association already` }] : [];
  }
  if (item.what === 'associationDeleted') taken.delete(place);
  return isTaken ? [] : [{ path, rule: 'key.unknown', message: `${item.key} has no association` }];
}

function fieldProblems(
  content: SeedAccount,
  item: AssociationDrift,
  at: readonly string[],
): ReferenceProblem[] {
  if (item.what === 'associationDeleted') return [];
  if (item.what === 'associationCreated') {
    return associationProblems(content, item.association, [...at, 'association']);
  }
  const { role, policy } = item.change;
  const change = { role, policy: policy ?? undefined };
  return associationProblems(content, change, [...at, 'change']);
}
