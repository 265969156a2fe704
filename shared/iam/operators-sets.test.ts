import { describe, expect, it } from 'vitest';
import { answerUnder } from '#test/builders/policy.ts';

/** The documentation's table: PostDateTime, Message and Tags are wanted, the request has these attributes. */
const WANTED = ['PostDateTime', 'Message', 'Tags'];

describe('set operators', () => {
  it.each([
    ['ForAllValues:StringEquals', ['PostDateTime', 'Message'], 'admits'],
    ['ForAllValues:StringEquals', ['PostDateTime', 'UserName'], 'denies'],
    ['ForAllValues:StringEquals', [], 'admits'],
    ['ForAllValues:StringEquals', [''], 'admits'],
    ['ForAllValues:StringEquals', 'ABSENT', 'admits'],
    ['ForAllValues:StringEquals', 'UNKNOWN', 'unknown'],
    ['ForAllValues:StringNotEquals', ['UserName', 'Id'], 'admits'],
    ['ForAllValues:StringNotEquals', ['UserName', 'Tags'], 'denies'],
    ['ForAllValues:StringNotEquals', 'ABSENT', 'admits'],
    ['ForAnyValue:StringEquals', ['UserName', 'Tags'], 'admits'],
    ['ForAnyValue:StringEquals', ['UserName'], 'denies'],
    ['ForAnyValue:StringEquals', [], 'denies'],
    ['ForAnyValue:StringEquals', [''], 'denies'],
    ['ForAnyValue:StringEquals', 'ABSENT', 'denies'],
    ['ForAnyValue:StringEquals', 'UNKNOWN', 'unknown'],
    ['ForAnyValue:StringNotEquals', ['UserName', 'Tags'], 'admits'],
    ['ForAnyValue:StringNotEquals', ['Tags'], 'denies'],
    ['ForAnyValue:StringNotEquals', 'ABSENT', 'denies'],
    ['ForAnyValue:StringEqualsIfExists', 'ABSENT', 'admits'],
    ['ForAllValues:StringEqualsIfExists', 'ABSENT', 'admits'],
    ['foranyvalue:stringlike', ['UserName', 'Tags'], 'admits'],
  ])('%s with %j: %s', (operator, given, answer) => {
    const condition = { [operator]: { 'dynamodb:Attributes': WANTED } };
    expect(answerUnder(condition, { 'dynamodb:Attributes': given })).toBe(answer);
  });

  it('needs a Null check beside ForAllValues to refuse a missing key, as AWS advises', () => {
    const condition = {
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
      Null: { 'aws:TagKeys': 'false' },
    };
    expect(answerUnder(condition, {})).toBe('denies');
    expect(answerUnder(condition, { 'aws:TagKeys': ['team'] })).toBe('admits');
  });
});
