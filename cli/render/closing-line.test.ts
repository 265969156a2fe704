import { describe, expect, it } from 'vitest';
import {
  aReport,
  aReportedCluster,
  aReportedDecision,
  aReportedFinding,
  aReportedStep,
} from '#test/builders/a-report.ts';
import { invocationOf } from '../invocation.ts';
import type { OwnerMeant } from '../owner-meant.ts';
import type { ReportedCluster } from '../report/check-report.ts';
import { closingLine } from './closing-line.ts';

const failed = (code: string) => ({ failure: { code, message: 'no' } });
const held = (heldBecause: 'pruneOff' | 'brake' | 'observeMode') =>
  aReportedDecision({ decision: 'hold', step: 'update', heldBecause, differs: true });
const conflict = aReportedDecision({ decision: 'report', finding: 'foreign', differs: true });
const ofHub = aReportedDecision({
  decision: 'report',
  finding: 'foreign',
  owner: 'rolecall hub',
  differs: true,
});
const refused = aReportedStep('create', { outcome: { kind: 'found', because: 'roleMissing' } });
const words = ['check', '-f', 'a b.yaml', '-A'];

interface Case {
  readonly when: string;
  readonly clusters: readonly ReportedCluster[];
  readonly args?: readonly string[];
  readonly strict?: boolean;
  readonly repaired?: boolean;
  readonly owner?: OwnerMeant;
  readonly line: string;
}

const cluster = aReportedCluster;
const wishedFor = cluster({ decisions: [aReportedDecision()] });
const cases: readonly Case[] = [
  {
    when: 'no mapping is about the clusters',
    clusters: [cluster({ decisions: [aReportedDecision({ wished: false })] })],
    line: 'Exit 0: no mapping wishes for anything on these clusters, and nothing of ours is there',
  },
  { when: 'clean', clusters: [wishedFor], line: 'Exit 0: everything is as wished' },
  { when: 'repaired', clusters: [wishedFor], repaired: true, line: 'Exit 0: everything of ours is right' },
  {
    when: 'something can be repaired',
    clusters: [cluster({ decisions: [aReportedStep('update'), conflict] })],
    line: "Exit 2: 2 keys differ. Next: rolecall check -f 'a b.yaml' -A --repair",
  },
  {
    when: 'only deletes are held, for want of --prune',
    clusters: [cluster({ decisions: [held('pruneOff')] })],
    line: 'Exit 2: 1 key differs. Next: see Held above',
  },
  {
    when: 'the same after a repair that named the owner',
    clusters: [cluster({ decisions: [held('pruneOff')] })],
    args: [...words, '--repair', '--owner', 'hub'],
    repaired: true,
    line: 'Exit 2: 1 key still differs. Next: see Held above',
  },
  {
    when: 'the brake held something',
    clusters: [cluster({ decisions: [held('brake')] })],
    args: [...words, '--repair', '--yes'],
    repaired: true,
    line: "Exit 2: 1 key still differs. Next: rolecall check -f 'a b.yaml' -A --repair (and approve the plan), or raise --max-changes",
  },
  {
    when: 'only somebody else could put it right',
    clusters: [cluster({ decisions: [conflict] })],
    line: 'Exit 2: 1 key differs. Next: rolecall explain -f m.yaml --cluster prod-1 payments/api',
  },
  {
    when: 'it is what another installation has, and nobody named one',
    clusters: [cluster({ decisions: [ofHub, ofHub, aReportedStep('create')] })],
    args: [...words, '--repair', '--yes', '--max-changes', '3'],
    line: "Exit 2: 3 keys differ. Next: rolecall check -f 'a b.yaml' -A --owner hub, if hub is the installation that you mean",
  },
  {
    when: 'another installation has it, and an owner was named',
    clusters: [cluster({ decisions: [ofHub] })],
    owner: { name: 'lab', from: 'option' },
    line: 'Exit 2: 1 key differs. Next: rolecall explain -f m.yaml --cluster prod-1 payments/api',
  },
  {
    when: 'another installation has little of it',
    clusters: [cluster({ decisions: [ofHub, conflict, conflict] })],
    line: 'Exit 2: 3 keys differ. Next: rolecall explain -f m.yaml --cluster prod-1 payments/api',
  },
  {
    when: 'the environment named the owner, which a repair must say',
    clusters: [cluster({ decisions: [aReportedStep('update')] })],
    owner: { name: 'hub', from: 'environment' },
    line: "Exit 2: 1 key differs. Next: rolecall check -f 'a b.yaml' -A --owner hub --repair",
  },
  {
    when: 'AWS refused',
    clusters: [cluster({ decisions: [refused] })],
    repaired: true,
    line: 'Exit 2: 1 key still differs. Next: rolecall explain -f m.yaml --cluster prod-1 payments/api',
  },
  {
    when: 'all is held in observe mode',
    clusters: [cluster({ decisions: [held('observeMode')] })],
    line: 'Exit 2: 1 key differs. Next: see Held above',
  },
  {
    when: 'something settles',
    clusters: [cluster({ decisions: [aReportedDecision({ decision: 'settling', differs: true })] })],
    line: "Exit 2: 1 key differs. Next: rolecall check -f 'a b.yaml' -A in a moment",
  },
  {
    when: 'there are only findings, and they count',
    clusters: [cluster({ findings: [aReportedFinding()] })],
    strict: true,
    line: 'Exit 2: everything is as wished, with 1 finding. Next: see Findings above',
  },
  {
    when: 'a permission is missing',
    clusters: [cluster({ status: 'unknown', ...failed('aws.accessDenied') })],
    line: 'Exit 1: 1 cluster not known to be clean. Next: have the action named above allowed, then run the same command again',
  },
  {
    when: 'a cluster is not there',
    clusters: [cluster({ status: 'absent', ...failed('cluster.notFound') })],
    line: 'Exit 1: 1 cluster not there. Next: check the name, --region and --profile',
  },
  {
    when: 'nothing was described',
    clusters: [
      cluster({
        status: 'unknown',
        decisions: [aReportedDecision({ decision: 'unknown', unknownBecause: 'notVerified' })],
      }),
    ],
    line: 'Exit 1: 1 cluster not known to be clean. Next: check with --verify full, or let --memory FILE answer for earlier looks',
  },
];

describe('the last line', () => {
  it.each(cases)(
    'when $when',
    ({ clusters, args = words, strict = false, repaired = false, owner, line }) => {
      const report = aReport(clusters, { strict, repaired });
      const context = {
        invocation: invocationOf(args, { env: {}, platform: 'linux' }),
        clusterWords: ({ name }: { readonly name: string }) => ['-f', 'm.yaml', '--cluster', name],
        owner: owner ?? ({ name: 'rolecall', from: 'default' } as const),
        repaired,
      };
      expect(closingLine(report, context)).toBe(line);
    },
  );
});
