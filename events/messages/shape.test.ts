import { describe, expect, it } from 'vitest';
import { flag, listOf, number, object, oneOf, optional, type Shape, text } from './shape.ts';

const PERSON = object({ name: text, born: optional(number), mail: listOf(text) });

function read(shape: Shape<unknown>, given: unknown) {
  const problems: string[] = [];
  const value = shape(given, '', problems);
  return problems.length > 0 ? problems : value;
}

describe('a shape', () => {
  it.each([
    { shape: text, given: '' },
    { shape: number, given: 0 },
    { shape: flag, given: false },
    { shape: oneOf('a', 'b'), given: 'b' },
    { shape: oneOf(1), given: 1 },
    { shape: listOf(number), given: [] },
    { shape: PERSON, given: { name: 'eve', born: 3, mail: ['a', 'b'] } },
    { shape: PERSON, given: { name: 'eve', mail: [] } },
  ])('reads $given', ({ shape, given }) => {
    expect(read(shape, given)).toEqual(given);
  });

  it('leaves out what it does not know', () => {
    expect(read(PERSON, { name: 'eve', mail: [], shoe: 38 })).toEqual({ name: 'eve', mail: [] });
  });

  it.each([
    { shape: text, given: 1, problems: ['is not a text'] },
    { shape: number, given: '1', problems: ['is not a number'] },
    { shape: flag, given: 'false', problems: ['is not true or false'] },
    { shape: oneOf('a', 'b'), given: 'c', problems: ['is not a or b'] },
    { shape: oneOf(1), given: '1', problems: ['is not 1'] },
    { shape: listOf(text), given: { length: 0 }, problems: ['is not a list'] },
    { shape: PERSON, given: undefined, problems: ['is not an object'] },
    { shape: PERSON, given: null, problems: ['is not an object'] },
    { shape: PERSON, given: [], problems: ['name: is not a text', 'mail: is not a list'] },
    {
      shape: PERSON,
      given: { name: 'eve', born: null, mail: ['a', 2] },
      problems: ['born: is not a number', 'mail.1: is not a text'],
    },
  ])('says what is wrong with $given', ({ shape, given, problems }) => {
    expect(read(shape, given)).toEqual(problems);
  });
});
