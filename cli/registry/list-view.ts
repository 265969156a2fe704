import type { Cell } from '../text/table.ts';

/** How one kind of thing is listed: as a table, for programs, and by name. */
export interface ListView<Item> {
  /** `Cluster`: lists for programs are a `ClusterList`. */
  readonly kind: string;
  /** What there is none of when the list is empty: `clusters`. */
  readonly plural: string;
  readonly columns: readonly ListColumn<Item>[];
  /** What `describe` takes. */
  name(item: Item): string;
  document(item: Item): Readonly<Record<string, unknown>>;
}

export interface ListColumn<Item> {
  readonly title: string;
  /** Only with `-o wide`, and there only where it says anything of any row. */
  readonly wide?: true;
  /** May be wrapped down to this width where the terminal is too narrow. */
  readonly shrinkTo?: number;
  /** `now`: epoch milliseconds; `wide`: whether ARNs are told whole. */
  cell(item: Item, now: number, wide: boolean): Cell;
}

export const NONE: Cell = { text: '-', tone: 'muted' };

/** A cell for something that may be absent. */
export function cellOf(text: string | undefined): Cell {
  return text === undefined || text === '' ? NONE : { text };
}
