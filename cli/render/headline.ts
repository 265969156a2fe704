import type { CheckReport, ReportedCluster } from '../report/check-report.ts';
import { countText, groupDigits, listText } from '../text/count-text.ts';
import type { Style, Tone } from '../text/style.ts';

/** The first line: how much of the fleet could be read. */
export function headline(report: CheckReport, style: Style): string {
  const { clusters, unread } = report;
  const there = clusters.filter(({ status }) => status !== 'absent');
  const read = there.filter((cluster) => !isUnread(cluster)).length;
  const parts = [`${groupDigits(read)} of ${countText(there.length, 'cluster')} read`];
  const unknown = there.filter(isUnread).length;
  const partly = there.filter((cluster) => cluster.failure !== undefined && !isUnread(cluster)).length;
  if (partly > 0) parts.push(`${groupDigits(partly)} only in part`);
  if (unknown > 0) parts.push(`${groupDigits(unknown)} unknown`);
  const absent = clusters.length - there.length;
  if (absent > 0) parts.push(`${groupDigits(absent)} not there`);
  if (unread.length > 0) parts.push(`clusters of ${listText(unread.map(placeText))} unknown`);
  const isWhole = parts.length === 1;
  return style.paint(parts.join(', '), isWhole ? 'strong' : 'unknown');
}

function isUnread({ status, failure, decisions }: ReportedCluster): boolean {
  return status === 'unknown' && failure !== undefined && decisions.length === 0;
}

function placeText({ account, region }: { readonly account: string; readonly region: string }): string {
  return `${account} ${region}`;
}

interface Count {
  readonly symbol: string;
  readonly count: number;
  readonly words: string;
  readonly tone?: Tone;
}

/** The second line: what would be done, deletions first; it teaches the symbols. */
export function countsLine(report: CheckReport, style: Style): string {
  const { keys } = report.summary;
  const counts: readonly Count[] = [
    { symbol: '-', count: keys.delete, words: 'to delete', tone: 'delete' },
    { symbol: '+', count: keys.create, words: 'to create', tone: 'create' },
    { symbol: '~', count: keys.update, words: 'to change in place', tone: 'update' },
    { symbol: '=', count: keys.adopt, words: 'to adopt', tone: 'adopt' },
    { symbol: '!', count: keys.conflict, words: 'in conflict', tone: 'conflict' },
    { symbol: '', count: keys.hold, words: 'held' },
    { symbol: style.glyphs.settling, count: keys.settling, words: 'settling', tone: 'unknown' },
    { symbol: '?', count: keys.unknown, words: 'unknown', tone: 'unknown' },
  ];
  const parts = counts.filter(({ count }) => count > 0).map((count) => paintCount(count, style));
  const rest = [`${groupDigits(keys.converged)} as wished`];
  if (keys.ignored > 0) rest.push(`${groupDigits(keys.ignored)} ignored`);
  if (keys.others > 0) rest.push(`${groupDigits(keys.others)} somebody else's`);
  return `  ${[...parts, style.paint(rest.join(', '), 'muted')].join('   ')}`;
}

/** The second line after a repair: what was done, and what remains. */
export function repairLine(report: CheckReport, style: Style): string {
  const { repair } = report.summary;
  if (repair === undefined) return '';
  const counts: readonly Count[] = [
    { symbol: '-', count: repair.delete, words: 'deleted', tone: 'delete' },
    { symbol: '+', count: repair.create, words: 'created', tone: 'create' },
    { symbol: '~', count: repair.update, words: 'changed in place', tone: 'update' },
    { symbol: '=', count: repair.adopt, words: 'adopted', tone: 'adopt' },
    { symbol: '!', count: repair.failed, words: 'not done', tone: 'conflict' },
  ];
  const done = counts.filter(({ count }) => count > 0).map((count) => paintCount(count, style));
  const remaining =
    repair.remaining === 0 ? 'nothing remains' : `${countText(repair.remaining, 'difference')} remain`;
  const remain = repair.remaining === 1 ? '1 difference remains' : remaining;
  const nothing = done.length === 0 ? ['nothing was changed'] : done;
  return `  ${[...nothing, style.paint(remain, repair.remaining === 0 ? 'good' : 'strong')].join('   ')}`;
}

function paintCount({ symbol, count, words, tone }: Count, style: Style): string {
  return style.paint(`${symbol === '' ? '' : `${symbol} `}${groupDigits(count)} ${words}`, tone);
}

/** Deletes by name near the top, because nobody scrolls back to look for them. */
export function deletesLines(report: CheckReport, style: Style): readonly string[] {
  const deletes = report.clusters.flatMap(({ name, decisions }) =>
    decisions
      .filter(({ decision, outcome }) => decision === 'delete' && outcome === undefined)
      .map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount} on ${name}`),
  );
  if (deletes.length === 0 || report.clusters.length === 1) return [];
  return [style.paint(`  - to delete: ${listText(deletes, 5)}`, 'delete')];
}
