import { POD_EFFECT_TEXT, type PodEffect } from '#shared/domain/pod-effect.ts';
import type { CheckReport } from '../report/check-report.ts';
import { countText } from '../text/count-text.ts';
import type { Style } from '../text/style.ts';
import { tableLines } from '../text/table.ts';
import { concernsPods } from './decision-row.ts';
import { podWords } from './pod-words.ts';

const ORDER: readonly PodEffect[] = ['loseOnExpiry', 'within6h', 'within59min', 'restartToGain'];

/** What the words on pods in the lines above mean, with how many keys are concerned. */
export function podsSection(report: CheckReport, style: Style): readonly string[] {
  const counts = new Map<PodEffect, number>();
  for (const { decisions } of report.clusters) {
    for (const decision of decisions) {
      const { podEffect } = decision;
      if (podEffect !== undefined && concernsPods(decision)) {
        counts.set(podEffect, (counts.get(podEffect) ?? 0) + 1);
      }
    }
  }
  const rows = ORDER.flatMap((effect) => {
    const count = counts.get(effect);
    if (count === undefined) return [];
    return [
      [
        { text: podWords(effect, style.glyphs), tone: 'muted' as const },
        { text: countText(count, 'key') },
        { text: POD_EFFECT_TEXT[effect] },
      ],
    ];
  });
  return rows.length === 0 ? [] : ['', ...tableLines(rows, { indent: 2, shrinkTo: { 2: 24 } }, style)];
}
