import { EXPECTED_COUNTS, EXPECTED_FINDINGS } from '#sandbox/seed/demo-expected.ts';
import type { CheckReport } from '../report/check-report.ts';
import { stepsOf } from '../report/summarize.ts';

/** Bound as wished, to a role that is gone or does not let EKS have it. */
const UNUSABLE = EXPECTED_FINDINGS.roleMissing.length + EXPECTED_FINDINGS.trustPolicyInvalid.length;

/** What the demonstration must show; each sentence is one that did not come true. */
export function judgeFirstCheck(report: CheckReport): readonly string[] {
  const { byDecision, clusters, converged } = EXPECTED_COUNTS;
  const { keys } = report.summary;
  return compare('the first check', [
    ['clusters read', report.summary.clusters.total - report.summary.clusters.unknown, clusters],
    ['keys as wished', keys.converged, converged - UNUSABLE],
    ['keys whose role is unusable', keys.unusable, UNUSABLE],
    ['associations to make', keys.create, byDecision.create],
    ['associations to change', keys.update, byDecision.update],
    ['associations to adopt', keys.adopt, byDecision.adopt],
    ['associations of ours that nobody wishes for', keys.hold, byDecision.pruneOff],
    [
      'associations of others',
      keys.conflict + keys.others,
      byDecision.unmanaged + byDecision.foreign + byDecision.addonOwned,
    ],
  ]);
}

/** After the repair nothing of ours is left to do, and what belongs to others is as it was. */
export function judgeLastCheck(report: CheckReport): readonly string[] {
  const { byDecision, clusters, afterRepair } = EXPECTED_COUNTS;
  const { keys } = report.summary;
  return compare('the check after the repair', [
    ['clusters read', report.summary.clusters.total - report.summary.clusters.unknown, clusters],
    ['keys as wished', keys.converged, afterRepair.converged - UNUSABLE],
    ['keys whose role is unusable', keys.unusable, UNUSABLE],
    ['steps left to take', stepsOf(report.summary) + keys.hold, 0],
    [
      'associations of others',
      keys.conflict + keys.others,
      byDecision.unmanaged + byDecision.foreign + byDecision.addonOwned,
    ],
  ]);
}

function compare(
  when: string,
  figures: readonly (readonly [what: string, found: number, expected: number])[],
): readonly string[] {
  return figures
    .filter(([, found, expected]) => found !== expected)
    .map(([what, found, expected]) => `${when} counted ${found} ${what}, and there are ${expected}`);
}
