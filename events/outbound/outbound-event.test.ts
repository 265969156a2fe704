import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outboundJsonSchema } from './json-schema.ts';
import { outboundEvent } from './outbound-event.ts';
import { parseOutbound } from './parse-outbound.ts';
import { OUTBOUND_EVENTS } from './registry.ts';
import { OUTBOUND_SAMPLES } from './samples.ts';

const CLUSTER = { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'c1' };
const ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/c1';
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const ROLE = 'arn:aws:iam::111122223333:role/r';
const CAUSE = { principal: 'p', eventId: 'e1', at: 1 };
const FINDING = { at: 1, findingId: 'f', finding: 'roleMissing', severity: 'high', summary: 's' } as const;
const DRIFT = { at: 1, cluster: CLUSTER, key: KEY, drift: ['roleDrift'], summary: 's' } as const;

describe('every event of ours', () => {
  it('has a sample', () => {
    expect(OUTBOUND_SAMPLES.map((event) => event['detail-type'])).toEqual(Object.keys(OUTBOUND_EVENTS));
  });

  it.each(OUTBOUND_SAMPLES)('$detail-type is read as it was made, from a value and from text', (event) => {
    expect(parseOutbound(event)).toEqual({ kind: 'event', event });
    expect(parseOutbound(JSON.stringify({ ...event, id: '1', account: '111122223333' }))).toEqual({
      kind: 'event',
      event,
    });
    expect(event.detail).toMatchObject({
      schemaVersion: 1,
      causeKey: expect.stringMatching(/^[a-zA-Z]+\/.+/),
    });
  });
});

describe('what to notify by', () => {
  it.each([
    { event: outboundEvent('AssociationDrifted', { ...DRIFT, cause: CAUSE }), causeKey: 'event/e1' },
    {
      event: outboundEvent('FindingOpened', { ...FINDING, cluster: CLUSTER, roleArn: ROLE, cause: CAUSE }),
      causeKey: 'event/e1',
    },
    { event: outboundEvent('AssociationDrifted', DRIFT), causeKey: `drift/${ARN}` },
    {
      event: outboundEvent('FindingOpened', { ...FINDING, cluster: CLUSTER, roleArn: ROLE }),
      causeKey: `roleMissing/${ROLE}`,
    },
    {
      event: outboundEvent('FindingResolved', { ...FINDING, roleArn: ROLE, status: 'resolved' }),
      causeKey: `roleMissing/${ROLE}`,
    },
    {
      event: outboundEvent('FindingOpened', { ...FINDING, cluster: CLUSTER }),
      causeKey: `roleMissing/${ARN}`,
    },
    {
      event: outboundEvent('ClusterRetired', { at: 1, cluster: CLUSTER, why: 'deleted' }),
      causeKey: `cluster/${ARN}`,
    },
    {
      event: outboundEvent('BrakeEngaged', { at: 1, scope: 'fleet', held: 1, cap: 50 }),
      causeKey: 'brake/fleet',
    },
    {
      event: outboundEvent('BrakeReleased', {
        at: 1,
        scope: 'cluster',
        cluster: CLUSTER,
        by: 'a',
        reason: 'r',
      }),
      causeKey: `brake/${ARN}`,
    },
    { event: outboundEvent('Frozen', { at: 1, by: 'a', reason: 'r' }), causeKey: 'freeze/fleet' },
    { event: outboundEvent('Unfrozen', { at: 2, by: 'a', reason: 'r' }), causeKey: 'freeze/fleet' },
    {
      event: outboundEvent('FindingResolved', { ...FINDING, status: 'resolved', cause: CAUSE }, 'event/e0'),
      causeKey: 'event/e0',
    },
  ])('is $causeKey', ({ event, causeKey }) => {
    expect(event.detail.causeKey).toBe(causeKey);
    expect(event.resources).toEqual('cluster' in event.detail ? [ARN] : []);
  });
});

describe('parseOutbound', () => {
  const frozen = outboundEvent('Frozen', { at: 1, by: 'alice', reason: 'r' });
  it.each([
    { when: 'another source', event: { ...frozen, source: 'aws.eks' }, reason: 'notOurs' },
    { when: 'no event', event: undefined, reason: 'notOurs' },
    { when: 'no JSON', event: '{', reason: 'notOurs' },
    { when: 'no version', event: { ...frozen, detail: {} }, reason: 'notOurs' },
    { when: 'a new kind', event: { ...frozen, 'detail-type': 'TeamAdded' }, reason: 'unknownType' },
    {
      when: 'a name of every object',
      event: { ...frozen, 'detail-type': 'constructor' },
      reason: 'unknownType',
    },
    {
      when: 'a later version',
      event: { ...frozen, detail: { ...frozen.detail, schemaVersion: 2 } },
      reason: 'unknownVersion',
    },
    {
      when: 'a field of another type',
      event: { ...frozen, detail: { ...frozen.detail, at: 'now' } },
      reason: 'invalid',
    },
    {
      when: 'a field that is missing',
      event: { ...frozen, detail: { ...frozen.detail, by: undefined } },
      reason: 'invalid',
    },
  ])('refuses $when', ({ event, reason }) => {
    expect(parseOutbound(event)).toMatchObject({
      kind: 'refused',
      reason,
      detail: expect.stringMatching(/./),
    });
  });

  it('leaves out what a later addition brought', () => {
    const later = { ...frozen, detail: { ...frozen.detail, ticket: 'INC-1' } };
    expect(parseOutbound(later)).toEqual({ kind: 'event', event: frozen });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(OUTBOUND_EVENTS)), (detail, type) => {
        const event = { source: 'rolecall', 'detail-type': type, detail };
        expect(parseOutbound(event)).toMatchObject({ kind: 'refused' });
        expect(parseOutbound(detail)).toMatchObject({ kind: 'refused' });
      }),
    );
  });
});

describe('the JSON Schema', () => {
  it('defines every detail, open to additions', () => {
    const { $defs, oneOf } = outboundJsonSchema() as {
      $defs: Record<string, object>;
      oneOf: readonly object[];
    };
    expect(Object.keys($defs)).toEqual(Object.keys(OUTBOUND_EVENTS));
    expect(oneOf).toHaveLength(Object.keys(OUTBOUND_EVENTS).length);
    expect($defs['Frozen']).toMatchObject({
      type: 'object',
      required: ['schemaVersion', 'at', 'causeKey', 'by', 'reason'],
      properties: { schemaVersion: { const: 1 }, by: { type: 'string' } },
    });
    expect($defs['Frozen']).not.toHaveProperty('additionalProperties');
  });
});
