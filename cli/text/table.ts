import { fitWidths, totalWidth } from './column-widths.ts';
import { printable } from './printable.ts';
import type { Style, Tone } from './style.ts';
import { textWidth, wrapText } from './wrap-text.ts';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

export interface TableLayout {
  /** Spaces before each line. */
  readonly indent: number;
  /** The columns that may be wrapped when there is not enough room, each never below its width given here. */
  readonly shrinkTo: Readonly<Record<number, number>>;
  /** The first row has the titles of the columns. */
  readonly headed?: true;
}

const GAP = 2;

/**
 * Lays out rows in aligned columns, wrapped to the style's width. A row that is shorter than others ends with a cell
 * that has the rest of the line to itself, and widens no column. Where the columns do not fit, the cells of a row stand one
 * below another: no line is longer than the terminal is wide, which would break it in the middle of a word.
 */
export function tableLines(rows: readonly (readonly Cell[])[], layout: TableLayout, style: Style): string[] {
  const clean = rows.map((row) => row.map((cell) => ({ ...cell, text: printable(cell.text) })));
  const count = Math.max(0, ...clean.map((row) => row.length));
  const natural = naturalWidths(clean, count);
  const { columns = Number.POSITIVE_INFINITY } = style;
  const room = columns - layout.indent;
  const whole = clean.filter((row) => row.length === count).map((row) => row.map(({ text }) => text));
  const widths = fitWidths(whole, natural, { room, gap: GAP, shrinkTo: layout.shrinkTo });
  if (totalWidth(widths, GAP) > room) {
    return layout.headed
      ? titledLines(clean, layout.indent, style)
      : stackedLines(clean, { indent: layout.indent, mark: natural[0] ?? 0, columns }, style);
  }
  return clean.flatMap((row) => rowLines(row, widths, layout.indent, style));
}

/** Each row as a block of its own, a line for each cell with the title of its column. */
function titledLines(rows: readonly (readonly Cell[])[], indent: number, style: Style): string[] {
  const [titles = [], ...others] = rows;
  return others.flatMap((row, index) => [
    ...(index === 0 ? [] : ['']),
    ...tableLines(
      row.map((cell, column) => [titles[column] ?? { text: '' }, cell]),
      { indent, shrinkTo: { 1: 1 } },
      style,
    ),
  ]);
}

interface Stack {
  readonly indent: number;
  /** Width of the first column. */
  readonly mark: number;
  readonly columns: number;
}

/** The widest first cell that others may stand beside: a symbol. */
const WIDEST_MARK = 2;

/** The cells of each row one below another, to the right of its symbol or below its first cell. */
function stackedLines(rows: readonly (readonly Cell[])[], stack: Stack, style: Style): string[] {
  const { indent, mark, columns } = stack;
  const beside = mark <= WIDEST_MARK;
  const left = ' '.repeat(indent + (beside ? mark : 0) + GAP);
  const linesOf = ({ text, tone }: Cell, width: number) =>
    text === '' ? [] : wrapText(text, Math.max(1, width)).map((line) => style.paint(line, tone));
  return rows.flatMap(([first = { text: '' }, ...others]) => {
    const below = others.flatMap((cell) => linesOf(cell, columns - left.length));
    if (!beside) {
      const head = linesOf(first, columns - indent).map((line) => ' '.repeat(indent) + line);
      return [...head, ...below.map((line) => left + line)];
    }
    const lead = ' '.repeat(indent) + style.paint(first.text, first.tone);
    const gap = ' '.repeat(mark - textWidth(first.text) + GAP);
    const lines = below.length === 0 ? [''] : below;
    return lines.map((line, index) => (index === 0 ? lead + gap : left) + line).map((line) => line.trimEnd());
  });
}

function naturalWidths(rows: readonly (readonly Cell[])[], count: number): number[] {
  const widths = Array.from({ length: count }, () => 0);
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      if (spans(row, index, count)) continue;
      widths[index] = Math.max(widths[index] ?? 0, textWidth(cell.text));
    }
  }
  return widths;
}

/** Whether a cell is the last one of a row that is shorter than others. */
function spans(row: readonly Cell[], index: number, count: number): boolean {
  return index === row.length - 1 && row.length < count;
}

function rowLines(row: readonly Cell[], widths: readonly number[], indent: number, style: Style): string[] {
  const own = row.map((_, index) => cellWidth(row, index, widths, { indent, columns: style.columns }));
  const wrapped = row.map((cell, index) => wrapText(cell.text, Math.max(1, own[index] ?? 1)));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, lineIndex) => {
    let line = ' '.repeat(indent);
    let owed = 0;
    for (const [index, cell] of row.entries()) {
      const width = own[index] ?? 0;
      if (width === 0) continue;
      const text = wrapped[index]?.[lineIndex] ?? '';
      // Spaces are owed until something follows them: no line ends in spaces.
      if (text !== '') {
        line += ' '.repeat(owed) + style.paint(text, cell.tone);
        owed = 0;
      }
      owed += (widths[index] ?? 0) - textWidth(text) + GAP;
    }
    return line.trimEnd();
  });
}

/** The column's width; of a cell that spans, all that is left of the line. */
function cellWidth(
  row: readonly Cell[],
  index: number,
  widths: readonly number[],
  { indent, columns }: { readonly indent: number; readonly columns: number | undefined },
): number {
  const width = widths[index] ?? 0;
  if (!spans(row, index, widths.length)) return width;
  if (columns === undefined) return Number.POSITIVE_INFINITY;
  const before = totalWidth(widths.slice(0, index), GAP);
  return Math.max(width, columns - indent - before - (before > 0 ? GAP : 0));
}
