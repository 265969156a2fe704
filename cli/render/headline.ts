import type { CheckReport, ReportedCluster } from '../report/check-report.ts';
import { countText, groupDigits, listText } from '../text/count-text.ts';
import type { Style, Tone } from '../text/style.ts';
import { textWidth, wrapText } from '../text/wrap-text.ts';

/** The first line: how much of the fleet could be read. */
export function headlines(report: CheckReport, style: Style): readonly string[] {
  const { clusters, unread } = report;
  const there = clusters.filter(({ status }) => status !== 'absent');
  const read = there.filter((cluster) => !isUnread(cluster)).length;
  const parts = [
    there.length === 0
      ? 'no cluster read'
      : `${groupDigits(read)} of ${countText(there.length, 'cluster')} read`,
  ];
  const unknown = there.filter(isUnread).length;
  const partly = there.filter((cluster) => cluster.failure !== undefined && !isUnread(cluster)).length;
  if (partly > 0) parts.push(`${groupDigits(partly)} only in part`);
  if (unknown > 0) parts.push(`${groupDigits(unknown)} unknown`);
  const absent = clusters.length - there.length;
  if (absent > 0) parts.push(`${groupDigits(absent)} not there`);
  if (unread.length > 0) parts.push(`clusters of ${listText(unread.map(placeText))} unknown`);
  const isWhole = parts.length === 1;
  const lines = wrapText(parts.join(', '), style.columns ?? Number.POSITIVE_INFINITY);
  return lines.map((line) => style.paint(line, isWhole ? 'strong' : 'unknown'));
}

/** What nobody looked at this time is not passed off as seen. */
function fromMemoryText({ clusters }: CheckReport): string {
  const count = clusters.flatMap(({ decisions }) => decisions).filter(({ fromMemory }) => fromMemory).length;
  return count === 0 ? '' : ` (${groupDigits(count)} by memory, not looked at this time)`;
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
export function countsLines(report: CheckReport, style: Style): readonly string[] {
  const { keys } = report.summary;
  if (keys.total === 0) return [];
  const counts: readonly Count[] = [
    { symbol: '-', count: keys.delete, words: 'to delete', tone: 'delete' },
    { symbol: '+', count: keys.create, words: 'to create', tone: 'create' },
    { symbol: '~', count: keys.update, words: 'to change in place', tone: 'update' },
    { symbol: '~', count: keys.takeOver, words: 'to take over', tone: 'update' },
    { symbol: '=', count: keys.adopt, words: 'to adopt', tone: 'adopt' },
    { symbol: '!', count: keys.conflict, words: 'in conflict', tone: 'conflict' },
    { symbol: '!', count: keys.unusable, words: 'with an unusable role', tone: 'conflict' },
    { symbol: '', count: keys.hold, words: 'held' },
    { symbol: style.glyphs.settling, count: keys.settling, words: 'settling', tone: 'unknown' },
    { symbol: '?', count: keys.unknown, words: 'unknown', tone: 'unknown' },
  ];
  const rest = [`${groupDigits(keys.converged)} as wished${fromMemoryText(report)}`];
  if (keys.ignored > 0) rest.push(`${groupDigits(keys.ignored)} ignored`);
  if (keys.others > 0) rest.push(`${groupDigits(keys.others)} somebody else's`);
  return countLines(
    [...counts.filter(({ count }) => count > 0).map(pieceOf), { text: rest.join(', '), tone: 'muted' }],
    style,
  );
}

/** The second line after a repair: what was done, and what remains. */
export function repairLines(report: CheckReport, style: Style): readonly string[] {
  const { repair } = report.summary;
  if (repair === undefined) return [];
  const counts: readonly Count[] = [
    { symbol: '-', count: repair.delete, words: 'deleted', tone: 'delete' },
    { symbol: '+', count: repair.create, words: 'created', tone: 'create' },
    { symbol: '~', count: repair.update, words: 'changed in place', tone: 'update' },
    { symbol: '~', count: repair.takeOver, words: 'taken over', tone: 'update' },
    { symbol: '=', count: repair.adopt, words: 'adopted', tone: 'adopt' },
    { symbol: '!', count: repair.failed, words: 'not done', tone: 'conflict' },
  ];
  const done = counts.filter(({ count }) => count > 0).map(pieceOf);
  const nothing: readonly Piece[] = done.length === 0 ? [{ text: 'nothing was changed' }] : done;
  return countLines([...nothing, remainingPiece(repair.remaining, report)], style);
}

function remainingPiece(remaining: number, { summary, unread }: CheckReport): Piece {
  if (remaining === 0 && summary.clusters.unknown === 0 && unread.length === 0) {
    return { text: 'nothing remains', tone: 'good' };
  }
  if (remaining === 0) return { text: 'nothing remains of what could be read', tone: 'strong' };
  return {
    text: `${countText(remaining, 'difference')} ${remaining === 1 ? 'remains' : 'remain'}`,
    tone: 'strong',
  };
}

interface Piece {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

function pieceOf({ symbol, count, words, tone }: Count): Piece {
  return { text: `${symbol === '' ? '' : `${symbol} `}${groupDigits(count)} ${words}`, tone };
}

const INDENT = '  ';
const BETWEEN = '   ';

/** Pieces side by side, on as many lines as they need; none is broken. */
function countLines(pieces: readonly Piece[], style: Style): readonly string[] {
  const lines: Piece[][] = [[]];
  let width = 0;
  for (const piece of pieces) {
    const own = textWidth(piece.text) + BETWEEN.length;
    if (width > 0 && width + own > (style.columns ?? Number.POSITIVE_INFINITY)) {
      lines.push([]);
      width = 0;
    }
    lines.at(-1)?.push(piece);
    width += own;
  }
  return lines.map((line) => INDENT + line.map(({ text, tone }) => style.paint(text, tone)).join(BETWEEN));
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
