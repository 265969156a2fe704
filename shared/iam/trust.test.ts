import { describe, expect, it } from 'vitest';
import { aContext, type Keys, trustPolicyText } from '#test/builders/policy.ts';
import type { Caller } from './principals.ts';
import { evaluateTrustPolicy } from './trust.ts';

const PODS: Caller = { kind: 'service', service: 'pods.eks.amazonaws.com' };
const BOTH = ['sts:AssumeRole', 'sts:TagSession'];

function ask(text: string, keys: Keys = {}, caller: Caller = PODS) {
  return evaluateTrustPolicy(text, { caller, actions: BOTH, context: aContext(keys) });
}

describe('evaluateTrustPolicy', () => {
  it('admits both actions of one statement', () => {
    const by = { index: 0, conditions: [] };
    expect(ask(trustPolicyText({}))).toEqual({
      answer: 'admits',
      viaAccount: false,
      actions: BOTH.map((action) => ({ action, answer: { answer: 'admits', grant: 'direct', by } })),
    });
  });

  it('admits actions that different statements allow', () => {
    expect(ask(trustPolicyText({ Action: 'sts:AssumeRole' }, { Action: 'sts:TagSession' })).answer).toBe(
      'admits',
    );
  });

  it('denies when one action is missing', () => {
    const answer = ask(trustPolicyText({ Action: 'sts:AssumeRole' }));
    expect(answer).toMatchObject({
      answer: 'denies',
      actions: [
        { answer: { answer: 'admits' } },
        { answer: { answer: 'denies', nearMisses: [{ missed: 'action' }] } },
      ],
    });
  });

  it('does not know when one action is in doubt, and denies when another is refused', () => {
    const doubtful = { Action: 'sts:TagSession', Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
    const keys: Keys = { 'aws:SecureTransport': 'UNKNOWN' };
    expect(ask(trustPolicyText({ Action: 'sts:AssumeRole' }, doubtful), keys)).toMatchObject({
      answer: 'unknown',
      keys: ['aws:SecureTransport'],
    });
    expect(ask(trustPolicyText(doubtful), keys).answer).toBe('denies');
  });

  it('says so when only the account is trusted', () => {
    const caller: Caller = { kind: 'roleSession', roleArn: 'arn:aws:iam::111122223333:role/app' };
    const text = trustPolicyText({ Principal: { AWS: '111122223333' } });
    expect(ask(text, {}, caller)).toMatchObject({ answer: 'admits', viaAccount: true });
    const named = trustPolicyText({
      Principal: { AWS: ['111122223333', 'arn:aws:iam::111122223333:role/app'] },
    });
    expect(ask(named, {}, caller)).toMatchObject({ answer: 'admits', viaAccount: false });
  });

  it('takes a context for each action', () => {
    const text = trustPolicyText({ Condition: { StringEquals: { 'sts:ExternalId': 'x' } } });
    const answer = evaluateTrustPolicy(text, {
      caller: PODS,
      actions: BOTH,
      context: (action) => aContext({ 'sts:ExternalId': action === 'sts:AssumeRole' ? 'x' : 'UNKNOWN' }),
    });
    expect(answer).toMatchObject({ answer: 'unknown', keys: ['sts:ExternalId'] });
  });

  it('answers malformed, and does not throw', () => {
    expect(ask('{"Statement":[}')).toMatchObject({ answer: 'malformed', problems: [{ code: 'notJson' }] });
  });
});
