/** One comparison: each figure is one run of the two things side by side. */
export interface Comparison {
  readonly what: string;
  readonly measured: string;
  readonly against: string;
  /** measured ÷ against, one per run. */
  readonly ratios: readonly number[];
  /** The largest median ratio that is within the budget. */
  readonly budget: number;
  /** The figures behind the ratios, for a reader. */
  readonly detail: string;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((left, right) => left - right);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

export function isWithinBudget(comparison: Comparison): boolean {
  return spreadOf(comparison.ratios).median <= comparison.budget;
}

/** Markdown, so that it can be pasted into an issue as it is. */
export function table(comparisons: readonly Comparison[]): string {
  const head = ['What', 'Measured', 'Against', 'min', 'median', 'max', 'Budget', '', 'Figures'];
  const rows = comparisons.map((comparison) => {
    const { min, median, max } = spreadOf(comparison.ratios);
    return [
      comparison.what,
      comparison.measured,
      comparison.against,
      min.toFixed(2),
      median.toFixed(2),
      max.toFixed(2),
      `≤ ${comparison.budget.toFixed(2)}`,
      isWithinBudget(comparison) ? 'ok' : 'OVER',
      comparison.detail,
    ];
  });
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `median 3.2 s (3.1 to 3.4)`. */
export function figures(values: readonly number[], unit: string, digits = 2): string {
  const { min, median, max } = spreadOf(values);
  return `${median.toFixed(digits)} ${unit} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}
