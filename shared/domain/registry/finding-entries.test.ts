import { describe, expect, it } from 'vitest';
import { findingAudit } from './finding-entries.ts';
import type { OutboxEntry } from './outbox-entry.ts';

const NOON = 1_795_176_000_000;
const ABOUT = {
  clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1',
  id: 'trustPolicyInvalid/payments/api',
  kind: 'trustPolicyInvalid',
  severity: 'critical',
  causeKey: 'event/e-1',
  key: { namespace: 'payments', serviceAccount: 'api' },
  cause: { principal: 'lee', eventId: 'e-1', at: NOON },
} as const;
const WRITTEN = {
  at: NOON,
  by: 'reconcile',
  clusterArn: ABOUT.clusterArn,
  key: ABOUT.key,
  cause: ABOUT.cause,
};

describe('the audit of findings', () => {
  it.each<{ what: string; told: OutboxEntry; written: object | undefined }>([
    {
      what: 'says what opened and who brought it about',
      told: { type: 'FindingOpened', ...ABOUT, message: 'it must let pods in' },
      written: { action: 'findingOpened', detail: 'trustPolicyInvalid: it must let pods in', ...WRITTEN },
    },
    {
      what: 'says what ended without us',
      told: { type: 'FindingResolved', status: 'resolved', ...ABOUT },
      written: { action: 'findingEnded', detail: 'trustPolicyInvalid', ...WRITTEN },
    },
    {
      what: 'leaves a repair to the entry of the write',
      told: { type: 'FindingResolved', status: 'repaired', ...ABOUT },
      written: undefined,
    },
    {
      what: 'leaves a waiver to the entry of the waiver',
      told: { type: 'FindingResolved', status: 'waived', ...ABOUT },
      written: undefined,
    },
    {
      what: 'has nothing to say of the rest',
      told: { type: 'WritesFrozen', by: 'alice', reason: 'OPS-7' },
      written: undefined,
    },
  ])('$what', ({ told, written }) => {
    expect(findingAudit([told], NOON, 'reconcile')).toEqual(written ? [written] : []);
  });
});
