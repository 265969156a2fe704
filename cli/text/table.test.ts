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

  it('sets cells one below another rather than shrink below the least or run over, however wide', () => {
    const rows = [cells('+', 'abcdefghij', 'p'.repeat(60))];
    expect(tableLines(rows, layout, plainStyle(72))).toEqual(['  +  abcdefghij', `     ${'p'.repeat(60)}`]);
  });

  it('takes from the column whose loss costs the fewest lines, and breaks no name for it', () => {
    const rows = [
      cells('payments/api', 'a sentence of some length that is read'),
      cells('web/front', 'another one of about that length'),
    ];
    expect(tableLines(rows, { indent: 0, shrinkTo: { 0: 4, 1: 4 } }, plainStyle(36))).toEqual([
      'payments/api  a sentence of some',
      '              length that is read',
      'web/front     another one of about',
      '              that length',
    ]);
  });

  it.each([
    {
      what: 'cells one below another, beside their symbol',
      rows: [
        cells('+', 'payments/api', 'role one, two and three', 'pods: switch'),
        cells('!', 'a sentence alone'),
      ],
      lines: [
        '  +  payments/api',
        '     role one, two and',
        '     three',
        '     pods: switch',
        '  !  a sentence alone',
      ],
    },
    {
      what: 'cells below a first one that is more than a symbol',
      rows: [
        cells('pods: restart', '1 key', 'only when they are made again'),
        cells('pods: lose', '2 keys', ''),
      ],
      lines: [
        '  pods: restart',
        '    1 key',
        '    only when they are',
        '    made again',
        '  pods: lose',
        '    2 keys',
      ],
    },
  ])('writes, where it is narrow and nothing fits, $what', ({ rows, lines }) => {
    expect(tableLines(rows, layout, plainStyle(24))).toEqual(lines);
  });

  it('writes, where it is narrow, each row with the titles of its columns', () => {
    const rows = [
      cells('NAME', 'ACCOUNT', 'MODE'),
      cells('prod-1', '111122223333', 'observe'),
      cells('b', '-', 'x'),
    ];
    const headed = { indent: 0, shrinkTo: {}, headed: true } as const;
    expect(tableLines(rows, headed, plainStyle(24))).toEqual([
      'NAME     prod-1',
      'ACCOUNT  111122223333',
      'MODE     observe',
      '',
      'NAME     b',
      'ACCOUNT  -',
      'MODE     x',
    ]);
  });

  it.each([40, 50, 60])('keeps to %s columns', (columns) => {
    const key = 'payments-of-the-whole-company/api-gateway';
    const rows = [
      cells('~', key, 'role payments-v1 → payments-v2, session tags on → off', 'pods: switch ≤6h'),
    ];
    const headed = [
      cells('CLUSTER', 'FINDING', 'STATUS', 'BY', 'AGE'),
      cells('prod-1', key, 'open', key, '2h'),
    ];
    const lines = [
      ...tableLines(rows, { indent: 2, shrinkTo: { 1: 16, 2: 24 } }, plainStyle(columns)),
      ...tableLines(headed, { indent: 0, shrinkTo: { 1: 24, 3: 12 }, headed: true }, plainStyle(columns)),
    ];
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.join('').replaceAll(' ', '')).toContain('api-gateway');
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
