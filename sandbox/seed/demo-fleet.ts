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
 * The fleet that `npm start` shows: 12 clusters in 3 accounts and 2 regions, 414 associations, and drift of every kind.
 * The manifests in `examples/fleet` are what it should be.
 */
export function demoFleet(): Seed {
  const input: SeedInput = {
    accounts: Object.fromEntries(
      [[PAYMENTS, 'payments-prod'] as const, [PLATFORM, 'platform'] as const, [DATA, 'data'] as const].map(
        ([account, name]) => [account, accountOf(account, name)],
      ),
    ),
    drift: [...DEMO_DRIFT],
  };
  return seedFrom(input, 'demo fleet');
}

function accountOf(account: string, name: string): AccountInput {
  const clusters = DEMO_CLUSTERS.filter((cluster) => cluster.account === account);
  const regions: Record<string, { clusters: Record<string, ClusterInput> }> = {};
  for (const cluster of clusters) {
    const region = regions[cluster.region] ?? { clusters: {} };
    region.clusters[cluster.name] = clusterOf(cluster);
    regions[cluster.region] = region;
  }
  return { name, roles: { ...workloadRoles(clusters), ...OTHER_ROLES[account] }, regions };
}

/** Kubernetes 1.34 in production, one ahead before it. */
function clusterOf(cluster: DemoCluster): ClusterInput {
  const { env, tier, product, clusterSet, name } = cluster;
  return {
    version: env === 'prod' ? '1.34' : '1.35',
    autoMode: product === 'lab',
    tags: { env, tier, product, ...(clusterSet === 'default' ? {} : { [CLUSTER_SET_TAG]: clusterSet }) },
    managedBy: DEMO_OWNER,
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
