import type { Invocation } from '../invocation.ts';
import { type OwnerMeant, ownerWords } from '../owner-meant.ts';
import type { CheckReport, ReportedCluster, ReportedDecision } from '../report/check-report.ts';
import { stepsOf } from '../report/summarize.ts';
import { countText } from '../text/count-text.ts';

export interface ClosingContext {
  readonly invocation: Invocation;
  /** The words by which a cluster is asked about again: manifests, cluster, region, profile, owner. */
  readonly clusterWords: (cluster: Pick<ReportedCluster, 'name' | 'account' | 'region'>) => readonly string[];
  readonly owner: OwnerMeant;
  /** Whether this is the end of a repair. */
  readonly repaired: boolean;
}

/** The last line: what the exit code means, and the command that goes on from here. */
export function closingLine(report: CheckReport, context: ClosingContext): string {
  const next = nextOf(report, context);
  return next === undefined ? meaningOf(report, context) : `${meaningOf(report, context)}. Next: ${next}`;
}

function meaningOf(report: CheckReport, { repaired }: ClosingContext): string {
  const { summary } = report;
  switch (report.exitCode) {
    case 0:
      // A check of clusters that no mapping is about proves nothing, and says so.
      if (!report.clusters.some(({ decisions }) => decisions.some(({ wished }) => wished))) {
        return 'Exit 0: no mapping wishes for anything on these clusters, and nothing of ours is there';
      }
      return repaired ? 'Exit 0: everything of ours is right' : 'Exit 0: everything is as wished';
    case 1:
      return `Exit 1: ${unknownText(report)}`;
    case 2: {
      const differing = report.clusters
        .flatMap(({ decisions }) => decisions)
        .filter(({ differs }) => differs).length;
      if (differing === 0) {
        const findings = Object.values(summary.findings).reduce((sum, count) => sum + count, 0);
        return `Exit 2: everything is as wished, with ${countText(findings, 'finding')}`;
      }
      const still = repaired ? 'still ' : '';
      return differing === 1
        ? `Exit 2: 1 key ${still}differs`
        : `Exit 2: ${countText(differing, 'key')} ${still}differ`;
    }
  }
}

function unknownText({ clusters, unread, summary }: CheckReport): string {
  const failed = clusters
    .flatMap(({ decisions }) => decisions)
    .filter(({ outcome }) => outcome?.kind === 'failed').length;
  const parts = [
    ...(summary.clusters.absent > 0 ? [`${countText(summary.clusters.absent, 'cluster')} not there`] : []),
    ...(summary.clusters.unknown > 0
      ? [`${countText(summary.clusters.unknown, 'cluster')} not known to be clean`]
      : []),
    ...(unread.length > 0
      ? [`the clusters of ${countText(unread.length, 'region')} could not be listed`]
      : []),
    ...(failed > 0 ? [`${countText(failed, 'change')} failed`] : []),
  ];
  return parts.length === 0 ? 'something could not be told' : parts.join(', ');
}

/** The first of these that applies is the most useful thing to do. */
function nextOf(report: CheckReport, context: ClosingContext): string | undefined {
  if (report.exitCode === 0) return undefined;
  return report.exitCode === 1 ? afterUnknown(report, context) : afterDifferences(report, context);
}

function afterUnknown(report: CheckReport, { invocation }: ClosingContext): string {
  const codes = [...report.unread, ...report.clusters].map((place) => place.failure?.code);
  const unknown = report.clusters
    .flatMap(({ decisions }) => decisions)
    .find(({ decision }) => decision === 'unknown')?.unknownBecause;
  const advice = codes
    .map((code) => (code === undefined ? undefined : ADVICE[code]))
    .find((text) => text !== undefined);
  if (advice !== undefined) return advice;
  if (unknown === 'notVerified')
    return 'check with --verify full, or let --memory FILE answer for earlier looks';
  if (unknown === 'desiredUnreadable')
    return 'correct the mappings marked ? above, or the labels of the cluster';
  return `${invocation.again([])} again`;
}

const ADVICE: Readonly<Record<string, string>> = {
  'aws.accessDenied': 'have the action named above allowed, then run the same command again',
  'aws.credentials': 'sign in, then run the same command again',
  'aws.throttled': 'run the same command with a lower --concurrency',
  'aws.unavailable': 'see whether the endpoint named above can be reached, then run the same command again',
  'aws.timeout': 'run the same command again',
  'cluster.notFound': 'check the name, --region and --profile',
};

function afterDifferences(report: CheckReport, context: ClosingContext): string {
  const { keys } = report.summary;
  const { invocation, owner, repaired } = context;
  const all = report.clusters.flatMap((cluster) =>
    cluster.decisions.map((decision) => ({ cluster, decision })),
  );
  const held = new Set(
    all.flatMap(({ decision }) => (decision.step === undefined ? [] : [decision.heldBecause])),
  );
  const other = otherInstallation(all.map(({ decision }) => decision));
  if (other !== undefined && owner.from !== 'option') {
    const again = invocation.again(['--owner', other], {
      flags: ['--repair', '--yes', '-y', '--prune'],
      options: ['--max-changes'],
    });
    return `${again}, if ${other} is the installation that you mean`;
  }
  if (!repaired && stepsOf(report.summary) > 0) {
    return invocation.again([...(owner.from === 'environment' ? ownerWords(owner) : []), '--repair']);
  }
  if (held.has('brake'))
    return `${invocation.again([], { flags: ['--yes', '-y'] })} (and approve the plan), or raise --max-changes`;
  const stuck = all.find(
    ({ decision }) => decision.differs && (STUCK.has(decision.decision) || isRefused(decision)),
  );
  if (stuck) return explainCommand(stuck.cluster, stuck.decision, context);
  if (held.size > 0) return 'see Held above';
  return keys.settling > 0 || repaired
    ? `${invocation.again([], { flags: ['--repair', '--yes', '-y', '--prune'] })} in a moment`
    : 'see Findings above';
}

/** The one installation of Rolecall that has at least half of what differs: most likely it was meant. */
function otherInstallation(decisions: readonly ReportedDecision[]): string | undefined {
  const differing = decisions.filter(({ differs }) => differs);
  const owners = differing.flatMap(({ decision, owner }) =>
    decision === 'report' ? (/^rolecall (.+)$/.exec(owner ?? '')?.[1] ?? []) : [],
  );
  const [first, ...others] = new Set(owners);
  return others.length === 0 && 2 * owners.length >= differing.length ? first : undefined;
}

/** What no further run puts right: somebody else's association, or a role that is of no use. */
const STUCK: ReadonlySet<string> = new Set(['report', 'converged']);

function isRefused({ outcome }: ReportedDecision): boolean {
  return outcome?.kind === 'found';
}

function explainCommand(
  cluster: ReportedCluster,
  { namespace, serviceAccount }: ReportedDecision,
  { invocation, clusterWords }: ClosingContext,
): string {
  return invocation.other(['explain', ...clusterWords(cluster), `${namespace}/${serviceAccount}`]);
}
