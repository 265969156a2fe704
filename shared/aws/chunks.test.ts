import { describe, expect, it } from 'vitest';
import { inChunks } from './chunks.ts';

describe('inChunks', () => {
  it.each([
    { when: 'there is nothing', items: [], chunks: [] },
    { when: 'all fit', items: ['a', 'bb'], chunks: [['a', 'bb']] },
    { when: 'there are too many', items: ['a', 'b', 'c', 'd'], chunks: [['a', 'b', 'c'], ['d']] },
    { when: 'they are too large together', items: ['aaa', 'bbb'], chunks: [['aaa'], ['bbb']] },
    { when: 'they are just as large as may be', items: ['aaa', 'bb'], chunks: [['aaa', 'bb']] },
    { when: 'one is too large by itself', items: ['a', 'bbbbbb', 'c'], chunks: [['a'], ['bbbbbb'], ['c']] },
  ])('answers $chunks when $when', ({ items, chunks }) => {
    expect(inChunks(items, { count: 3, bytes: 5 }, (text) => text.length)).toEqual(chunks);
  });
});
