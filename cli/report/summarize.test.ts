import { describe, expect, it } from 'vitest';
import {
  aReport,
  aReportedCluster,
  aReportedDecision,
  aReportedFinding,
  aReportedStep,
} from '#test/builders/a-report.ts';

const failure = { code: 'aws.accessDenied', message: 'no' };
const unread = [{ account: '111122223333', region: 'eu-west-1', failure }];
const clean = aReportedCluster({ decisions: [aReportedDecision()] });
const differs = aReportedCluster({ name: 'prod-2', decisions: [aReportedStep('update')] });
const unknown = aReportedCluster({ name: 'prod-3', status: 'unknown', failure });
const absent = aReportedCluster({ name: 'prod-4', status: 'absent', failure });
const unmanaged = aReportedCluster({ decisions: [aReportedDecision()], findings: [aReportedFinding()] });
const roleUnread = aReportedCluster({
  findings: [aReportedFinding({ finding: 'roleUnread', severity: 'unknown' })],
});
const withOutcome = (kind: 'applied' | 'found' | 'failed' | 'later', differing: boolean) =>
  aReportedCluster({ decisions: [aReportedStep('update', { differs: differing, outcome: { kind } })] });

describe('the exit code', () => {
  it.each([
    { when: 'all is as wished', clusters: [clean], exitCode: 0 },
    { when: 'something differs', clusters: [clean, differs], exitCode: 2 },
    { when: 'a cluster is unknown, whatever differs elsewhere', clusters: [differs, unknown], exitCode: 1 },
    { when: 'a cluster is not there', clusters: [clean, absent], exitCode: 1 },
    { when: 'the clusters of a region could not be listed', clusters: [clean], unread, exitCode: 1 },
    { when: "somebody else's are at keys that nobody wishes for", clusters: [unmanaged], exitCode: 0 },
    { when: 'the same, and strict', clusters: [unmanaged], strict: true, exitCode: 2 },
    { when: 'a role could not be read', clusters: [roleUnread], exitCode: 0 },
    { when: 'the same, and strict', clusters: [roleUnread], strict: true, exitCode: 1 },
    { when: 'a repair went well', clusters: [withOutcome('applied', false)], exitCode: 0 },
    { when: 'AWS refused a step', clusters: [withOutcome('found', true)], exitCode: 2 },
    { when: 'a step has not settled', clusters: [withOutcome('later', true)], exitCode: 2 },
    { when: 'a step failed', clusters: [withOutcome('failed', true)], exitCode: 1 },
  ])('is $exitCode when $when', ({ clusters, exitCode, ...given }) => {
    expect(aReport(clusters, given).exitCode).toBe(exitCode);
  });
});

describe('the summary', () => {
  it('counts every key once, where a person would look for it', () => {
    const decisions = [
      aReportedDecision(),
      aReportedStep('delete'),
      aReportedStep('create'),
      aReportedStep('update'),
      aReportedStep('adopt'),
      aReportedStep('adopt', { takeover: true }),
      aReportedDecision({ decision: 'report', finding: 'foreign', differs: true }),
      aReportedDecision({ decision: 'report', finding: 'foreign', wished: false }),
      aReportedDecision({ decision: 'hold', step: 'delete', heldBecause: 'pruneOff', differs: true }),
      aReportedDecision({ decision: 'hold', heldBecause: 'ignoreMode' }),
      aReportedDecision({ decision: 'settling', differs: true }),
      aReportedDecision({ decision: 'converged', differs: true }),
      aReportedDecision({ decision: 'unknown', unknownBecause: 'describeFailed' }),
    ];
    expect(aReport([aReportedCluster({ decisions })]).summary.keys).toEqual({
      total: 13,
      converged: 1,
      unusable: 1,
      delete: 1,
      create: 1,
      update: 1,
      adopt: 1,
      takeOver: 1,
      conflict: 1,
      others: 1,
      hold: 1,
      ignored: 1,
      settling: 1,
      unknown: 1,
    });
  });

  it('tells after a repair what was done and what remains', () => {
    const decisions = [
      aReportedStep('create', { differs: false, outcome: { kind: 'applied' } }),
      aReportedStep('delete', { differs: false, outcome: { kind: 'applied' } }),
      aReportedStep('adopt', { differs: false, takeover: true, outcome: { kind: 'applied' } }),
      aReportedStep('update', { outcome: { kind: 'found', because: 'roleMissing' } }),
      aReportedStep('update', { outcome: { kind: 'later', because: 'settling' } }),
    ];
    const { summary } = aReport([aReportedCluster({ decisions })], { repaired: true });
    expect(summary.repair).toEqual({
      create: 1,
      update: 0,
      adopt: 0,
      takeOver: 1,
      delete: 1,
      failed: 1,
      remaining: 2,
    });
    expect(summary.keys).toMatchObject({ total: 5, converged: 3, update: 2, delete: 0 });
  });
});
