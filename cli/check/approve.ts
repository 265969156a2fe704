import type { CliIo } from '../cli-io.ts';
import type { CheckReport } from '../report/check-report.ts';
import { stepsOf } from '../report/summarize.ts';
import { countText } from '../text/count-text.ts';

export type Approval = 'approved' | 'declined' | 'nobodyToAsk';

/** Asks whether the plan that was just shown is to be carried out. Anything but a yes is a no. */
export async function askApproval(report: CheckReport, io: CliIo, signal: AbortSignal): Promise<Approval> {
  if (!io.stdin.isTTY || !io.stderr.isTTY) return 'nobodyToAsk';
  const answer = await io.stdin.question(questionOf(report), signal);
  return /^\s*y(es)?\s*$/i.test(answer ?? '') ? 'approved' : 'declined';
}

/** How many keys a repair would change. */
export function stepsIn({ summary }: CheckReport): number {
  return stepsOf(summary);
}

function questionOf(report: CheckReport): string {
  const steps = stepsIn(report);
  const clusters = report.clusters.filter(({ decisions }) =>
    decisions.some(({ decision }) => ['delete', 'create', 'update', 'adopt'].includes(decision)),
  ).length;
  const deletes = report.summary.keys.delete;
  const also = deletes === 0 ? '' : deletes === 1 ? ', 1 of them a delete' : `, ${deletes} of them deletes`;
  const these = steps === 1 ? 'Make this 1 change' : `Make these ${countText(steps, 'change')}`;
  return `${these} on ${countText(clusters, 'cluster')}${also}? [y/N] `;
}
