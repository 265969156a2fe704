import type { CheckReport } from '../report/check-report.ts';
import { countText, listText } from '../text/count-text.ts';
import type { Style } from '../text/style.ts';
import { wrapText } from '../text/wrap-text.ts';
import { type ClosingContext, closingLine } from './closing-line.ts';
import { clusterSection } from './cluster-section.ts';
import { findingsSection } from './findings-section.ts';
import { gatherUnread, likeLines } from './gather-unread.ts';
import { countsLines, deletesLines, headlines, repairLines } from './headline.ts';
import { heldSection } from './held-section.ts';
import { podsSection } from './pods-section.ts';

export interface RenderOptions {
  readonly wide: boolean;
  /** Whether the plan was shown above: then what a repair cannot change is not said twice. */
  readonly afterPlan?: boolean | undefined;
  /** Left out for a plan that is about to be approved: nothing is over yet. */
  readonly closing?: ClosingContext | undefined;
}

/** The report as a person reads it: summary first, deletions before all else, then cluster by cluster. */
export function renderReport(report: CheckReport, style: Style, options: RenderOptions): string {
  const repaired = report.summary.repair !== undefined;
  const gathered = options.wide
    ? { shown: report.clusters, like: new Map<string, never>() }
    : gatherUnread(report.clusters);
  const lines = [
    ...headlines(report, style),
    ...(repaired ? repairLines(report, style) : countsLines(report, style)),
    ...deletesLines(report, style),
    ...placesLines(report, style),
    ...idleLines(report, style),
    ...gathered.shown.flatMap((cluster) => [
      ...clusterSection(cluster, style, options),
      ...likeLines(gathered.like.get(cluster.arn), style),
    ]),
    ...(options.afterPlan ? [] : podsSection(report, style)),
    ...heldSection(report, style),
    ...(options.afterPlan ? [] : findingsSection(report, style, options)),
    ...(options.wide ? ['', callsLine(report, style)] : []),
    ...(options.closing ? ['', ...closingLines(report, style, options.closing)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Accounts and regions of which not even the clusters are known. */
function placesLines({ unread }: CheckReport, style: Style): readonly string[] {
  return unread.flatMap(({ account, region, failure }) => {
    const text = `the clusters of ${account}, ${region} could not be listed: ${failure.message}`;
    return wrapText(text, (style.columns ?? Number.POSITIVE_INFINITY) - 5).map((line, index) =>
      style.paint(index === 0 ? `  ?  ${line}` : `     ${line}`, 'unknown'),
    );
  });
}

/** Mappings that do nothing anywhere: mostly a label that is written otherwise. */
function idleLines({ idleMappings }: CheckReport, style: Style): readonly string[] {
  if (idleMappings.length === 0) return [];
  const named = listText(
    idleMappings.map(({ mapping, source }) => `${mapping} (${source})`),
    5,
  );
  const text = `${countText(idleMappings.length, 'mapping')} ${idleMappings.length === 1 ? 'selects' : 'select'} none of these clusters: ${named}`;
  return wrapText(text, (style.columns ?? Number.POSITIVE_INFINITY) - 5).map((line, index) =>
    style.paint(index === 0 ? `  !  ${line}` : `     ${line}`, 'conflict'),
  );
}

function callsLine({ summary, clusters }: CheckReport, style: Style): string {
  const describes = clusters.reduce(
    (sum, { calls }) => sum + (calls['eks:DescribePodIdentityAssociation'] ?? 0),
    0,
  );
  return style.paint(
    `${countText(summary.calls, 'call')} to AWS, ${countText(describes, 'association')} described`,
    'muted',
  );
}

/** Not wrapped: it holds a command to copy. */
function closingLines(report: CheckReport, style: Style, context: ClosingContext): readonly string[] {
  return [style.paint(closingLine(report, context), report.exitCode === 0 ? 'good' : 'strong')];
}

/** `cluster/namespace/serviceAccount` for every key that differs, one a line. */
export function renderNames({ clusters }: CheckReport): string {
  return clusters
    .flatMap(({ name, decisions }) =>
      decisions
        .filter(({ differs }) => differs)
        .map(({ namespace, serviceAccount }) => `${name}/${namespace}/${serviceAccount}\n`),
    )
    .join('');
}
