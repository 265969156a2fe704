import { describe, expect, it } from 'vitest';
import { A_USER, aContext, answerUnder, aPolicy, type Keys, policyText } from '#test/builders/policy.ts';
import { evaluate } from './evaluate.ts';

const TEAM = 'aws:PrincipalTag/team';

describe('policy variables in conditions', () => {
  it.each([
    ['StringEquals', `\${${TEAM}}`, { 's3:prefix': 'red', [TEAM]: 'red' }, 'admits'],
    ['StringEquals', `\${${TEAM}}`, { 's3:prefix': 'red', [TEAM]: 'blue' }, 'denies'],
    ['StringEquals', `\${AWS:PRINCIPALTAG/TEAM}`, { 's3:prefix': 'red', [TEAM]: 'red' }, 'admits'],
    ['StringLike', `home/\${aws:username}/*`, { 's3:prefix': 'home/ada/x', 'aws:username': 'ada' }, 'admits'],
    ['StringLike', `home/\${aws:username}/*`, { 's3:prefix': 'home/bob/x', 'aws:username': 'ada' }, 'denies'],
    ['StringLike', `home/\${aws:username}/*`, { 's3:prefix': 'home/ada/x', 'aws:username': '*' }, 'denies'],
    ['StringEquals', `\${${TEAM}, 'everyone'}`, { 's3:prefix': 'everyone' }, 'admits'],
    ['StringEquals', `\${${TEAM},'everyone'}`, { 's3:prefix': 'everyone', [TEAM]: 'red' }, 'denies'],
    ['StringEquals', `\${${TEAM}}`, { 's3:prefix': 'red' }, 'denies'],
    ['StringNotEquals', `\${${TEAM}}`, { 's3:prefix': 'red' }, 'unknown'],
    ['StringNotEquals', `\${${TEAM}, 'blue'}`, { 's3:prefix': 'red' }, 'admits'],
    ['StringEquals', `\${${TEAM}}`, { 's3:prefix': 'red', [TEAM]: 'UNKNOWN' }, 'unknown'],
    ['StringEquals', `\${${TEAM}}`, { [TEAM]: 'UNKNOWN' }, 'denies'],
    ['StringEquals', `\${aws:TagKeys}`, { 's3:prefix': 'red', 'aws:TagKeys': ['red', 'blue'] }, 'unknown'],
    ['StringLike', `a\${*}b`, { 's3:prefix': 'a*b' }, 'admits'],
    ['StringLike', `a\${*}b`, { 's3:prefix': 'axb' }, 'denies'],
    ['StringLike', `a\${?}b`, { 's3:prefix': 'a?b' }, 'admits'],
    ['StringEquals', `\${$}{x}`, { 's3:prefix': `\${x}` }, 'admits'],
    [
      'ArnEquals',
      `arn:aws:iam::1:role/\${${TEAM}}`,
      { 's3:prefix': 'arn:aws:iam::1:role/red', [TEAM]: 'red' },
      'admits',
    ],
    [
      'Bool',
      `\${aws:MultiFactorAuthPresent}`,
      { 's3:prefix': 'true', 'aws:MultiFactorAuthPresent': 'true' },
      'admits',
    ],
  ] as const satisfies readonly (readonly [string, string, Keys, string])[])(
    '%s %s with %j: %s',
    (operator, wanted, keys, answer) => {
      expect(answerUnder({ [operator]: { 's3:prefix': wanted } }, keys)).toBe(answer);
    },
  );

  it.each(['2008-10-17', null])('are plain text in version %s', (version) => {
    const ask = (prefix: string) =>
      answerUnder(
        { StringEquals: { 's3:prefix': `\${aws:username}` } },
        { 's3:prefix': prefix, 'aws:username': 'ada' },
        version,
      );
    expect(ask('ada')).toBe('denies');
    expect(ask(`\${aws:username}`)).toBe('admits');
  });

  it('leaves wildcards their meaning where there are no variables', () => {
    const ask = (version: string) =>
      answerUnder({ StringLike: { 's3:prefix': `a\${*}` } }, { 's3:prefix': `a\${b}` }, version);
    expect(ask('2008-10-17')).toBe('admits');
    expect(ask('2012-10-17')).toBe('denies');
  });
});

describe('policy variables in resources', () => {
  const RESOURCE = `arn:aws:s3:::bucket/\${${TEAM}}/*`;
  const ask = (element: 'Resource' | 'NotResource', keys: Keys) =>
    evaluate([aPolicy(policyText({ [element]: RESOURCE }))], {
      caller: A_USER,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::bucket/red/x',
      context: aContext(keys),
    });

  it.each([
    ['Resource', { [TEAM]: 'red' }, 'admits'],
    ['Resource', { [TEAM]: 'blue' }, 'denies'],
    ['Resource', {}, 'denies'],
    ['Resource', { [TEAM]: 'UNKNOWN' }, 'unknown'],
    ['NotResource', { [TEAM]: 'red' }, 'denies'],
    ['NotResource', { [TEAM]: 'blue' }, 'admits'],
    ['NotResource', {}, 'unknown'],
    ['NotResource', { [TEAM]: 'UNKNOWN' }, 'unknown'],
  ] as const)('%s with %j: %s', (element, keys, answer) => {
    expect(ask(element, keys).answer).toBe(answer);
  });

  it('names the key that it could not know', () => {
    expect(ask('Resource', { [TEAM]: 'UNKNOWN' })).toMatchObject({ keys: [TEAM] });
  });
});
