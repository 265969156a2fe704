import { describe, expect, it } from 'vitest';
import { aTerminal } from '#test/builders/a-terminal.ts';
import { type CheckOptions, refuseContradictions } from './check-options.ts';

const options = (given: Partial<CheckOptions>): CheckOptions => ({
  file: ['m.yaml'],
  verify: 'full',
  roles: 'all',
  output: 'table',
  concurrency: 50,
  ...given,
});
const person = aTerminal({ isTTY: true }).io;
const pipe = aTerminal().io;
const inHub = aTerminal({ isTTY: true, env: { ROLECALL_INSTALLATION: 'staging' } }).io;
const inNonsense = aTerminal({ isTTY: true, env: { ROLECALL_INSTALLATION: 'a<b' } }).io;

describe('refuseContradictions', () => {
  it.each([
    { given: {}, says: 'which clusters?' },
    { given: { cluster: ['a'], allClusters: true }, says: '--cluster and --all-clusters contradict' },
    {
      given: { allClusters: true, prune: true, owner: 'hub' },
      says: '--prune deletes, so it goes with --repair',
    },
    {
      given: { allClusters: true, prune: true, repair: true },
      says: '--prune wants an --owner that you name',
    },
    { given: { allClusters: true, yes: true }, says: '--yes goes with --repair' },
    { given: { allClusters: true, maxChanges: 3 }, says: '--max-changes goes with --repair' },
    {
      given: { allClusters: true, repair: true, maxChanges: 3 },
      says: '--max-changes bounds a repair that nobody approves',
    },
    { given: { allClusters: true, owner: '' }, says: '--owner goes into a tag' },
    { given: { allClusters: true, owner: 'a<b' }, says: '--owner goes into a tag' },
    {
      given: { allClusters: true, repair: true },
      says: '--repair wants an --owner that you name: ROLECALL_INSTALLATION (staging) is only taken for reading',
      io: inHub,
    },
    { given: { allClusters: true }, says: 'ROLECALL_INSTALLATION goes into a tag', io: inNonsense },
    { given: { allClusters: true, file: ['-'], repair: true }, says: 'nobody can be asked', io: pipe },
  ])('says "$says"', ({ given, says, io = person }) => {
    expect(() => refuseContradictions(options(given), io)).toThrow(says);
  });

  it.each([
    { given: { allClusters: true } },
    { given: { cluster: ['a'], repair: true, prune: true, owner: 'rolecall' } },
    { given: { cluster: ['a'], repair: true, yes: true, maxChanges: 0 } },
    { given: { cluster: ['a'], repair: true, yes: true, file: ['-'] }, io: pipe },
    { given: { cluster: ['a'] }, io: inHub },
    { given: { cluster: ['a'], repair: true, owner: 'rolecall' }, io: inHub },
  ])('takes $given', ({ given, io = person }) => {
    expect(() => refuseContradictions(options(given), io)).not.toThrow();
  });
});
