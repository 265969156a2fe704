import { textWidth, wrapText } from './wrap-text.ts';

export interface WidthRules {
  /** What all columns together must not exceed, the gaps between them included. */
  readonly room: number;
  readonly gap: number;
  /** The columns that may give, each never below its width given here. */
  readonly shrinkTo: Readonly<Record<number, number>>;
}

/** What a word that is broken costs, in lines: names are looked for, and pasted. */
const BROKEN_WORD = 1;

/** Rows that are looked at: enough to tell what a long list costs, few enough to be quick. */
const SAMPLE = 60;

/**
 * The widths at which the rows take the fewest lines: letter by letter, that column gives whose loss costs least, of equals
 * the widest. So a column whose cells are short keeps its width, and one that is read as a sentence is wrapped only as far
 * as it must. What does not fit even so is left as it is.
 *
 * @param rows the texts of whole rows; shorter ones do not take part in columns
 */
export function fitWidths(
  rows: readonly (readonly string[])[],
  natural: readonly number[],
  rules: WidthRules,
): readonly number[] {
  const widths = [...natural];
  const heights = new Heights(sampleOf(rows), widths);
  for (let excess = totalWidth(widths, rules.gap) - rules.room; excess > 0; excess -= 1) {
    const giver = cheapestGiver(widths, rules.shrinkTo, heights);
    if (giver === undefined) break;
    widths[giver] = (widths[giver] ?? 0) - 1;
    heights.take(giver, widths[giver]);
  }
  return widths;
}

/** With the gaps between columns; an empty column takes no room. */
export function totalWidth(widths: readonly number[], gap: number): number {
  return widths.filter((width) => width > 0).reduce((sum, width) => sum + width + gap, -gap);
}

function sampleOf(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const step = Math.max(1, Math.ceil(rows.length / SAMPLE));
  return rows.filter((_, index) => index % step === 0);
}

function cheapestGiver(
  widths: readonly number[],
  shrinkTo: WidthRules['shrinkTo'],
  heights: Heights,
): number | undefined {
  let best: { readonly column: number; readonly cost: number } | undefined;
  for (const [column, width] of widths.entries()) {
    const least = shrinkTo[column];
    if (least === undefined || width <= least) continue;
    const cost = heights.costWith(column, width - 1);
    const better = best === undefined || cost < best.cost;
    if (better || (cost === best?.cost && width > (widths[best.column] ?? 0))) best = { column, cost };
  }
  return best?.column;
}

/** How many lines each cell takes at the present widths. A cell is wrapped anew only when its column becomes narrower. */
class Heights {
  readonly #rows: readonly (readonly string[])[];
  readonly #now: Column[];
  readonly #tried = new Map<number, Column>();

  constructor(rows: readonly (readonly string[])[], widths: readonly number[]) {
    this.#rows = rows;
    this.#now = widths.map((width, column) => this.#at(column, width));
  }

  /** What all rows take, in lines, were this column so wide. */
  costWith(column: number, width: number): number {
    const tried = this.#try(column, width);
    const lines = this.#rows.reduce((sum, row, index) => {
      const heights = row.map((_, other) => (other === column ? tried : this.#now[other])?.heights[index]);
      return sum + Math.max(...heights.map((height) => height ?? 1));
    }, 0);
    const broken = this.#now.reduce((sum, now, other) => sum + (other === column ? tried : now).broken, 0);
    return lines + broken * BROKEN_WORD;
  }

  take(column: number, width: number): void {
    this.#now[column] = this.#try(column, width);
  }

  #try(column: number, width: number): Column {
    const known = this.#tried.get(column);
    if (known?.width === width) return known;
    const tried = this.#at(column, width);
    this.#tried.set(column, tried);
    return tried;
  }

  #at(column: number, width: number): Column {
    const texts = this.#rows.map((row) => row[column] ?? '');
    const long = texts.filter((text) => textWidth(text) > width);
    return {
      width,
      heights: texts.map((text) => wrapText(text, Math.max(1, width)).length),
      broken: long.flatMap((text) => text.split(' ')).filter((word) => textWidth(word) > width).length,
    };
  }
}

interface Column {
  readonly width: number;
  /** Lines of each cell. */
  readonly heights: readonly number[];
  /** Words that do not fit into a line. */
  readonly broken: number;
}
