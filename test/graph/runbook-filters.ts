/** A command of the runbook that looks into the log of a function. */
export interface RunbookFilter {
  /** The alarm whose entry it stands in. */
  readonly entry: string;
  /** The function's name without installation, or `$FUNCTION`: whichever the alarm names. */
  readonly of: string;
  readonly pattern: string;
}

const TAIL = /aws logs tail "\/aws\/lambda\/rolecall-\$STAGE-([^"]+)"[^\n]*?--filter-pattern '([^']+)'/g;

/** The filters of a runbook, whose entries are the headings of the second level. Lines may go on after a backslash. */
export function runbookFilters(runbook: string): readonly RunbookFilter[] {
  const [, ...sections] = runbook.replaceAll(/\\\n\s*/g, '').split(/^## /m);
  return sections.flatMap((section) => {
    const entry = section.slice(0, section.indexOf('\n')).trim();
    return [...section.matchAll(TAIL)].map(([, of = '', pattern = '']) => ({ entry, of, pattern }));
  });
}
