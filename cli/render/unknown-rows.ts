import type { ReportedDecision } from '../report/check-report.ts';
import { countText } from '../text/count-text.ts';
import type { Cell } from '../text/table.ts';

/** More keys than this that are unknown for one reason are told in one row. */
const FEW = 3;

const SAME_REASON: Readonly<Partial<Record<NonNullable<ReportedDecision['unknownBecause']>, string>>> = {
  clusterUnread: 'unknown, because the associations could not all be listed',
  describeFailed: 'unknown, because they could not be described; the first failure is told above',
  notVerified: 'listed, not described: their roles and fields were not looked at',
};

/** Unknown keys that share their reason, as one row for each reason, and the decisions that are left. */
export function gatherUnknown(decisions: readonly ReportedDecision[]): {
  readonly rows: readonly (readonly Cell[])[];
  readonly others: readonly ReportedDecision[];
} {
  const counts = new Map<string, number>();
  for (const { unknownBecause } of decisions) {
    if (unknownBecause !== undefined) counts.set(unknownBecause, (counts.get(unknownBecause) ?? 0) + 1);
  }
  const isGathered = ({ unknownBecause }: ReportedDecision) =>
    unknownBecause !== undefined &&
    SAME_REASON[unknownBecause] !== undefined &&
    (counts.get(unknownBecause) ?? 0) > FEW;
  const gathered = new Set(decisions.filter(isGathered).map(({ unknownBecause }) => unknownBecause));
  const rows = [...gathered].flatMap((reason) =>
    reason === undefined
      ? []
      : [
          [
            { text: '?', tone: 'unknown' as const },
            { text: countText(counts.get(reason) ?? 0, 'key') },
            { text: SAME_REASON[reason] ?? '' },
          ],
        ],
  );
  return { rows, others: decisions.filter((decision) => !isGathered(decision)) };
}
