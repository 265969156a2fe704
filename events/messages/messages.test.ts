import { describe, expect, it } from 'vitest';
import { readEnrolMessage } from './enrol-message.ts';
import { readReconcileMessage } from './reconcile-message.ts';

const CLUSTER = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' };
const KEYS = [{ namespace: 'payments', serviceAccount: 'api' }];

describe('readReconcileMessage', () => {
  it.each([
    { what: 'keys', message: { version: 1, cluster: CLUSTER, keys: KEYS, why: 'event' } },
    { what: 'all of a cluster', message: { version: 1, cluster: CLUSTER, keys: 'all', why: 'event' } },
    {
      what: 'everything that may be in it',
      message: {
        version: 1,
        cluster: { ...CLUSTER, createdAt: 1 },
        keys: [{ ...KEYS[0], associationId: 'a-1', refusedSince: 2, failingSince: 4 }],
        why: 'event',
        cause: {
          principal: 'eve',
          eventId: 'e1',
          eventName: 'CreateRole',
          at: 3,
          affected: { serviceAccounts: 2, clusters: 1 },
        },
        eventId: 'e1',
        roleChanged: true,
        episode: 'm-1',
        mergeBy: 'frozen',
      },
    },
  ])('reads $what', ({ message }) => {
    expect(readReconcileMessage(JSON.stringify(message))).toEqual({ kind: 'message', message });
  });

  it.each([
    { what: 'no JSON', body: '{' },
    { what: 'nothing', body: '' },
    { what: 'a later version', body: JSON.stringify({ version: 2, cluster: CLUSTER, keys: 'all', why: '' }) },
    { what: 'no cluster', body: JSON.stringify({ version: 1, keys: 'all', why: '' }) },
    {
      what: 'another word than all',
      body: JSON.stringify({ version: 1, cluster: CLUSTER, keys: 'most', why: '' }),
    },
  ])('answers that $what is unreadable', ({ body }) => {
    expect(readReconcileMessage(body).kind).toBe('unreadable');
  });

  it('says where it is wrong', () => {
    const read = readReconcileMessage(JSON.stringify({ version: 1, cluster: {}, keys: 'all', why: '' }));
    expect(read).toMatchObject({ detail: expect.stringContaining('cluster.account') as string });
  });
});

describe('readEnrolMessage', () => {
  it('reads a change of a cluster', () => {
    const message = { version: 1, cluster: CLUSTER, change: 'created', at: 5, eventId: 'e1' };
    expect(readEnrolMessage(JSON.stringify(message))).toEqual({ kind: 'message', message });
  });

  it('does not read a change that it does not know', () => {
    const message = { version: 1, cluster: CLUSTER, change: 'renamed', at: 5 };
    expect(readEnrolMessage(JSON.stringify(message)).kind).toBe('unreadable');
  });
});
