import { DATA, PAYMENTS, PLATFORM } from './demo-clusters.ts';
import { SESSION_POLICIES } from './demo-workloads.ts';
import { INSTALLATION_TAG, MAPPING_TAG } from './ownership-tags.ts';
import type { SeedInput } from './seed-schema.ts';

type DriftInput = NonNullable<SeedInput['drift']>[number];

const A1 = `${PAYMENTS}/eu-west-1/pay-prod-euw1`;
const A2 = `${PAYMENTS}/us-east-1/pay-prod-use1`;
const A3 = `${PAYMENTS}/eu-west-1/shop-prod-euw1`;
const A4 = `${PAYMENTS}/us-east-1/shop-prod-use1`;
const B1 = `${PLATFORM}/eu-west-1/pay-stage-euw1`;
const B2 = `${PLATFORM}/eu-west-1/shop-stage-euw1`;
const B3 = `${PLATFORM}/us-east-1/shop-stage-use1`;
const B4 = `${PLATFORM}/eu-west-1/lab-euw1`;
const B5 = `${PLATFORM}/eu-west-1/platform-euw1`;
const C1 = `${DATA}/eu-west-1/data-prod-euw1`;
const C2 = `${DATA}/us-east-1/data-prod-use1`;
const C3 = `${DATA}/eu-west-1/data-stage-euw1`;

type Change = Extract<DriftInput, { readonly change: unknown }>['change'];

const changed = (cluster: string, key: string, change: Change): DriftInput => ({
  what: 'associationChanged',
  cluster,
  key,
  change,
});
const deleted = (cluster: string, key: string): DriftInput => ({ what: 'associationDeleted', cluster, key });
const created = (
  cluster: string,
  key: string,
  association: Extract<DriftInput, { readonly association: unknown }>['association'],
): DriftInput => ({ what: 'associationCreated', cluster, key, association });

/** As if Rolecall had never made it. */
const NOT_OURS = { [INSTALLATION_TAG]: null, [MAPPING_TAG]: null };

/** What happened behind Rolecall's back, at least one of every kind. `demo-expected.ts` says what must come of it. */
export const DEMO_DRIFT: readonly DriftInput[] = [
  // Somebody deleted them.
  deleted(A1, 'payments/refunds'),
  deleted(A4, 'search/suggest'),
  deleted(C3, 'ml/notebook'),

  // Other roles: an old one, a colleague's, far too mighty a one, and one of another account.
  changed(A3, 'orders/api', { role: 'orders-legacy' }),
  changed(A2, 'payments/worker', { role: 'payments-api-prod' }),
  changed(C1, 'ml/trainer', { role: 'ml-admin' }),
  changed(B2, 'catalog/importer', { role: `arn:aws:iam::${PAYMENTS}:role/catalog-importer-prod` }),

  // Other target roles: another one, none, and one where there should be none.
  changed(A1, 'ledger/exporter', { targetRole: `arn:aws:iam::${DATA}:role/ledger-lake-admin` }),
  changed(A3, 'search/indexer', { targetRole: null }),
  changed(B5, 'portal/docs', { targetRole: `arn:aws:iam::${DATA}:role/events-read` }),

  // Session tags on where they should be off, and off where they should be on.
  changed(A2, 'ledger/exporter', { disableSessionTags: false }),
  changed(B1, 'risk/rules', { disableSessionTags: true }),

  // Session policies: a wider one, none, and one where there should be none.
  changed(A1, 'ledger/archiver', {
    policy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::acme-ledger-archive/*' }],
    },
  }),
  changed(A4, 'marketing/mailer', { policy: null }),
  changed(A2, 'platform-system/velero', { policy: SESSION_POLICIES.auditTrail }),

  // The same session policy in other words: no drift.
  changed(B1, 'ledger/archiver', {
    policy: `{
  "Statement": [
    {
      "Resource": ["arn:aws:s3:::acme-ledger-archive/*"],
      "Action": ["s3:PutObject", "s3:GetObject"],
      "Effect": "Allow"
    }
  ],
  "Version": "2012-10-17"
}
`,
  }),

  // Tags that Rolecall manages: another value, and none. A tag of somebody else's is no drift.
  changed(A3, 'catalog/pricing', { tags: { team: 'search' } }),
  changed(C2, 'streams/router', { tags: { team: null } }),
  changed(B5, 'ci/cache', { tags: { 'cost-centre': '0815' } }),
  changed(A1, 'observability/otel-collector', { tags: { 'finance/cost-code': 'X-99' } }),

  // Two things at once.
  changed(C2, 'warehouse/loader', { role: 'warehouse-dbt-prod', tags: { team: 'bi' } }),

  // Made by hand where no mapping wishes for anything.
  created(B4, 'scratch/debug-shell', 'lab-sandbox-api'),
  created(A3, 'legacy/cron', { role: 'orders-legacy', tags: { owner: 'unknown' } }),
  created(C1, 'adhoc/notebook-jane', 'ml-notebook-prod'),

  // Made by hand where a mapping wishes for just that: to be adopted.
  changed(B3, 'orders/tracking', { tags: NOT_OURS }),
  changed(C3, 'bi/alerts', { tags: NOT_OURS }),

  // Made by hand where a mapping wishes for something else: to be reported.
  changed(B2, 'accounts/cleanup', { role: 'accounts-legacy', tags: NOT_OURS }),
  changed(A2, 'checkout/vouchers', { role: 'checkout-api-prod', tags: NOT_OURS }),

  // Other tools' and other installations': never to be touched.
  changed(A4, 'orders/batch', { tags: { ...NOT_OURS, 'managed-by': 'terraform' } }),
  created(C1, 'kafka/connect', {
    role: 'streams-ingest-prod',
    tags: { 'services.k8s.aws/controller-version': 'eks-1.9.2' },
  }),
  changed(B1, 'payments/scheduler', { tags: { [INSTALLATION_TAG]: 'other-hub' } }),

  // Ours, and no mapping wishes for it any more: to be pruned when somebody says so.
  created(A1, 'payments/old-batch', { role: 'payments-worker-prod', managedBy: 'demo' }),
  created(B2, 'search/legacy-sync', { role: 'search-indexer-stage', managedBy: 'demo' }),

  // Roles: one is gone under two associations, one does not let EKS tag the session any more.
  { what: 'roleDeleted', account: PAYMENTS, role: 'catalog-images-prod' },
  {
    what: 'trustChanged',
    account: PLATFORM,
    role: 'risk-scorer-stage',
    trust: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
  },
];
