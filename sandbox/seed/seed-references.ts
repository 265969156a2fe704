import { awsManagedPolicies } from '#sandbox/iam/aws-managed-policies.ts';
import { parsePolicy } from '#shared/iam/parse-policy.ts';
import { documentText, trustText } from './seed-documents.ts';
import type {
  Seed,
  SeedAccount,
  SeedAssociation,
  SeedCluster,
  SeedDocument,
  SeedDrift,
} from './seed-schema.ts';

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
  association: Partial<Pick<SeedAssociation, 'role' | 'policy'>>,
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

function driftProblems(seed: Seed): ReferenceProblem[] {
  const created = new Set<string>();
  return seed.drift.flatMap((item, index) =>
    driftItemProblems(seed, item, ['drift', String(index)], created),
  );
}

function driftItemProblems(
  seed: Seed,
  item: SeedDrift,
  at: readonly string[],
  created: Set<string>,
): ReferenceProblem[] {
  switch (item.what) {
    case 'roleDeleted':
    case 'roleRecreated':
    case 'trustChanged': {
      const isKnown = seed.accounts[item.account]?.roles[item.role] !== undefined;
      const message = `account ${item.account} has no role ${item.role}`;
      return isKnown ? [] : [{ path: [...at, 'role'], rule: 'role.unknown', message }];
    }
    case 'associationDeleted':
    case 'associationChanged':
    case 'associationCreated':
      return driftOfAssociation(seed, item, at, created);
  }
}

type AssociationDrift = Extract<SeedDrift, { readonly key: string }>;

function driftOfAssociation(
  seed: Seed,
  item: AssociationDrift,
  at: readonly string[],
  created: Set<string>,
): ReferenceProblem[] {
  const [account = '', region = '', name = ''] = item.cluster.split('/');
  const content = seed.accounts[account];
  const cluster = content?.regions[region]?.clusters[name];
  if (!content || !cluster) {
    return [
      { path: [...at, 'cluster'], rule: 'cluster.unknown', message: `there is no cluster ${item.cluster}` },
    ];
  }
  const id = `${item.cluster} ${item.key}`;
  const isThere = cluster.associations[item.key] !== undefined || created.has(id);
  const keyPath = [...at, 'key'];
  if (item.what === 'associationCreated') {
    created.add(id);
    const taken = {
      path: keyPath,
      rule: 'key.taken',
      message: `${item.key} has an association already`,
    } as const;
    return [
      ...(isThere ? [taken] : []),
      ...associationProblems(content, item.association, [...at, 'association']),
    ];
  }
  const unknown = { path: keyPath, rule: 'key.unknown', message: `${item.key} has no association` } as const;
  const change = item.what === 'associationChanged' ? changeProblems(content, item.change, at) : [];
  return [...(isThere ? [] : [unknown]), ...change];
}

function changeProblems(
  content: SeedAccount,
  change: Extract<SeedDrift, { readonly change: unknown }>['change'],
  at: readonly string[],
): ReferenceProblem[] {
  const { role, policy } = change;
  return associationProblems(
    content,
    {
      ...(role === undefined ? {} : { role }),
      ...(policy === undefined || policy === null ? {} : { policy }),
    },
    [...at, 'change'],
  );
}
