import type { CallCounts } from '#shared/ports/calls.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { CheckReport, ReportedCluster, ReportedDecision, ReportSummary } from './check-report.ts';

/** Counts what the clusters of a report hold. */
export function summarize(
  clusters: readonly ReportedCluster[],
  run: { readonly calls: CallCounts; readonly repaired: boolean },
): ReportSummary {
  const decisions = clusters.flatMap((cluster) => cluster.decisions);
  const withStatus = (status: ReportedCluster['status']) =>
    clusters.filter((cluster) => cluster.status === status).length;
  const findings: Record<string, number> = {};
  for (const { finding } of clusters.flatMap((cluster) => cluster.findings)) {
    findings[finding] = (findings[finding] ?? 0) + 1;
  }
  return {
    clusters: {
      total: clusters.length,
      clean: withStatus('clean'),
      differs: withStatus('differs'),
      unknown: withStatus('unknown'),
      absent: withStatus('absent'),
    },
    keys: countKeys(decisions),
    findings,
    calls: Object.values(run.calls).reduce((sum, count) => sum + count, 0),
    ...(run.repaired ? { repair: countRepairs(decisions) } : {}),
  };
}

type KeyGroup = Exclude<keyof ReportSummary['keys'], 'total'>;

function countKeys(decisions: readonly ReportedDecision[]): ReportSummary['keys'] {
  const counts: Record<KeyGroup, number> = {
    converged: 0,
    unusable: 0,
    delete: 0,
    create: 0,
    update: 0,
    adopt: 0,
    takeOver: 0,
    conflict: 0,
    hold: 0,
    settling: 0,
    unknown: 0,
    ignored: 0,
    others: 0,
  };
  for (const decision of decisions) counts[groupOf(decision)] += 1;
  return { total: decisions.length, ...counts };
}

/** How many keys a repair would change. */
export function stepsOf({ keys }: Pick<ReportSummary, 'keys'>): number {
  return keys.delete + keys.create + keys.update + keys.adopt + keys.takeOver;
}

/** Where a key is counted. What a repair put right counts as converged. */
export function groupOf(decision: ReportedDecision): KeyGroup {
  if (decision.outcome?.kind === 'applied') return decision.differs ? 'unusable' : 'converged';
  switch (decision.decision) {
    case 'converged':
      return decision.differs ? 'unusable' : 'converged';
    case 'report':
      return decision.wished ? 'conflict' : 'others';
    case 'hold':
      return decision.step === undefined ? 'ignored' : 'hold';
    case 'adopt':
      return decision.takeover ? 'takeOver' : 'adopt';
    default:
      return decision.decision;
  }
}

function countRepairs(decisions: readonly ReportedDecision[]): NonNullable<ReportSummary['repair']> {
  const applied = decisions.filter(({ outcome }) => outcome?.kind === 'applied');
  const ofKind = (kind: ReportedDecision['decision']) =>
    applied.filter(({ decision }) => decision === kind).length;
  const takenOver = applied.filter(({ takeover }) => takeover).length;
  return {
    create: ofKind('create'),
    update: ofKind('update'),
    adopt: ofKind('adopt') - takenOver,
    takeOver: takenOver,
    delete: ofKind('delete'),
    failed: decisions.filter(({ outcome }) => outcome?.kind === 'found' || outcome?.kind === 'failed').length,
    remaining: decisions.filter(({ differs }) => differs).length,
  };
}

/** 1 as soon as anything is unknown, absent or failed; else 2 when anything differs (docs/decisions/0003). */
export function exitCodeOf({
  clusters,
  unread,
  strict,
}: Pick<CheckReport, 'clusters' | 'unread' | 'strict'>): ExitCode {
  if (unread.length > 0) return EXIT.error;
  if (clusters.some(({ status }) => status === 'unknown' || status === 'absent')) return EXIT.error;
  const decisions = clusters.flatMap((cluster) => cluster.decisions);
  if (decisions.some(({ outcome }) => outcome?.kind === 'failed')) return EXIT.error;
  const findings = strict ? clusters.flatMap((cluster) => cluster.findings) : [];
  if (findings.some(({ severity }) => severity === 'unknown')) return EXIT.error;
  return findings.length > 0 || decisions.some(({ differs }) => differs) ? EXIT.differences : EXIT.clean;
}
