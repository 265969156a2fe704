import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth, wrapText } from './wrap-text.ts';

describe('wrapText', () => {
  it.each([
    { what: 'what fits', text: 'as it is', width: 8, lines: ['as it is'] },
    { what: 'words', text: 'one two three', width: 7, lines: ['one two', 'three'] },
    {
      what: 'a long ARN after its slash',
      text: 'arn:aws:iam::111122223333:role/payments',
      width: 33,
      lines: ['arn:aws:iam::111122223333:role/', 'payments'],
    },
    { what: 'a word without a good place', text: 'abcdefgh', width: 3, lines: ['abc', 'def', 'gh'] },
    {
      what: 'no ladder of short lines',
      text: 'a/bcdefghij',
      width: 6,
      lines: ['a/bcde', 'fghij'],
    },
    { what: 'nothing', text: '', width: 5, lines: [''] },
  ])('breaks $what', ({ text, width, lines }) => {
    expect(wrapText(text, width)).toEqual(lines);
  });

  it('loses no letter and exceeds no width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z:/→]{1,20}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 30 }), (parts, width) => {
        const text = parts.join(' ');
        const lines = wrapText(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
