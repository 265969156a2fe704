import { describe, expect, it } from 'vitest';
import { ageText, durationText, timeText } from './age-text.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('ageText', () => {
  it.each([
    [-5, '0s'],
    [0, '0s'],
    [119_999, '119s'],
    [2 * MINUTE, '2m'],
    [119 * MINUTE, '119m'],
    [2 * HOUR, '2h'],
    [47 * HOUR, '47h'],
    [2 * DAY, '2d'],
    [729 * DAY, '729d'],
    [730 * DAY, '2y'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(ageText(milliseconds)).toBe(text);
  });
});

describe('durationText', () => {
  it.each([
    [-1, '0 ms'],
    [850, '850 ms'],
    [3_249, '3.2 s'],
    [59_999, '59.9 s'],
    [4 * MINUTE + 5_000, '4 min 5 s'],
    [4 * MINUTE, '4 min'],
    [2 * HOUR + 3 * MINUTE, '2 h 3 min'],
    [3 * DAY + 4 * HOUR, '3 d 4 h'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});

it('writes times to the second', () => {
  expect(timeText(1_795_176_000_123)).toBe('2026-11-20T12:00:00Z');
});
