import type { CliContext } from '../cli-context.ts';
import { countText } from '../text/count-text.ts';
import { printable } from '../text/printable.ts';
import { type Style, styleFor } from '../text/style.ts';
import { tableLines } from '../text/table.ts';
import { type ListView, NONE } from './list-view.ts';
import type { Taken } from './pages.ts';
import { printDocument } from './print-document.ts';

export type ListOutput = 'table' | 'wide' | 'json' | 'yaml' | 'name';

/** Prints a list in the form asked for; what is no data goes to stderr. */
export async function printList<Item>(
  { items, more }: Taken<Item>,
  view: ListView<Item>,
  output: ListOutput,
  context: Pick<CliContext, 'io' | 'clock' | 'color'>,
): Promise<void> {
  const { io, clock, color } = context;
  switch (output) {
    case 'table':
    case 'wide':
      if (items.length > 0) {
        const style = styleFor(io.stdout, io, { color });
        io.stdout.write(renderTable(items, view, { wide: output === 'wide', style, now: clock.now() }));
      } else io.stderr.write(`There are no ${view.plural}.\n`);
      break;
    case 'json':
    case 'yaml': {
      const document = {
        apiVersion: 'rolecall.dev/v1',
        kind: `${view.kind}List`,
        items: items.map((item) => view.document(item)),
        more,
      };
      await printDocument(document, output, io);
      break;
    }
    case 'name':
      io.stdout.write(items.map((item) => `${printable(view.name(item))}\n`).join(''));
      break;
  }
  if (more) io.stderr.write(`There are more than these ${countText(items.length, 'row')}: raise --limit.\n`);
}

export interface RenderListOptions {
  readonly wide: boolean;
  readonly style: Style;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The table, with its heading. */
export function renderTable<Item>(
  items: readonly Item[],
  view: Pick<ListView<Item>, 'columns'>,
  { wide, style, now }: RenderListOptions,
): string {
  const columns = view.columns
    .filter((column) => wide || !column.wide)
    .map((column) => ({ ...column, cells: items.map((item) => column.cell(item, now, wide)) }))
    .filter((column) => !column.wide || column.cells.some(({ text }) => text !== NONE.text));
  const heading = columns.map(({ title }) => ({ text: title, tone: 'strong' as const }));
  const rows = items.map((_, row) => columns.map(({ cells }) => cells[row] ?? NONE));
  const shrinkTo = Object.fromEntries(
    columns.flatMap(({ shrinkTo: least }, index) => (least === undefined ? [] : [[index, least]])),
  );
  return `${tableLines([heading, ...rows], { indent: 0, shrinkTo, headed: true }, style).join('\n')}\n`;
}
