import { describe, expect, it } from 'vitest';
import { FilterPatternError, readFilterPattern } from './filter-pattern.ts';

const LINE =
  '{"level":"ERROR","code":"event.unreadable","attempts":4,"late":true,"cause":null,"keys":["a","b"]}';

describe('a filter pattern', () => {
  it.each([
    { pattern: '', matches: true },
    { pattern: '{ $.level = "ERROR" }', matches: true },
    { pattern: '{ $.level = ERROR }', matches: true },
    { pattern: '{ $.level = "WARN" }', matches: false },
    { pattern: '{ $.level != "WARN" }', matches: true },
    { pattern: '{ $.nothing != "WARN" }', matches: false },
    { pattern: '{ $.code = "event.*" }', matches: true },
    { pattern: '{ $.code = "event" }', matches: false },
    { pattern: '{ $.attempts > 3 && $.attempts <= 4 }', matches: true },
    { pattern: '{ $.attempts = 4 }', matches: true },
    { pattern: '{ $.attempts = "4" }', matches: false },
    { pattern: '{ $.level = "WARN" || ($.late IS TRUE && $.cause IS NULL) }', matches: true },
    { pattern: '{ $.late IS FALSE }', matches: false },
    { pattern: '{ $.nothing NOT EXISTS }', matches: true },
    { pattern: '{ $.keys[1] = "b" }', matches: true },
    { pattern: '{ $.toString NOT EXISTS }', matches: true },
    { pattern: 'ERROR unreadable', matches: true },
    { pattern: 'ERROR "timed out"', matches: false },
    { pattern: '?ERROR ?"timed out"', matches: true },
    { pattern: '?WARN ?"timed out"', matches: false },
    { pattern: 'ERROR -unreadable', matches: false },
    { pattern: 'ERROR ?"timed out"', matches: true },
  ])('$pattern: $matches', ({ pattern, matches }) => {
    expect(readFilterPattern(pattern)(LINE)).toBe(matches);
  });

  it.each(['{ $.level = "ERROR" }', '{ $.nothing NOT EXISTS }'])(
    'of JSON matches no other line: %s',
    (pattern) => {
      expect(readFilterPattern(pattern)('START RequestId: 1')).toBe(false);
      expect(readFilterPattern(pattern)('"ERROR"')).toBe(false);
    },
  );

  it.each([
    { pattern: '{ $.level = "ERROR"', says: /ends where } should come/ },
    { pattern: '{ level = "ERROR" }', says: /\$\.level, and not level/ },
    { pattern: '{ $.level "ERROR" }', says: /after level one of = !=/ },
    { pattern: '{ $.level = "ERROR" } x', says: /goes on after its end: x/ },
    { pattern: '{ $.level = "ERROR }', says: /Invalid character/ },
    { pattern: '{ $.late IS GREEN }', says: /IS TRUE, IS FALSE or IS NULL/ },
    { pattern: '[ip, user]', says: /terms and conditions on JSON/ },
    { pattern: '%a+%', says: /terms and conditions on JSON/ },
  ])('is refused: $pattern', ({ pattern, says }) => {
    expect(() => readFilterPattern(pattern)).toThrow(FilterPatternError);
    expect(() => readFilterPattern(pattern)).toThrow(says);
  });
});
