import { describe, expect, it } from 'vitest';
import { type Attempt, idempotencyToken } from './idempotency-token.ts';

function anAttempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    cluster: { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' },
    key: { namespace: 'payments', serviceAccount: 'api' },
    operation: 'update',
    desiredRevision: 7,
    observed: { associationId: 'a-00000000000000001', modifiedAt: 1_795_000_000_123 },
    episode: 'episode-1',
    ...changes,
  };
}

describe('the idempotency token', () => {
  it('is the same for a retry of one attempt, on every machine', () => {
    expect(idempotencyToken(anAttempt())).toBe(
      '71c7b40256c290f0509eab95182daaa87e649839cef74cb21b23c1dc6c2bdfd8',
    );
  });

  it.each<{ when: string; changes: Partial<Attempt> }>([
    { when: 'a new episode begins', changes: { episode: 'episode-2' } },
    { when: 'another revision is wanted', changes: { desiredRevision: 8 } },
    { when: 'the revision is a text', changes: { desiredRevision: '7' } },
    { when: 'it is a create', changes: { operation: 'create' } },
    { when: 'there is no association', changes: { observed: undefined } },
    {
      when: 'the association is another one',
      changes: { observed: { associationId: 'a-00000000000000002', modifiedAt: 1_795_000_000_123 } },
    },
    {
      when: 'the association was modified',
      changes: { observed: { associationId: 'a-00000000000000001', modifiedAt: 1_795_000_000_124 } },
    },
    {
      when: 'it is another service account',
      changes: { key: { namespace: 'payments', serviceAccount: 'b' } },
    },
    {
      when: 'it is the same name in another region',
      changes: { cluster: { partition: 'aws', account: '111122223333', region: 'us-east-1', name: 'c1' } },
    },
  ])('is another when $when', ({ changes }) => {
    const token = idempotencyToken(anAttempt(changes));
    expect(token).not.toBe(idempotencyToken(anAttempt()));
    expect(token).toMatch(/^[0-9a-f]{64}$/);
  });
});
