import { describe, expect, it } from 'vitest';
import { isLabelKey, isLabelValue, labelOf } from './label.ts';

describe('isLabelKey', () => {
  it.each(['env', 'A_b.c-9', 'example.com/tier', 'a'.repeat(63), `${'a'.repeat(63)}.io/x`])(
    'accepts %s',
    (key) => {
      expect(isLabelKey(key)).toBe(true);
    },
  );

  it.each([
    '',
    '-env',
    'env-',
    'a b',
    'a'.repeat(64),
    '/x',
    'x/',
    'a/b/c',
    'Example.com/x',
    `${'a'.repeat(254)}/x`,
  ])('refuses %j', (key) => {
    expect(isLabelKey(key)).toBe(false);
  });
});

describe('isLabelValue', () => {
  it.each(['', 'prod', '1.34', 'A_b'])('accepts %j', (value) => {
    expect(isLabelValue(value)).toBe(true);
  });

  it.each(['a/b', ' ', '.a', 'a'.repeat(64), 'ü', 'a\n'])('refuses %j', (value) => {
    expect(isLabelValue(value)).toBe(false);
  });
});

describe('labelOf', () => {
  it('does not answer what every object inherits', () => {
    expect(labelOf({}, 'toString')).toBeUndefined();
    expect(labelOf({ toString: 'x' }, 'toString')).toBe('x');
  });
});
