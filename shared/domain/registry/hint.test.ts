import { describe, expect, it } from 'vitest';
import { aRecord } from '#test/builders/a-situation.ts';
import { anAssociationItem } from '#test/builders/registry-items.ts';
import { type Hint, judgeHint } from './hint.ts';

const NOON = 1_795_176_000_000;
const hint = (given: Partial<Hint> = {}): Hint => ({
  at: NOON,
  operation: 'update',
  byWriter: true,
  ...given,
});
const item = anAssociationItem({
  intent: { kind: 'update', token: 't3', at: NOON, ended: true },
  earlierTokens: ['t2', 't1'],
  record: aRecord({ associationId: 'a-1' }),
  observedAt: NOON - 20_000,
});
const deleting = { ...item, intent: { kind: 'delete', token: 't3', at: NOON } as const };

describe('judgeHint', () => {
  it.each<{ when: string; of: typeof item | undefined; hint: Hint; judged: string }>([
    { when: 'nothing is known of the key', of: undefined, hint: hint({ token: 't3' }), judged: 'look' },
    { when: 'it bears the token of our last write', of: item, hint: hint({ token: 't3' }), judged: 'echo' },
    { when: 'it bears the token of an earlier one', of: item, hint: hint({ token: 't1' }), judged: 'echo' },
    { when: 'our role used a token that we did not', of: item, hint: hint({ token: 'x' }), judged: 'look' },
    {
      when: 'somebody else used our token',
      of: item,
      hint: hint({ token: 't3', byWriter: false }),
      judged: 'look',
    },
    {
      when: 'our role deleted what we noted to delete',
      of: deleting,
      hint: hint({ operation: 'delete', associationId: 'a-1', at: NOON + 60_000 }),
      judged: 'echo',
    },
    {
      when: 'our role deleted it long after',
      of: deleting,
      hint: hint({ operation: 'delete', associationId: 'a-1', at: NOON + 60_001 }),
      judged: 'look',
    },
    {
      when: 'our role deleted another association',
      of: deleting,
      hint: hint({ operation: 'delete', associationId: 'a-2' }),
      judged: 'look',
    },
    {
      when: 'our role deleted what we noted to update',
      of: item,
      hint: hint({ operation: 'delete', associationId: 'a-1' }),
      judged: 'look',
    },
    {
      when: 'our role tagged what we noted to update',
      of: item,
      hint: hint({ operation: 'tag', associationId: 'a-1' }),
      judged: 'echo',
    },
    {
      when: 'the key was looked at since, and settling over',
      of: item,
      hint: hint({ byWriter: false, at: NOON - 35_001 }),
      judged: 'answered',
    },
    {
      when: 'the look may have been too soon to see it',
      of: item,
      hint: hint({ byWriter: false, at: NOON - 35_000 }),
      judged: 'look',
    },
    { when: 'it is news', of: item, hint: hint({ byWriter: false }), judged: 'look' },
  ])('says $judged when $when', ({ of, hint: given, judged }) => {
    expect(judgeHint(of, given, { settleMs: 15_000 })).toBe(judged);
  });
});
