import { countText } from '#cli/text/count-text.ts';
import type { Style } from '#cli/text/style.ts';
import { tableLines } from '#cli/text/table.ts';
import type { CallCounts } from '#sandbox/call-counter.ts';
import { formatKey } from '#shared/domain/key.ts';
import { secondsText } from './seconds-text.ts';
import type { Outcome } from './stage.ts';

/** What happened, an incident a line; on a narrow terminal a block of lines. */
export function incidentLines(outcomes: readonly Outcome[], style: Style): readonly string[] {
  const title = ['WHO', 'WHERE', 'NOTICED', 'OVER', 'HOW IT ENDED'];
  const after = (ms: number | undefined) => (ms === undefined ? 'open' : secondsText(ms));
  const rows = outcomes.map(({ incident, noticedMs, endedMs }) => [
    incident.who,
    `${formatKey(incident.key)} on ${incident.at.cluster}`,
    after(noticedMs),
    after(endedMs),
    incident.ends,
  ]);
  const cells = [title, ...rows].map((row) => row.map((text) => ({ text })));
  return tableLines(cells, { indent: 2, shrinkTo: { 1: 18, 4: 18 }, headed: true }, style);
}

/** What Rolecall's functions asked of AWS. */
export function callsLine(counts: CallCounts): string {
  const of = (service: string) =>
    Object.entries(counts)
      .filter(([call]) => call.startsWith(`${service}:`))
      .reduce((sum, [, count]) => sum + count, 0);
  const scans = counts['dynamodb:Scan'] ?? 0;
  return [
    `${countText(of('eks'), 'call')} to EKS`,
    `${countText(of('iam'), 'call')} to IAM`,
    `${countText(of('dynamodb'), 'call')} to the registry, ${scans === 0 ? 'no scan' : countText(scans, 'scan')} among them`,
  ].join(', ');
}

/** The calls made between two counts. */
export function callsBetween(before: CallCounts, after: CallCounts): CallCounts {
  return Object.fromEntries(
    Object.entries(after).map(([call, count]) => [call, count - (before[call] ?? 0)]),
  );
}
