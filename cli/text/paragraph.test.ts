import { describe, expect, it } from 'vitest';
import { paragraph } from './paragraph.ts';
import { plainStyle } from './style.ts';

describe('paragraph', () => {
  it.each([
    {
      what: 'one line where nothing bounds it',
      columns: undefined,
      lines: '  Waived by alice: it is known\n',
    },
    { what: 'its indent before each line', columns: 18, lines: '  Waived by alice:\n  it is known\n' },
  ])('has $what', ({ columns, lines }) => {
    expect(paragraph('  Waived by alice: it is known', plainStyle(columns))).toBe(lines);
  });

  it('shows control characters instead of obeying them', () => {
    expect(paragraph('boo \u001b[2J', plainStyle(40))).toBe('boo \\u{1b}[2J\n');
  });
});
