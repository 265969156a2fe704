import type { ReportedCluster, ReportedDecision } from '../report/check-report.ts';
import { groupOf } from '../report/summarize.ts';
import { countText } from '../text/count-text.ts';
import { printable } from '../text/printable.ts';
import type { Style } from '../text/style.ts';
import { type Cell, tableLines } from '../text/table.ts';
import { wrapText } from '../text/wrap-text.ts';
import { decisionRow } from './decision-row.ts';
import { gatherUnknown } from './unknown-rows.ts';

export interface SectionOptions {
  readonly wide: boolean;
}

/** A cluster with a line for each key that is worth one; nothing for a cluster where all is as wished. */
export function clusterSection(
  cluster: ReportedCluster,
  style: Style,
  options: SectionOptions,
): readonly string[] {
  const shown = cluster.decisions.filter((decision) => isShown(decision, options)).sort(byWeight);
  if (shown.length === 0 && cluster.failure === undefined && !options.wide) return [];
  const unknown = options.wide ? { rows: [], others: shown } : gatherUnknown(shown);
  const changeStyle = { glyphs: style.glyphs, account: cluster.account, wide: options.wide };
  const rows = [
    ...unknown.rows,
    ...withoutEmptyEnds(unknown.others.map((decision) => decisionRow(decision, changeStyle))),
  ];
  // Key, id (wide) and text may be wrapped; symbol and pods not.
  const shrinkTo: Readonly<Record<number, number>> = options.wide ? { 1: 20, 3: 30 } : { 1: 16, 2: 24 };
  return [
    '',
    headingOf(cluster, style, options),
    ...failureLines(cluster, style),
    ...tableLines(rows, { indent: 2, shrinkTo }, style),
  ];
}

function isShown(decision: ReportedDecision, { wide }: SectionOptions): boolean {
  if (wide || decision.outcome !== undefined) return true;
  const group = groupOf(decision);
  return group !== 'converged' && group !== 'unusable' && group !== 'others' && group !== 'ignored';
}

const WEIGHTS: readonly ReturnType<typeof groupOf>[] = ['delete', 'conflict', 'unknown'];

/** Deletions first, then what nobody can put right by a yes; the rest as it comes, by key. */
function byWeight(left: ReportedDecision, right: ReportedDecision): number {
  return weightOf(left) - weightOf(right);
}

function weightOf(decision: ReportedDecision): number {
  if (decision.decision === 'delete') return 0;
  const weight = WEIGHTS.indexOf(groupOf(decision));
  return weight < 0 ? WEIGHTS.length : weight;
}

function headingOf(cluster: ReportedCluster, style: Style, { wide }: SectionOptions): string {
  const { name, account, region, status, associations, version, failure } = cluster;
  if (status === 'absent') return style.paint(printable(name), 'strong');
  const facts = [
    `${account} ${region}`,
    ...(failure && associations === 0 ? [] : [countText(associations, 'association')]),
    ...(version === undefined || !wide ? [] : [`Kubernetes ${version}`]),
    ...(status === 'clean' ? ['as wished'] : []),
  ];
  return `${style.paint(printable(name), 'strong')}  ${style.paint(printable(facts.join(', ')), 'muted')}`;
}

function failureLines(cluster: ReportedCluster, style: Style): readonly string[] {
  const { failure, decisions, status } = cluster;
  if (failure === undefined) return [];
  const partly = decisions.length > 0 ? 'read only in part' : 'could not be read';
  const text = status === 'absent' ? failure.message : `${partly}: ${failure.message}`;
  const symbol = status === 'absent' ? '!' : '?';
  const width = (style.columns ?? Number.POSITIVE_INFINITY) - 5;
  return wrapText(printable(text), width).map((line, index) =>
    style.paint(index === 0 ? `  ${symbol}  ${line}` : `     ${line}`, 'unknown'),
  );
}

/** Rows without a word on pods end with their text. */
function withoutEmptyEnds(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  return rows.map((row) => (row.at(-1)?.text === '' ? row.slice(0, -1) : row));
}
