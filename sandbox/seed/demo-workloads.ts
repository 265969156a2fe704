import { DATA, type DemoCluster, PAYMENTS, PLATFORM } from './demo-clusters.ts';
import type { SeedInput } from './seed-schema.ts';

/**
 * What runs where in the demo fleet, written down apart from the manifests in `examples/fleet`, which say the same in
 * Rolecall's words; a test compares the two.
 */

/** An association as a seed writes it. */
export type AssociationInput = Exclude<
  NonNullable<
    NonNullable<
      NonNullable<SeedInput['accounts']>[string]['regions']
    >[string]['clusters'][string]['associations']
  >[string],
  string
>;

interface Group {
  readonly team: string;
  readonly namespace: string;
  readonly serviceAccounts: string;
  readonly runsIn: (cluster: DemoCluster) => boolean;
  /** Whether each environment has a role of its own: `payments-api-prod`, `payments-api-stage`. */
  readonly roleByEnvironment: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

const inSet = (clusterSet: DemoCluster['clusterSet']) => (cluster: DemoCluster) =>
  cluster.clusterSet === clusterSet;
const runs = (product: DemoCluster['product']) => (cluster: DemoCluster) => cluster.product === product;

const GROUPS: readonly Group[] = [
  {
    team: 'observability',
    namespace: 'observability',
    serviceAccounts: 'otel-collector log-router metrics-writer trace-sampler',
    runsIn: inSet('default'),
    roleByEnvironment: false,
  },
  {
    team: 'observability',
    namespace: 'observability',
    serviceAccounts: 'otel-collector log-router metrics-writer',
    runsIn: inSet('data'),
    roleByEnvironment: false,
  },
  {
    team: 'platform',
    namespace: 'platform-system',
    serviceAccounts: 'external-dns cert-manager karpenter external-secrets load-balancer-controller velero',
    runsIn: inSet('default'),
    roleByEnvironment: false,
  },
  {
    team: 'platform',
    namespace: 'platform-system',
    serviceAccounts: 'external-dns cert-manager karpenter external-secrets',
    runsIn: inSet('data'),
    roleByEnvironment: false,
  },
  {
    team: 'security',
    namespace: 'security',
    serviceAccounts: 'image-scanner audit-shipper runtime-sensor',
    runsIn: inSet('default'),
    roleByEnvironment: false,
  },
  product('pay', 'payments', 'api worker webhooks refunds reconciler disputes payouts scheduler'),
  product('pay', 'ledger', 'api writer exporter close-books archiver auditor'),
  product('pay', 'checkout', 'api session tax fraud-check vouchers cart'),
  product('pay', 'risk', 'scorer rules case-api watchlist'),
  product('shop', 'search', 'api indexer suggest crawler ranker synonyms'),
  product('shop', 'catalog', 'api importer images pricing taxonomy feeds'),
  product('shop', 'orders', 'api fulfilment notifications returns invoices tracking events batch'),
  product('shop', 'accounts', 'api sessions preferences exporter cleanup'),
  product('shop', 'marketing', 'campaigns segments mailer'),
  product('data', 'ml', 'trainer feature-store model-server notebook batch-scorer labeler registry'),
  product('data', 'warehouse', 'loader dbt exporter quality compactor catalog'),
  product('data', 'streams', 'ingest enrich sink replay router schema-registry'),
  product('data', 'bi', 'dashboards scheduler alerts'),
  { ...product('lab', 'lab', 'notebook sandbox-api load-gen chaos bench'), roleByEnvironment: false },
  {
    ...product('lab', 'experiments', 'runner scheduler tracker'),
    team: 'lab',
    roleByEnvironment: false,
  },
  {
    ...product('platform', 'ci', 'runner deployer artifact-proxy cache'),
    roleByEnvironment: false,
    tags: { 'cost-centre': '4711' },
  },
  {
    ...product('platform', 'portal', 'backstage scaffolder docs catalog-sync'),
    team: 'ci',
    roleByEnvironment: false,
    tags: { 'cost-centre': '4711' },
  },
];

function product(name: DemoCluster['product'], namespace: string, serviceAccounts: string): Group {
  return { team: namespace, namespace, serviceAccounts, runsIn: runs(name), roleByEnvironment: true };
}

const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;

const allowing = (actions: string | readonly string[], resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }],
});

/** The session policies of the fleet, by what they let through. */
export const SESSION_POLICIES = {
  auditTrail: allowing('s3:PutObject', 'arn:aws:s3:::acme-audit-trail/*'),
  ledgerArchive: allowing(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::acme-ledger-archive/*'),
  outbox: allowing('ses:SendEmail', 'arn:aws:ses:*:*:identity/mail.acme.example'),
  reports: allowing(['s3:GetObject', 's3:ListBucket'], 'arn:aws:s3:::acme-warehouse-reports/*'),
  ledgerRead: allowing('dynamodb:GetItem', 'arn:aws:dynamodb:*:*:table/ledger-lab'),
} as const;

/** What some have beyond a role, by key; what is not said here is as for everybody. */
const SPECIALS: Readonly<Record<string, (cluster: DemoCluster) => Partial<AssociationInput>>> = {
  'platform-system/velero': () => ({
    targetRole: role(PLATFORM, 'backup-vault-writer'),
    disableSessionTags: true,
  }),
  'security/audit-shipper': () => ({ disableSessionTags: true, policy: SESSION_POLICIES.auditTrail }),
  'payments/webhooks': ({ env, region }) =>
    env === 'prod' && region === 'us-east-1' ? { role: 'payments-webhooks-us' } : {},
  'ledger/exporter': ({ env }) =>
    env === 'prod' ? { targetRole: role(DATA, 'ledger-lake-writer'), disableSessionTags: true } : {},
  'ledger/archiver': () => ({ disableSessionTags: true, policy: SESSION_POLICIES.ledgerArchive }),
  'checkout/tax': ({ account }) => ({ targetRole: role(account, 'tax-tables-read') }),
  'search/indexer': ({ env }) => (env === 'prod' ? { targetRole: role(DATA, 'events-read') } : {}),
  'marketing/mailer': () => ({ disableSessionTags: true, policy: SESSION_POLICIES.outbox }),
  'warehouse/exporter': () => ({ disableSessionTags: true, policy: SESSION_POLICIES.reports }),
  'streams/sink': ({ env }) =>
    env === 'prod' ? { targetRole: role(PAYMENTS, 'settlement-events-write'), disableSessionTags: true } : {},
};

/** What the lab has of other teams. */
const LAB: Readonly<Record<string, AssociationInput>> = {
  'payments/api': {
    role: 'payments-lab',
    targetRole: role(DATA, 'ledger-read'),
    disableSessionTags: true,
    policy: SESSION_POLICIES.ledgerRead,
    tags: { team: 'payments' },
  },
  'search/api': { role: 'search-lab', tags: { team: 'search' } },
};

/** The associations that a cluster should have, by key. */
export function demoAssociations(cluster: DemoCluster): Readonly<Record<string, AssociationInput>> {
  const associations: Record<string, AssociationInput> = {};
  for (const group of GROUPS) {
    if (!group.runsIn(cluster)) continue;
    for (const serviceAccount of group.serviceAccounts.split(' ')) {
      const key = `${group.namespace}/${serviceAccount}`;
      const name = `${group.namespace}-${serviceAccount}`;
      associations[key] = {
        role: group.roleByEnvironment ? `${name}-${cluster.env}` : name,
        tags: { team: group.team, ...group.tags },
        ...SPECIALS[key]?.(cluster),
      };
    }
  }
  return cluster.product === 'lab' ? { ...associations, ...LAB } : associations;
}
