/**
 * What a check of the demo fleet (without a memory of earlier checks, `--owner demo`, no `--prune`) must find, counted
 * by hand from the list of what was planted and not computed from it.
 */

/** One key at which something is to be said. `drift` is in Rolecall's words (DESIGN §2). */
export interface ExpectedDecision {
  /** `cluster namespace/serviceAccount` */
  readonly at: string;
  readonly drift: readonly string[];
  readonly owner?: string;
}

/** Decisions by kind; `report` and `hold` by what they are about. Keys that are not listed are converged. */
export const EXPECTED_DECISIONS = {
  create: [
    { at: 'pay-prod-euw1 payments/refunds', drift: ['missing'] },
    { at: 'shop-prod-use1 search/suggest', drift: ['missing'] },
    { at: 'data-stage-euw1 ml/notebook', drift: ['missing'] },
  ],
  update: [
    { at: 'shop-prod-euw1 orders/api', drift: ['roleDrift'] },
    { at: 'pay-prod-use1 payments/worker', drift: ['roleDrift'] },
    { at: 'data-prod-euw1 ml/trainer', drift: ['roleDrift'] },
    { at: 'shop-stage-euw1 catalog/importer', drift: ['roleDrift'] },
    { at: 'pay-prod-euw1 ledger/exporter', drift: ['targetRoleDrift'] },
    { at: 'shop-prod-euw1 search/indexer', drift: ['targetRoleDrift'] },
    { at: 'platform-euw1 portal/docs', drift: ['targetRoleDrift'] },
    { at: 'pay-prod-use1 ledger/exporter', drift: ['sessionTagsDrift'] },
    { at: 'pay-stage-euw1 risk/rules', drift: ['sessionTagsDrift'] },
    { at: 'pay-prod-euw1 ledger/archiver', drift: ['sessionPolicyDrift'] },
    { at: 'shop-prod-use1 marketing/mailer', drift: ['sessionPolicyDrift'] },
    { at: 'pay-prod-use1 platform-system/velero', drift: ['sessionPolicyDrift'] },
    { at: 'shop-prod-euw1 catalog/pricing', drift: ['tagDrift'] },
    { at: 'data-prod-use1 streams/router', drift: ['tagDrift'] },
    { at: 'platform-euw1 ci/cache', drift: ['tagDrift'] },
    { at: 'data-prod-use1 warehouse/loader', drift: ['roleDrift', 'tagDrift'] },
  ],
  adopt: [
    { at: 'shop-stage-use1 orders/tracking', drift: ['tagDrift'] },
    { at: 'data-stage-euw1 bi/alerts', drift: ['tagDrift'] },
  ],
  unmanaged: [
    { at: 'lab-euw1 scratch/debug-shell', drift: [] },
    { at: 'shop-prod-euw1 legacy/cron', drift: [] },
    { at: 'data-prod-euw1 adhoc/notebook-jane', drift: [] },
    { at: 'shop-stage-euw1 accounts/cleanup', drift: ['roleDrift'] },
    { at: 'pay-prod-use1 checkout/vouchers', drift: ['roleDrift'] },
  ],
  foreign: [
    { at: 'shop-prod-use1 orders/batch', drift: [], owner: 'terraform' },
    { at: 'data-prod-euw1 kafka/connect', drift: [], owner: 'ACK' },
    { at: 'pay-stage-euw1 payments/scheduler', drift: [], owner: 'rolecall other-hub' },
  ],
  addonOwned: [
    { at: 'pay-prod-euw1 kube-system/ebs-csi-controller-sa', drift: [], owner: 'add-on aws-ebs-csi-driver' },
    { at: 'pay-prod-use1 kube-system/ebs-csi-controller-sa', drift: [], owner: 'add-on aws-ebs-csi-driver' },
    { at: 'data-prod-euw1 kube-system/ebs-csi-controller-sa', drift: [], owner: 'add-on aws-ebs-csi-driver' },
    { at: 'data-prod-use1 kube-system/ebs-csi-controller-sa', drift: [], owner: 'add-on aws-ebs-csi-driver' },
    {
      at: 'data-stage-euw1 kube-system/ebs-csi-controller-sa',
      drift: [],
      owner: 'add-on aws-ebs-csi-driver',
    },
  ],
  /** Ours, unwished, and held back because nobody said `--prune`. */
  pruneOff: [
    { at: 'pay-prod-euw1 payments/old-batch', drift: ['notDeleted'] },
    { at: 'shop-stage-euw1 search/legacy-sync', drift: ['notDeleted'] },
  ],
} as const satisfies Readonly<Record<string, readonly ExpectedDecision[]>>;

export const EXPECTED_COUNTS = {
  clusters: 12,
  accounts: 3,
  regions: 2,
  mappings: 110,
  /** Keys for which some mapping wishes something: 117 + 72 + 112 + 10 + 8 + 87. */
  wished: 406,
  /** 406 - 3 deleted + 3 by hand + 1 of ACK + 2 to be pruned + 5 of add-ons. */
  associations: 414,
  /** 406 wished and 11 that nobody wishes for. */
  decisions: 417,
  /** 406 - 3 - 16 - 2 - 2 unmanaged - 2 foreign at wished keys. */
  converged: 381,
  byDecision: { create: 3, update: 16, adopt: 2, unmanaged: 5, foreign: 3, addonOwned: 5, pruneOff: 2 },
  byDrift: {
    missing: 3,
    /** Four alone, one with a tag, two that are only reported. */
    roleDrift: 7,
    targetRoleDrift: 3,
    sessionTagsDrift: 2,
    sessionPolicyDrift: 3,
    /** Three alone, one with a role, two to be adopted that lack our tags. */
    tagDrift: 6,
    notDeleted: 2,
  },
  /** After `--repair`: what is not ours, and what would have to be pruned. */
  afterRepair: { unmanaged: 5, foreign: 3, addonOwned: 5, pruneOff: 2, converged: 402 },
} as const;

/** What is wrong with roles and clusters although the associations are as they should be. */
export const EXPECTED_FINDINGS = {
  roleMissing: [
    { at: 'shop-prod-euw1 catalog/images', role: 'arn:aws:iam::111122223333:role/catalog-images-prod' },
    { at: 'shop-prod-use1 catalog/images', role: 'arn:aws:iam::111122223333:role/catalog-images-prod' },
  ],
  trustPolicyInvalid: [
    { at: 'pay-stage-euw1 risk/scorer', role: 'arn:aws:iam::444455556666:role/risk-scorer-stage' },
  ],
  agentMissing: ['data-stage-euw1'],
} as const;

/** Looks different and is not. */
export const EXPECTED_NO_DRIFT = [
  { at: 'pay-stage-euw1 ledger/archiver', because: 'the session policy is the same document in other words' },
  { at: 'pay-prod-euw1 observability/otel-collector', because: "the additional tag is somebody else's" },
] as const;
