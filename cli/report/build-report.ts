import type { ClusterReport } from '#shared/app/fleet/check-fleet.ts';
import type { UnreadPlace } from '#shared/app/fleet/discover-clusters.ts';
import type { RoleFinding } from '#shared/app/fleet/inspect-roles.ts';
import type { ClusterRepair, KeyOutcome } from '#shared/app/reconcile/repair.ts';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import { formatKey, type KeyText } from '#shared/domain/key.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { CallCounts } from '#shared/ports/calls.ts';
import type { CheckReport, ReportedCluster, ReportedDecision, ReportedFailure } from './check-report.ts';
import { reportDecision } from './reported-decision.ts';
import { findingsOf } from './reported-findings.ts';
import { exitCodeOf, summarize } from './summarize.ts';

/** What all outputs of a check are made from. */
export interface CheckFacts {
  /** Epoch milliseconds. */
  readonly checkedAt: number;
  readonly owner: string;
  readonly verify: 'full' | 'membership';
  readonly strict: boolean;
  readonly unread: readonly UnreadPlace[];
  readonly clusters: readonly ClusterFacts[];
  /** Of the whole run. */
  readonly calls: CallCounts;
}

export interface ClusterFacts {
  readonly report: ClusterReport;
  /** Present after a repair of this cluster. */
  readonly repair?: ClusterRepair | undefined;
  /** For a cluster that is not there: where it was looked for, and what was meant, perhaps. */
  readonly absence?: string | undefined;
}

/** The report of a check, or of a repair once there is one. */
export function buildReport(facts: CheckFacts): CheckReport {
  const clusters = facts.clusters.map((cluster) => reportCluster(cluster, facts.strict));
  const unread = facts.unread.map(({ place, failure }) => ({
    account: place.account,
    region: place.region,
    failure: reportFailure(failure),
  }));
  const repaired = facts.clusters.some(({ repair }) => repair !== undefined);
  return {
    apiVersion: 'rolecall.dev/v1',
    kind: 'CheckReport',
    checkedAt: new Date(facts.checkedAt).toISOString(),
    owner: facts.owner,
    verify: facts.verify,
    strict: facts.strict,
    summary: summarize(clusters, { calls: facts.calls, repaired }),
    unread,
    clusters,
    exitCode: exitCodeOf({ clusters, unread, strict: facts.strict }),
  };
}

function reportCluster({ report, repair, absence }: ClusterFacts, strict: boolean): ReportedCluster {
  const { ref, calls } = report;
  const nothing = { ...addressOf(ref), associations: 0, decisions: [], findings: [], calls: { ...calls } };
  switch (report.kind) {
    case 'none': {
      const message = absence ?? `there is no cluster ${ref.name} in account ${ref.account}, ${ref.region}`;
      return { ...nothing, status: 'absent', failure: { code: 'cluster.notFound', message } };
    }
    case 'unread':
      return { ...nothing, status: 'unknown', failure: reportFailure(report.failure) };
    case 'checked':
      return reportChecked(report, repair, strict);
  }
}

function reportChecked(
  report: ClusterReport & { readonly kind: 'checked' },
  repair: ClusterRepair | undefined,
  strict: boolean,
): ReportedCluster {
  const { check, ref, calls } = report;
  const ends = new Map<KeyText, KeyOutcome>(repair?.outcomes.map((end) => [formatKey(end.decision), end]));
  const unusable = new Set(report.roleFindings.filter(isUnusable).map(formatKey));
  const decisions = check.decisions.map((planned): ReportedDecision => {
    const key = formatKey(planned);
    const end = ends.get(key);
    const wished = check.situations.get(key)?.wish !== undefined;
    const roleUnusable = unusable.has(key);
    return reportDecision(end?.decision ?? planned, { wished, roleUnusable, strict, outcome: end?.outcome });
  });
  const [failure] = check.failures;
  const unknown = failure !== undefined || decisions.some(({ decision }) => decision === 'unknown');
  const { version } = check.cluster;
  return {
    ...addressOf(ref),
    status: unknown ? 'unknown' : decisions.some(({ differs }) => differs) ? 'differs' : 'clean',
    ...(version === undefined ? {} : { version }),
    associations: check.associations,
    decisions,
    findings: findingsOf(report, decisions),
    calls: { ...calls },
    ...(failure ? { failure: reportFailure(failure) } : {}),
  };
}

/** Only what is certain: a role that could not be read may be fine. */
function isUnusable({ finding }: RoleFinding): boolean {
  return finding === 'roleMissing' || finding === 'trustPolicyInvalid';
}

function addressOf(ref: ClusterRef): Pick<ReportedCluster, 'name' | 'account' | 'region' | 'arn'> {
  return { name: ref.name, account: ref.account, region: ref.region, arn: clusterArn(ref) };
}

function reportFailure({ code, message }: AppError): ReportedFailure {
  return { code, message };
}
