import { describe, expect, it } from 'vitest';
import { answerUnder } from '#test/builders/policy.ts';

const numbers = [
  ['NumericEquals', '10', '10', true],
  ['NumericEquals', '10', '10.0', true],
  ['NumericEquals', '10', 'ten', false],
  ['NumericNotEquals', '10', '11', true],
  ['NumericNotEquals', '10', '10', false],
  ['NumericLessThan', '10', '9', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericLessThan', '10', '-1', true],
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericLessThanEquals', '10', '11', false],
  ['NumericGreaterThan', '10', '11', true],
  ['NumericGreaterThan', '9', '10', true],
  ['NumericGreaterThan', '10', '10', false],
  ['NumericGreaterThanEquals', '10', '10', true],
  ['NumericGreaterThanEquals', '1e3', '999', false],
] as const;

const dates = [
  ['DateEquals', '2020-01-01T00:00:00Z', '1577836800', true],
  ['DateEquals', '2020-01-01', '2020-01-01T00:00:00Z', true],
  ['DateEquals', '2020', '2020-01-01T00:00:00Z', true],
  ['DateEquals', '2020-01', '2020-01-01T00:00:00.000Z', true],
  ['DateEquals', '2020-01-01T02:00:00+02:00', '2020-01-01T00:00:00Z', true],
  ['DateEquals', '2019-12-31T19:00-05:00', '2020-01-01T00:00:00Z', true],
  ['DateEquals', '2020-02-29T12:00:00.250Z', '1582977600.25', true],
  ['DateNotEquals', '2020-01-01', '2020-01-02', true],
  ['DateNotEquals', '2020-01-01', '2020-01-01', false],
  ['DateLessThan', '2020-01-01', '2019-12-31T23:59:59Z', true],
  ['DateLessThan', '2020-01-01', '2020-01-01', false],
  ['DateLessThanEquals', '2020-01-01', '2020-01-01', true],
  ['DateGreaterThan', '2020-01-01T00:00:01Z', '2020-01-01T00:00:02Z', true],
  ['DateGreaterThan', '2020-01-01T00:00:01Z', '2020-01-01T00:00:01Z', false],
  ['DateGreaterThanEquals', '2100-03-01', '2100-02-28T23:59:59Z', false],
  ['DateGreaterThanEquals', '2020-01-01', 'yesterday', false],
] as const;

const others = [
  ['Bool', 'true', 'true', true],
  ['Bool', 'false', 'true', false],
  ['Bool', 'True', 'true', true],
  ['Bool', 'true', 'yes', false],
  ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', true],
  ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA', true],
  ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'b3RoZXI=', false],
] as const;

describe('operators that read their values', () => {
  it.each([...numbers, ...dates, ...others])('%s %s with %s: %s', (operator, wanted, given, admits) => {
    const answer = answerUnder(
      { [operator]: { 'aws:TokenIssueTime': wanted } },
      { 'aws:TokenIssueTime': given },
    );
    expect(answer).toBe(admits ? 'admits' : 'denies');
  });

  it.each([
    ['NumericEquals', '10', 'denies'],
    ['NumericNotEquals', '10', 'admits'],
    ['NumericLessThanIfExists', '10', 'admits'],
    ['DateLessThan', '2020-01-01', 'denies'],
    ['DateNotEquals', '2020-01-01', 'admits'],
    ['Bool', 'false', 'denies'],
    ['BoolIfExists', 'false', 'admits'],
    ['BinaryEquals', 'b3RoZXI=', 'denies'],
  ])('%s %s without the key: %s', (operator, wanted, answer) => {
    expect(answerUnder({ [operator]: { 'aws:TokenIssueTime': wanted } }, {})).toBe(answer);
  });

  it.each([
    { wanted: 'true', keys: {}, answer: 'admits' },
    { wanted: 'false', keys: {}, answer: 'denies' },
    { wanted: true, keys: { 'aws:TokenIssueTime': '2020-01-01' }, answer: 'denies' },
    { wanted: false, keys: { 'aws:TokenIssueTime': '2020-01-01' }, answer: 'admits' },
    { wanted: ['true', 'false'], keys: { 'aws:TokenIssueTime': '2020-01-01' }, answer: 'admits' },
    { wanted: 'true', keys: { 'aws:TokenIssueTime': [] }, answer: 'admits' },
    { wanted: 'true', keys: { 'aws:TokenIssueTime': 'UNKNOWN' }, answer: 'unknown' },
  ])('Null $wanted with $keys: $answer', ({ wanted, keys, answer }) => {
    expect(answerUnder({ Null: { 'aws:TokenIssueTime': wanted } }, keys)).toBe(answer);
  });
});
