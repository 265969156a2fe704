import { expect, it } from 'vitest';
import { aRecord } from '#test/builders/a-situation.ts';
import { isSettling } from './settling.ts';

it.each([
  { when: 'nothing is remembered', record: undefined, settling: false },
  { when: 'we never wrote', record: aRecord(), settling: false },
  { when: 'we wrote a moment ago', record: aRecord({ lastWriteAt: 100_000 }), settling: true },
  { when: 'we wrote just within the time', record: aRecord({ lastWriteAt: 90_001 }), settling: true },
  { when: 'the time is over', record: aRecord({ lastWriteAt: 90_000 }), settling: false },
  { when: 'the clock was set back by a day', record: aRecord({ lastWriteAt: 86_500_000 }), settling: false },
])('$settling when $when', ({ record, settling }) => {
  expect(isSettling(record, { now: 100_000, settleMs: 10_000 })).toBe(settling);
});
