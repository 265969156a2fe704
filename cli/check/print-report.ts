import type { CliIo, OutputStream } from '../cli-io.ts';
import { type ClosingContext, closingLine } from '../render/closing-line.ts';
import { renderNames, renderReport } from '../render/render-report.ts';
import type { CheckReport } from '../report/check-report.ts';
import { styleFor } from '../text/style.ts';
import type { CheckOptions } from './check-options.ts';

export interface PrintContext {
  readonly io: CliIo;
  readonly output: CheckOptions['output'];
  readonly color: boolean;
}

/** Prints the report that the run ends with, in the form asked for. */
export async function printReport(
  report: CheckReport,
  closing: ClosingContext,
  context: PrintContext,
): Promise<void> {
  const { io, output } = context;
  switch (output) {
    case 'table':
    case 'wide':
      printText(report, io.stdout, context, closing);
      break;
    case 'json':
      io.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      break;
    case 'yaml': {
      const { yamlText } = await import('../text/yaml-text.ts');
      io.stdout.write(yamlText(report));
      break;
    }
    case 'name':
      io.stdout.write(renderNames(report));
      // Names alone would make a cluster that nobody could read look like one without differences.
      if (report.exitCode === 1) io.stderr.write(`${closingLine(report, closing)}\n`);
      break;
  }
}

/**
 * Prints a plan that is about to be approved: beside the data where that is not a table, and where the person who is asked
 * does not see the data, because it goes to a file or another program. Nobody approves what nobody saw.
 */
export function printPlan(report: CheckReport, context: PrintContext): void {
  const { io, output } = context;
  const isTable = output === 'table' || output === 'wide';
  const askedBeside = io.stdin.isTTY && io.stderr.isTTY && !io.stdout.isTTY;
  printText(report, isTable && !askedBeside ? io.stdout : io.stderr, context, undefined);
}

function printText(
  report: CheckReport,
  stream: OutputStream,
  { io, output, color }: PrintContext,
  closing: ClosingContext | undefined,
): void {
  const style = styleFor(stream, io, { color });
  const afterPlan = closing?.repaired === true && report.summary.repair !== undefined;
  stream.write(renderReport(report, style, { wide: output === 'wide', closing, afterPlan }));
}
