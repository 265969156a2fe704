import type { HoldReason } from '#shared/domain/decision.ts';
import type { CheckReport } from '../report/check-report.ts';
import { countText } from '../text/count-text.ts';
import type { Style } from '../text/style.ts';
import { tableLines } from '../text/table.ts';
import { HOLD_WORDS } from './hold-words.ts';

/** Why steps are held and how to go on, one row for each reason. */
export function heldSection(report: CheckReport, style: Style): readonly string[] {
  const counts = new Map<HoldReason, number>();
  for (const { decisions } of report.clusters) {
    for (const { decision, step, heldBecause } of decisions) {
      if (decision !== 'hold' || step === undefined || heldBecause === undefined) continue;
      counts.set(heldBecause, (counts.get(heldBecause) ?? 0) + 1);
    }
  }
  if (counts.size === 0) return [];
  const rows = [...counts].map(([reason, count]) => [
    { text: countText(count, 'step') },
    { text: HOLD_WORDS[reason].why },
    { text: HOLD_WORDS[reason].next },
  ]);
  return [
    '',
    style.paint('Held', 'strong'),
    ...tableLines(rows, { indent: 2, shrinkTo: { 1: 24, 2: 24 } }, style),
  ];
}
