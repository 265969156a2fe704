import { clusterPath, DATA, DEMO_CLUSTERS, type DemoCluster, PAYMENTS, PLATFORM } from './demo-clusters.ts';
import { DEMO_DRIFT } from './demo-drift.ts';
import { demoAssociations } from './demo-workloads.ts';
import { CLUSTER_SET_TAG } from './ownership-tags.ts';
import { seedFrom } from './read-seed.ts';
import type { Seed, SeedInput } from './seed-schema.ts';

type AccountInput = NonNullable<SeedInput['accounts']>[string];
type RoleInput = NonNullable<AccountInput['roles']>[string];
type ClusterInput = NonNullable<AccountInput['regions']>[string]['clusters'][string];

/** The installation that manages the demo fleet: what `--owner` must say. */
export const DEMO_OWNER = 'demo';

/**
 * The fleet of `rolecall demo`: 12 clusters in 3 accounts and 2 regions, 414 associations, and drift of every kind. The
 * manifests in `examples/fleet` are what it should be.
 */
export function demoFleet(): Seed {
  return seedFrom({ accounts: accountsOf(DEMO_OWNER), drift: [...DEMO_DRIFT] }, 'demo fleet');
}

/** What a hub meets that is new to it. */
export interface UnmanagedFleet {
  /** Names of the clusters of the demo fleet that are there. */
  readonly clusters: readonly string[];
  /** Roles of people, by name, in every account. */
  readonly roles: Readonly<Record<string, RoleInput>>;
}

/** Clusters of the demo fleet as they should be, and before anybody manages them: nothing bears a tag of Rolecall. */
export function unmanagedFleet({ clusters, roles }: UnmanagedFleet): Seed {
  const there = DEMO_CLUSTERS.filter(({ name }) => clusters.includes(name));
  const accounts = Object.entries(accountsOf(undefined, there)).map(
    ([account, input]) => [account, { ...input, roles: { ...input.roles, ...roles } }] as const,
  );
  return seedFrom({ accounts: Object.fromEntries(accounts) }, 'unmanaged fleet');
}

const ACCOUNT_NAMES = { [PAYMENTS]: 'payments-prod', [PLATFORM]: 'platform', [DATA]: 'data' } as const;

function accountsOf(
  owner: string | undefined,
  all: readonly DemoCluster[] = DEMO_CLUSTERS,
): Record<string, AccountInput> {
  return Object.fromEntries(
    Object.entries(ACCOUNT_NAMES).map(([account, name]) => {
      const clusters = all.filter((cluster) => cluster.account === account);
      return [account, accountOf(account, { name, clusters, owner })];
    }),
  );
}

interface AccountParts {
  readonly name: string;
  readonly clusters: readonly DemoCluster[];
  readonly owner: string | undefined;
}

function accountOf(account: string, { name, clusters, owner }: AccountParts): AccountInput {
  const regions: Record<string, { clusters: Record<string, ClusterInput> }> = {};
  for (const cluster of clusters) {
    const region = regions[cluster.region] ?? { clusters: {} };
    region.clusters[cluster.name] = clusterOf(cluster, owner);
    regions[cluster.region] = region;
  }
  return { name, roles: { ...workloadRoles(clusters), ...OTHER_ROLES[account] }, regions };
}

/** Kubernetes 1.34 in production, one ahead before it. */
function clusterOf(cluster: DemoCluster, owner: string | undefined): ClusterInput {
  const { env, tier, product, clusterSet, name } = cluster;
  return {
    version: env === 'prod' ? '1.34' : '1.35',
    autoMode: product === 'lab',
    tags: { env, tier, product, ...(clusterSet === 'default' ? {} : { [CLUSTER_SET_TAG]: clusterSet }) },
    ...(owner === undefined ? {} : { managedBy: owner }),
    addons: {
      // Auto Mode has the agent built in; the data stage has it nowhere.
      ...(product === 'lab' || name === 'data-stage-euw1' ? {} : { 'eks-pod-identity-agent': {} }),
      ...(WITH_EBS_DRIVER.has(clusterPath(cluster))
        ? { 'aws-ebs-csi-driver': { podIdentityAssociations: { 'ebs-csi-controller-sa': 'ebs-csi-driver' } } }
        : {}),
    },
    associations: { ...demoAssociations(cluster) },
  };
}

