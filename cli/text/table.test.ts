import { describe, expect, it } from 'vitest';
import { plainStyle } from './style.ts';
import { tableLines } from './table.ts';

const cells = (...texts: string[]) => texts.map((text) => ({ text }));
const layout = { indent: 2, shrinkTo: { 1: 8 } };

describe('tableLines', () => {
  it('aligns columns, and ends no line in spaces', () => {
    const rows = [cells('+', 'payments/api', 'pods'), cells('~', 'a/b', 'x'), cells('-', 'c/d', '')];
    expect(tableLines(rows, layout, plainStyle())).toEqual([
      '  +  payments/api  pods',
      '  ~  a/b           x',
      '  -  c/d',
    ]);
  });

  it('wraps the column that may give, and keeps the others', () => {
    const rows = [cells('+', 'one two three', 'pods'), cells('~', 'four', 'x')];
    expect(tableLines(rows, layout, plainStyle(20))).toEqual([
      '  +  one two    pods',
      '     three',
      '  ~  four       x',
    ]);
  });

  it('runs over rather than shrink below the least', () => {
    expect(tableLines([cells('+', 'abcdefghij', 'pods')], layout, plainStyle(10))).toEqual([
      '  +  abcdefgh  pods',
      '     ij',
    ]);
  });

  it('gives the rest of the line to the last cell of a shorter row, which widens no column', () => {
    const rows = [cells('!', 'a sentence that is rather long'), cells('+', 'short', 'pods')];
    expect(tableLines(rows, layout, plainStyle())).toEqual([
      '  !  a sentence that is rather long',
      '  +  short  pods',
    ]);
    expect(tableLines(rows, layout, plainStyle(24))).toEqual([
      '  !  a sentence that is',
      '     rather long',
      '  +  short  pods',
    ]);
  });

  it('leaves out a column in which nothing stands', () => {
    expect(tableLines([cells('a', '', 'b')], layout, plainStyle())).toEqual(['  a  b']);
  });

  it('shows control characters instead of obeying them', () => {
    expect(tableLines([cells('\u001b[2Jboo', 'line\nbreak')], layout, plainStyle())).toEqual([
      '  \\u{1b}[2Jboo  line break',
    ]);
  });
});
