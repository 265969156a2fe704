import { describe, expect, it } from 'vitest';
import { A_USER, aContext, aPolicy, type Keys } from '#test/builders/policy.ts';
import { evaluate } from './evaluate.ts';

const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const DENY = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
const whenTeam = (team: string) => ({ Condition: { StringEquals: { 'aws:PrincipalTag/team': team } } });

function ask(statements: readonly object[], keys: Keys = {}) {
  const policy = aPolicy(
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    'identity',
    'inline',
  );
  return evaluate([policy], {
    caller: A_USER,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::bucket/x',
    context: aContext(keys),
  });
}

const RED: Keys = { 'aws:PrincipalTag/team': 'red' };
const SOME_TEAM: Keys = { 'aws:PrincipalTag/team': 'UNKNOWN' };

describe('evaluate', () => {
  it.each([
    { when: 'nothing is said', statements: [], keys: {}, answer: 'denies' },
    { when: 'an allow applies', statements: [ALLOW], keys: {}, answer: 'admits' },
    { when: 'a deny applies', statements: [ALLOW, DENY], keys: {}, answer: 'denies' },
    { when: 'only a deny applies', statements: [DENY], keys: {}, answer: 'denies' },
    {
      when: 'a deny does not apply',
      statements: [{ ...DENY, ...whenTeam('blue') }, ALLOW],
      keys: RED,
      answer: 'admits',
    },
    {
      when: 'a deny might apply',
      statements: [ALLOW, { ...DENY, ...whenTeam('red') }],
      keys: SOME_TEAM,
      answer: 'unknown',
    },
    {
      when: 'a deny might apply to what nothing allows',
      statements: [{ ...DENY, ...whenTeam('red') }],
      keys: SOME_TEAM,
      answer: 'denies',
    },
    {
      when: 'an allow might apply',
      statements: [{ ...ALLOW, ...whenTeam('red') }],
      keys: SOME_TEAM,
      answer: 'unknown',
    },
    {
      when: 'one allow might and another does',
      statements: [{ ...ALLOW, ...whenTeam('red') }, ALLOW],
      keys: SOME_TEAM,
      answer: 'admits',
    },
    {
      when: 'an allow might and a deny does',
      statements: [{ ...ALLOW, ...whenTeam('red') }, DENY],
      keys: SOME_TEAM,
      answer: 'denies',
    },
    {
      when: 'the unknown allow is about another action',
      statements: [{ ...ALLOW, Action: 's3:PutObject', ...whenTeam('red') }],
      keys: SOME_TEAM,
      answer: 'denies',
    },
  ])('$answer when $when', ({ statements, keys, answer }) => {
    expect(ask(statements, keys).answer).toBe(answer);
  });

  it('names the statement and conditions that admitted', () => {
    expect(ask([DENY_OTHER, { ...ALLOW, Sid: 'Mine', ...whenTeam('red') }], RED)).toEqual({
      answer: 'admits',
      by: {
        policy: 'inline',
        index: 1,
        sid: 'Mine',
        conditions: [{ operator: 'StringEquals', key: 'aws:PrincipalTag/team' }],
      },
    });
  });

  it('names the statement that denied', () => {
    expect(ask([ALLOW, { ...DENY, Sid: 'No' }])).toEqual({
      answer: 'denies',
      kind: 'explicit',
      by: { policy: 'inline', index: 1, sid: 'No', conditions: [] },
    });
  });

  it('gives the first thing that did not match for every allow', () => {
    const answer = ask(
      [
        { ...ALLOW, Action: 's3:PutObject' },
        { ...ALLOW, Resource: 'arn:aws:s3:::other/*' },
        { ...ALLOW, ...whenTeam('blue') },
        DENY_OTHER,
        { ...ALLOW, Condition: { StringEquals: { 'aws:username': 'ada' } } },
      ],
      RED,
    );
    expect(answer).toEqual({
      answer: 'denies',
      kind: 'implicit',
      nearMisses: [
        { statement: { policy: 'inline', index: 0 }, missed: 'action' },
        { statement: { policy: 'inline', index: 1 }, missed: 'resource' },
        {
          statement: { policy: 'inline', index: 2 },
          missed: 'condition',
          condition: { operator: 'StringEquals', key: 'aws:PrincipalTag/team' },
          wanted: ['blue'],
          given: ['red'],
        },
        {
          statement: { policy: 'inline', index: 4 },
          missed: 'condition',
          condition: { operator: 'StringEquals', key: 'aws:username' },
          wanted: ['ada'],
        },
      ],
    });
  });

  it('names the keys that it could not know, and not those of statements that cannot matter', () => {
    const answer = ask(
      [
        { ...ALLOW, Sid: 'A', ...whenTeam('red') },
        { ...ALLOW, Action: 's3:PutObject', Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
        { ...DENY, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
      ],
      { ...SOME_TEAM, 'aws:SourceIp': 'UNKNOWN', 'aws:SecureTransport': 'UNKNOWN' },
    );
    expect(answer).toEqual({
      answer: 'unknown',
      keys: ['aws:PrincipalTag/team', 'aws:SourceIp'],
      open: [
        {
          statement: { policy: 'inline', index: 0, sid: 'A' },
          effect: 'Allow',
          conditions: [{ operator: 'StringEquals', key: 'aws:PrincipalTag/team' }],
          doubts: [{ why: 'unknownKey', key: 'aws:PrincipalTag/team' }],
        },
        {
          statement: { policy: 'inline', index: 2 },
          effect: 'Deny',
          conditions: [{ operator: 'IpAddress', key: 'aws:SourceIp' }],
          doubts: [{ why: 'unknownKey', key: 'aws:SourceIp' }],
        },
      ],
    });
  });
});

const DENY_OTHER = { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' };