/** Where the EBS driver's add-on owns an association. */
const WITH_EBS_DRIVER = new Set([
  `${PAYMENTS}/eu-west-1/pay-prod-euw1`,
  `${PAYMENTS}/us-east-1/pay-prod-use1`,
  `${DATA}/eu-west-1/data-prod-euw1`,
  `${DATA}/us-east-1/data-prod-use1`,
  `${DATA}/eu-west-1/data-stage-euw1`,
]);

/** A role for every workload of an account. Those of payments may be used from the namespace `payments` only. */
function workloadRoles(clusters: readonly DemoCluster[]): Record<string, RoleInput> {
  const roles: Record<string, RoleInput> = {};
  for (const cluster of clusters) {
    for (const [key, { role, tags }] of Object.entries(demoAssociations(cluster))) {
      const [namespace = ''] = key.split('/');
      const team = tags?.['team'] ?? namespace;
      const isPinned = namespace === 'payments' && cluster.product === 'pay';
      roles[role] = {
        trust: isPinned ? { 'pods.eks': { namespace } } : 'pods.eks',
        policies: POLICIES[team] ?? ['AmazonS3ReadOnlyAccess'],
        tags: { team },
      };
    }
  }
  return roles;
}

const POLICIES: Readonly<Record<string, string[]>> = {
  payments: ['AmazonDynamoDBReadOnlyAccess', 'AmazonSQSFullAccess'],
  ledger: ['AmazonDynamoDBReadOnlyAccess'],
  orders: ['AmazonSQSFullAccess'],
  streams: ['AmazonSQSFullAccess'],
  observability: ['CloudWatchAgentServerPolicy', 'AWSXRayDaemonWriteAccess'],
  security: ['AmazonEC2ContainerRegistryReadOnly'],
};

const pods = (...policies: string[]): RoleInput => ({ trust: 'pods.eks', policies });
const chained = (chainedFrom: string[], ...policies: string[]): RoleInput => ({
  trust: { chainedFrom },
  policies,
});
const arn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;

/** Target roles, roles from earlier times, and those of add-ons. */
const OTHER_ROLES: Readonly<Record<string, Record<string, RoleInput>>> = {
  [PAYMENTS]: {
    'orders-legacy': pods('AmazonSQSFullAccess', 'AmazonS3FullAccess'),
    'tax-tables-read': chained([arn(PAYMENTS, 'checkout-tax-prod')], 'AmazonDynamoDBReadOnlyAccess'),
    'settlement-events-write': chained([arn(DATA, 'streams-sink-prod')], 'AmazonSQSFullAccess'),
    'ebs-csi-driver': pods('AmazonEBSCSIDriverPolicy'),
  },
  [PLATFORM]: {
    'accounts-legacy': pods('AmazonS3FullAccess'),
    'tax-tables-read': chained([arn(PLATFORM, 'checkout-tax-stage')], 'AmazonDynamoDBReadOnlyAccess'),
    'backup-vault-writer': chained(
      [arn(PAYMENTS, 'platform-system-velero'), arn(PLATFORM, 'platform-system-velero')],
      'AmazonS3FullAccess',
    ),
  },
  [DATA]: {
    'ml-admin': pods('AdministratorAccess'),
    'ledger-lake-writer': chained([arn(PAYMENTS, 'ledger-exporter-prod')], 'AmazonS3FullAccess'),
    'ledger-lake-admin': chained([arn(PAYMENTS, 'ledger-exporter-prod')], 'AdministratorAccess'),
    'ledger-read': chained([arn(PLATFORM, 'payments-lab')], 'AmazonDynamoDBReadOnlyAccess'),
    'events-read': chained([arn(PAYMENTS, 'search-indexer-prod')], 'AmazonS3ReadOnlyAccess'),
    'ebs-csi-driver': pods('AmazonEBSCSIDriverPolicy'),
  },
};
