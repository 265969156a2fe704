import { expect, it } from 'vitest';
import { excerptOf } from './excerpt.ts';

it.each([
  { lines: 'abcdefgh', shown: ['a', 'b', '  (5 lines more)', 'h'] },
  { lines: 'abcde', shown: ['a', 'b', 'c', 'd', 'e'] },
  { lines: 'abcdef', shown: ['a', 'b', '  (3 lines more)', 'f'] },
  { lines: 'a', shown: ['a'] },
])('shows of $lines the first two and the last', ({ lines, shown }) => {
  expect(excerptOf(`${[...lines].join('\n')}\n`, { head: 2, tail: 1 })).toEqual(shown);
});
