import type { ReportedCluster } from '../report/check-report.ts';
import { listText } from '../text/count-text.ts';
import type { Style } from '../text/style.ts';
import { wrapText } from '../text/wrap-text.ts';

/** More clusters than this that could not be read for one cause are told together. */
const FEW = 2;
const NAMED = 10;

/** Clusters to be shown one by one, and those that failed as the cluster before them did. */
export interface GatheredClusters {
  readonly shown: readonly ReportedCluster[];
  /** By the ARN of the cluster that is shown for them all. */
  readonly like: ReadonlyMap<string, readonly ReportedCluster[]>;
}

/**
 * One missing permission makes every cluster of an account unreadable: the first is told with its message, the others by
 * name.
 */
export function gatherUnread(clusters: readonly ReportedCluster[]): GatheredClusters {
  const byCause = Map.groupBy(clusters.filter(isUnread), causeOf);
  const like = new Map<string, readonly ReportedCluster[]>();
  for (const [first, ...others] of byCause.values()) {
    if (first && others.length >= FEW) like.set(first.arn, others);
  }
  const gathered = new Set([...like.values()].flat());
  return { shown: clusters.filter((cluster) => !gathered.has(cluster)), like };
}

/** `nor could 11 more, for the same cause: a, b, c`: below the cluster that is shown for them. */
export function likeLines(others: readonly ReportedCluster[] | undefined, style: Style): readonly string[] {
  if (others === undefined) return [];
  const names = listText(
    others.map(({ name }) => name),
    NAMED,
  );
  const text = `nor could ${others.length} more, for the same cause: ${names}`;
  return wrapText(text, (style.columns ?? Number.POSITIVE_INFINITY) - 5).map((line, index) =>
    style.paint(index === 0 ? `  ?  ${line}` : `     ${line}`, 'unknown'),
  );
}

function isUnread({ status, failure, decisions }: ReportedCluster): boolean {
  return status === 'unknown' && failure !== undefined && decisions.length === 0;
}

/** Messages name the cluster; what failed and where is the same. */
function causeOf({ account, region, failure }: ReportedCluster): string {
  const action = /\b[a-z0-9]+:[A-Z][A-Za-z]+\b/.exec(failure?.message ?? '')?.[0] ?? '';
  return [account, region, failure?.code, action].join(' ');
}
