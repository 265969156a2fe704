import { describe, expect, it } from 'vitest';
import { answerUnder, type Keys } from '#test/builders/policy.ts';

const KEY = 'aws:PrincipalTag/team';

interface Case {
  readonly operator: string;
  readonly wanted: string | readonly string[];
  readonly given: string;
  readonly admits: boolean;
}

const cases: readonly Case[] = [
  { operator: 'StringEquals', wanted: 'red', given: 'red', admits: true },
  { operator: 'StringEquals', wanted: 'red', given: 'Red', admits: false },
  { operator: 'StringEquals', wanted: ['red', 'blue'], given: 'blue', admits: true },
  { operator: 'StringEquals', wanted: 're*', given: 'red', admits: false },
  { operator: 'StringEquals', wanted: 're*', given: 're*', admits: true },
  { operator: 'StringEquals', wanted: '', given: '', admits: true },
  { operator: 'stringequals', wanted: 'red', given: 'red', admits: true },
  { operator: 'StringNotEquals', wanted: 'red', given: 'red', admits: false },
  { operator: 'StringNotEquals', wanted: 'red', given: 'Red', admits: true },
  { operator: 'StringNotEquals', wanted: ['red', 'blue'], given: 'blue', admits: false },
  { operator: 'StringNotEquals', wanted: ['red', 'blue'], given: 'green', admits: true },
  { operator: 'StringEqualsIgnoreCase', wanted: 'red', given: 'RED', admits: true },
  { operator: 'StringEqualsIgnoreCase', wanted: 'red', given: 'blue', admits: false },
  { operator: 'StringNotEqualsIgnoreCase', wanted: 'red', given: 'RED', admits: false },
  { operator: 'StringNotEqualsIgnoreCase', wanted: 'red', given: 'blue', admits: true },
  { operator: 'StringLike', wanted: 're*', given: 'red', admits: true },
  { operator: 'StringLike', wanted: 're*', given: 're', admits: true },
  { operator: 'StringLike', wanted: 're?', given: 're', admits: false },
  { operator: 'StringLike', wanted: 're?', given: 'red', admits: true },
  { operator: 'StringLike', wanted: 're*', given: 'Red', admits: false },
  { operator: 'StringLike', wanted: '*', given: 'a:b:c/d', admits: true },
  { operator: 'StringLike', wanted: 'a*b*c', given: 'a-c-b-b-c', admits: true },
  { operator: 'StringLike', wanted: 'a*b*c', given: 'a-c-c', admits: false },
  { operator: 'StringLike', wanted: 'a.c', given: 'abc', admits: false },
  { operator: 'StringLike', wanted: '?', given: '😀', admits: true },
  // The documentation's own example of where string and ARN operators part ways.
  {
    operator: 'StringLike',
    wanted: 'arn:aws:someservice:*:111122223333:finance/*',
    given: 'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
    admits: true,
  },
  { operator: 'StringNotLike', wanted: 're*', given: 'red', admits: false },
  { operator: 'StringNotLike', wanted: ['re*', 'b*'], given: 'green', admits: true },
];

describe('string operators', () => {
  it.each(cases)('$operator $wanted with $given: $admits', ({ operator, wanted, given, admits }) => {
    const answer = answerUnder({ [operator]: { [KEY]: wanted } }, { [KEY]: given });
    expect(answer).toBe(admits ? 'admits' : 'denies');
  });

  it.each([
    { operator: 'StringEquals', keys: {}, answer: 'denies' },
    { operator: 'StringLike', keys: {}, answer: 'denies' },
    { operator: 'StringNotEquals', keys: {}, answer: 'admits' },
    { operator: 'StringNotLike', keys: {}, answer: 'admits' },
    { operator: 'StringEqualsIfExists', keys: {}, answer: 'admits' },
    { operator: 'StringEqualsIfExists', keys: { [KEY]: 'blue' }, answer: 'denies' },
    { operator: 'StringNotEqualsIfExists', keys: {}, answer: 'admits' },
    { operator: 'StringEquals', keys: { [KEY]: 'UNKNOWN' }, answer: 'unknown' },
    { operator: 'StringNotEquals', keys: { [KEY]: 'UNKNOWN' }, answer: 'unknown' },
    { operator: 'StringEqualsIfExists', keys: { [KEY]: 'UNKNOWN' }, answer: 'unknown' },
    { operator: 'StringEquals', keys: { [KEY]: ['red', 'blue'] }, answer: 'unknown' },
    { operator: 'StringEquals', keys: { [KEY]: [] }, answer: 'denies' },
  ] as const satisfies readonly { operator: string; keys: Keys; answer: string }[])(
    '$operator "red" with $keys: $answer',
    ({ operator, keys, answer }) => {
      expect(answerUnder({ [operator]: { [KEY]: 'red' } }, keys)).toBe(answer);
    },
  );

  it('compares key names without regard to case, in the tag part too', () => {
    expect(answerUnder({ StringEquals: { 'AWS:principaltag/TEAM': 'red' } }, { [KEY]: 'red' })).toBe(
      'admits',
    );
  });

  it('wants every key and every operator to hold', () => {
    const condition = { StringEquals: { [KEY]: 'red', 'aws:username': 'ada' }, StringLike: { [KEY]: 'r*' } };
    expect(answerUnder(condition, { [KEY]: 'red', 'aws:username': 'ada' })).toBe('admits');
    expect(answerUnder(condition, { [KEY]: 'red', 'aws:username': 'bob' })).toBe('denies');
  });

  it('lets a definite mismatch outweigh a key that is not known', () => {
    const condition = { StringEquals: { [KEY]: 'red', 'aws:username': 'ada' } };
    expect(answerUnder(condition, { [KEY]: 'UNKNOWN', 'aws:username': 'bob' })).toBe('denies');
    expect(answerUnder(condition, { [KEY]: 'UNKNOWN', 'aws:username': 'ada' })).toBe('unknown');
  });

  it('does not guess what a condition without values means', () => {
    expect(answerUnder({ StringEquals: { [KEY]: [] } }, { [KEY]: 'red' })).toBe('unknown');
  });
});
