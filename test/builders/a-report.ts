import type {
  CheckReport,
  ReportedCluster,
  ReportedDecision,
  ReportedFinding,
} from '#cli/report/check-report.ts';
import { exitCodeOf, summarize } from '#cli/report/summarize.ts';

/** `payments/api`, wished for and as wished. */
export function aReportedDecision(given: Partial<ReportedDecision> = {}): ReportedDecision {
  return {
    namespace: 'payments',
    serviceAccount: 'api',
    decision: 'converged',
    wished: true,
    differs: false,
    drift: [],
    reason: 'is as it should be',
    ...given,
  };
}

/** A decision that takes a step, and so differs. */
export function aReportedStep(
  step: 'create' | 'update' | 'adopt' | 'delete',
  given: Partial<ReportedDecision> = {},
): ReportedDecision {
  return aReportedDecision({ decision: step, differs: true, changes: [], ...given });
}

export function aReportedFinding(given: Partial<ReportedFinding> = {}): ReportedFinding {
  return { finding: 'unmanaged', severity: 'notice', message: 'no mapping and no tool claims it', ...given };
}

/** `prod-1` in account 111122223333, eu-west-1; its status follows from its decisions. */
export function aReportedCluster(given: Partial<ReportedCluster> = {}): ReportedCluster {
  const name = given.name ?? 'prod-1';
  const decisions = given.decisions ?? [];
  return {
    name,
    account: '111122223333',
    region: 'eu-west-1',
    arn: `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`,
    status: decisions.some(({ differs }) => differs) ? 'differs' : 'clean',
    version: '1.34',
    associations: decisions.length,
    decisions,
    findings: [],
    calls: {},
    ...given,
  };
}

/** A report of the clusters, counted as the product counts. */
export function aReport(
  clusters: readonly ReportedCluster[],
  given: Partial<Pick<CheckReport, 'unread' | 'strict' | 'owner'>> & { readonly repaired?: boolean } = {},
): CheckReport {
  const { unread = [], strict = false, owner = 'rolecall', repaired = false } = given;
  return {
    apiVersion: 'rolecall.dev/v1',
    kind: 'CheckReport',
    checkedAt: '2026-11-20T12:00:00.000Z',
    owner,
    verify: 'full',
    strict,
    summary: summarize(clusters, { calls: { 'eks:DescribePodIdentityAssociation': 9 }, repaired }),
    unread,
    idleMappings: [],
    clusters: [...clusters],
    exitCode: exitCodeOf({ clusters: [...clusters], unread, strict }),
  };
}
