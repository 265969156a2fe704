import type { ClusterReport } from '#shared/app/fleet/check-fleet.ts';
import type { UnreadPlace } from '#shared/app/fleet/discover-clusters.ts';
import type { RoleFinding } from '#shared/app/fleet/inspect-roles.ts';
import type { ClusterRepair, KeyOutcome } from '#shared/app/reconcile/repair.ts';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import type { Decision } from '#shared/domain/decision.ts';
import { formatKey, formatMappingKey, type KeyText } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { CallCounts } from '#shared/ports/calls.ts';
import type { CheckReport, ReportedCluster, ReportedDecision, ReportedFailure } from './check-report.ts';
import { idleMappings, sourceText } from './idle-mappings.ts';
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
  readonly mappings: readonly Mapping[];
  /** Whether all clusters of the accounts and regions were asked for. */
  readonly everyCluster: boolean;
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
  const mapped = new Map(facts.mappings.map((mapping) => [formatKey(mapping.key), mapping]));
  const clusters = facts.clusters.map((cluster) => reportCluster(cluster, facts.strict, mapped));
  const reports = facts.clusters.map(({ report }) => report);
  const idle = facts.everyCluster && facts.unread.length === 0 ? idleMappings(facts.mappings, reports) : [];
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
    idleMappings: idle.map((mapping) => ({
      mapping: formatMappingKey(mapping.key),
      source: sourceText(mapping),
    })),
    clusters,
    exitCode: exitCodeOf({ clusters, unread, strict: facts.strict }),
  };
}

type Mapped = ReadonlyMap<KeyText, Mapping>;

function reportCluster(
  { report, repair, absence }: ClusterFacts,
  strict: boolean,
  mapped: Mapped,
): ReportedCluster {
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
      return reportChecked(report, repair, strict, mapped);
  }
}

function reportChecked(
  report: ClusterReport & { readonly kind: 'checked' },
  repair: ClusterRepair | undefined,
  strict: boolean,
  mapped: Mapped,
): ReportedCluster {
  const { check, ref, calls } = report;
  const ends = new Map<KeyText, KeyOutcome>(repair?.outcomes.map((end) => [formatKey(end.decision), end]));
  const unusable = new Set(report.roleFindings.filter(isUnusable).map(formatKey));
  const decisions = check.decisions.map((planned): ReportedDecision => {
    const key = formatKey(planned);
    const end = ends.get(key);
    const wished = check.situations.get(key)?.wish !== undefined;
    const roleUnusable = unusable.has(key);
    const decided = sayWhyUnwished(end?.decision ?? planned, wished ? undefined : mapped.get(key));
    const reported = reportDecision(decided, { wished, roleUnusable, strict, outcome: end?.outcome });
    const listed = check.situations.get(key)?.observation.kind === 'listed';
    return listed && reported.decision === 'converged' ? { ...reported, fromMemory: true } : reported;
  });
  const [failure] = check.failures;
  const findings = findingsOf(report, decisions);
  const unknown =
    failure !== undefined ||
    decisions.some(({ decision }) => decision === 'unknown') ||
    findings.some(({ finding }) => UNREAD.has(finding));
  const { version } = check.cluster;
  return {
    ...addressOf(ref),
    status: unknown ? 'unknown' : decisions.some(({ differs }) => differs) ? 'differs' : 'clean',
    ...(version === undefined ? {} : { version }),
    associations: check.associations + madeLessDeleted(decisions),
    decisions,
    findings,
    calls: { ...calls },
    ...(failure ? { failure: reportFailure(failure) } : {}),
  };
}

/** By how many associations a repair has changed what was counted before it. */
function madeLessDeleted(decisions: readonly ReportedDecision[]): number {
  const done = (decision: ReportedDecision['decision']) =>
    decisions.filter((one) => one.decision === decision && one.outcome?.kind === 'applied').length;
  return done('create') - done('delete');
}

/** That a mapping for the key exists, and selects other clusters, is another thing than that there is none. */
function sayWhyUnwished(decision: Decision, mapping: Mapping | undefined): Decision {
  const deletes = decision.drift.includes('notDeleted');
  if (!mapping || !deletes) return decision;
  return {
    ...decision,
    reason: `is ours, and its mapping at ${sourceText(mapping)} does not select this cluster`,
  };
}

/** What could not be read although it was asked for: then the cluster is not called clean. */
const UNREAD: ReadonlySet<string> = new Set(['roleUnread', 'agentUnknown']);

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
