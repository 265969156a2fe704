import { EKS_CALLS_A_CHANGE, type ScaleReport } from '#test/scale/scale-report.ts';

/** How a run ended, as two tables in Markdown and a verdict. */
export function scaleTable(report: ScaleReport): string {
  const { calls, eksCalls, changes, events, repaired, problems } = report;
  const registry = sumOf(calls, 'dynamodb:');
  const main = [
    ['fleet', `${report.clusters} clusters, ${report.keys} associations`],
    ['events of others', `${events}: ${changes} distinct changes, ${events - changes} duplicates`],
    ['repaired', `${repaired}`],
    ['calls to EKS', `${eksCalls}: ${per(eksCalls, changes)} a change, ${EKS_CALLS_A_CHANGE} allowed`],
    ['requests to the registry', `${registry}: ${per(registry, changes)} a change`],
    ['played', minutes(report.playedMs)],
    ['took', `${minutes(report.realMs)}: ${(events / (report.realMs / 1000)).toFixed(0)} events a second`],
  ];
  const rows = [
    ...Object.entries(report.episodes).map(([name, times]) => ['somebody', name, times]),
    ...Object.entries(report.invocations).map(([name, times]) => ['invocations', name, times]),
    ...Object.entries(calls).map(([name, times]) => ['calls of Rolecall', name, times]),
  ];
  return [
    table(['', ''], main),
    '',
    table(['What', 'Of', 'Times'], rows),
    '',
    ...(problems.length === 0
      ? ['Everything is as it should be: every association right, nothing given up, no error, no scan.']
      : ['Not as promised:', ...problems.map((problem) => `- ${problem}`)]),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const texts = [head, head.map(() => '---'), ...rows.map((row) => row.map(String))];
  return texts.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function sumOf(calls: ScaleReport['calls'], prefix: string): number {
  return Object.entries(calls).reduce((sum, [name, times]) => sum + (name.startsWith(prefix) ? times : 0), 0);
}

function per(count: number, changes: number): string {
  return (count / changes).toFixed(2);
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
