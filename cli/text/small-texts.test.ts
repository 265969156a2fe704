import { describe, expect, it } from 'vitest';
import { aTerminal } from '#test/builders/a-terminal.ts';
import { countText, groupDigits, listText } from './count-text.ts';
import { printable } from './printable.ts';
import { commandLine, shellQuote } from './shell-quote.ts';
import { ASCII, styleFor, UNICODE } from './style.ts';

describe('countText and groupDigits', () => {
  it.each([
    { count: 0, text: '0 clusters' },
    { count: 1, text: '1 cluster' },
    { count: 999, text: '999 clusters' },
    { count: 1234, text: '1,234 clusters' },
    { count: 1_000_000, text: '1,000,000 clusters' },
  ])('says $text', ({ count, text }) => {
    expect(countText(count, 'cluster')).toBe(text);
  });

  it('groups digits', () => expect(groupDigits(12345)).toBe('12,345'));
});

describe('listText', () => {
  it.each([
    { items: [], text: '' },
    { items: ['a'], text: 'a' },
    { items: ['a', 'b'], text: 'a and b' },
    { items: ['a', 'b', 'c'], text: 'a, b and c' },
    { items: ['a', 'b', 'c', 'd'], limit: 2, text: 'a, b and 2 more' },
  ])('says "$text"', ({ items, limit, text }) => {
    expect(listText(items, limit)).toBe(text);
  });
});

describe('printable', () => {
  it.each([
    { what: 'an escape sequence', text: 'a\u001b[31mb', shown: 'a\\u{1b}[31mb' },
    { what: 'text that runs backwards', text: 'a\u202eb', shown: 'a\\u{202e}b' },
    { what: 'a line break', text: 'a\nb', shown: 'a b' },
    { what: 'letters of any script', text: 'zażółć 漢字', shown: 'zażółć 漢字' },
  ])('makes $what harmless', ({ text, shown }) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('shellQuote', () => {
  it.each([
    { word: 'arn:aws:iam::1:role/a_b-c.d@e+f=g,h', quoted: 'arn:aws:iam::1:role/a_b-c.d@e+f=g,h' },
    { word: '', quoted: "''" },
    { word: 'two words', quoted: "'two words'" },
    { word: "it's", quoted: String.raw`'it'\''s'` },
    { word: '{"a":"$b"}', quoted: `'{"a":"$b"}'` },
    { word: '*.yaml', quoted: "'*.yaml'" },
  ])('quotes $word for a POSIX shell', ({ word, quoted }) => {
    expect(shellQuote(word)).toBe(quoted);
  });

  it('quotes for PowerShell', () => {
    expect(commandLine(['aws', "it's", '{"a":"$b"}'], 'win32')).toBe(`aws 'it''s' '{"a":"$b"}'`);
  });
});

describe('styleFor', () => {
  const styleOf = (options: Parameters<typeof aTerminal>[0], color = true) => {
    const { io } = aTerminal(options);
    return styleFor(io.stdout, io, { color });
  };

  it.each([
    { what: 'a UTF-8 terminal', options: { isTTY: true }, glyphs: UNICODE, columns: 100 },
    { what: 'a pipe', options: {}, glyphs: ASCII, columns: undefined },
    {
      what: 'a terminal in another encoding',
      options: { isTTY: true, env: { LANG: 'C' } },
      glyphs: ASCII,
      columns: 100,
    },
    {
      what: 'a very narrow terminal',
      options: { isTTY: true, columns: 10 },
      glyphs: UNICODE,
      columns: 40,
    },
    {
      what: 'the Windows console',
      options: { isTTY: true, platform: 'win32' as const },
      glyphs: ASCII,
      columns: 100,
    },
    {
      what: 'Windows Terminal',
      options: { isTTY: true, platform: 'win32' as const, env: { WT_SESSION: 'x' } },
      glyphs: UNICODE,
      columns: 100,
    },
  ])('draws as $what can', ({ options, glyphs, columns }) => {
    expect(styleOf(options)).toMatchObject({ glyphs, columns });
  });

  it.each([
    { what: 'a terminal', options: { isTTY: true, env: { NO_COLOR: '' } }, colours: true },
    { what: 'NO_COLOR', options: { isTTY: true, env: { NO_COLOR: '1' } }, colours: false },
    {
      what: 'a dumb terminal',
      options: { isTTY: true, env: { NO_COLOR: '', TERM: 'dumb' } },
      colours: false,
    },
    { what: 'a pipe', options: { env: { NO_COLOR: '' } }, colours: false },
    { what: 'FORCE_COLOR', options: { env: { NO_COLOR: '', FORCE_COLOR: '1' } }, colours: true },
    {
      what: 'FORCE_COLOR=0',
      options: { isTTY: true, env: { NO_COLOR: '', FORCE_COLOR: '0' } },
      colours: false,
    },
  ])('paints for $what: $colours', ({ options, colours }) => {
    expect(styleOf(options).paint('x', 'delete') !== 'x').toBe(colours);
  });

  it('paints nothing with --no-color', () => {
    expect(styleOf({ isTTY: true, env: { NO_COLOR: '' } }, false).paint('x', 'delete')).toBe('x');
  });
});
