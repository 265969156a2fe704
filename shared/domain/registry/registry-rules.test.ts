import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCluster } from '#test/builders/a-cluster.ts';
import { aRecord } from '#test/builders/a-situation.ts';
import { anObservedAssociation } from '#test/builders/an-association.ts';
import { aDesired, anAssociationItem } from '#test/builders/registry-items.ts';
import {
  type AssociationItem,
  endedIntent,
  intended,
  recorded,
  recordOf,
  released,
  wishOf,
} from './association-item.ts';
import { brakeEntry, readBrake, releaseTime } from './brake-ledger.ts';
import { concludeKey } from './conclude.ts';
import {
  backOffMs,
  CONTEST_WINDOW_MS,
  contestEnds,
  contestText,
  type Disturbance,
  disturbedAgain,
  isContested,
} from './contest.ts';
import { FINDING_KINDS, findingId, parseFindingId } from './finding.ts';
import { fingerprint } from './fingerprint.ts';
import { isSameValue } from './same-value.ts';

const NOON = 1_795_176_000_000;
const INTENT = { kind: 'update', token: 't1', at: NOON } as const;
const TOMBSTONE = {
  kind: 'absent',
  clusterSet: 'default',
  revision: 2,
  releasedAt: 1,
  mode: 'enforce',
} as const;

describe('an intent', () => {
  it.each<{
    wish: string;
    item: Partial<AssociationItem>;
    kind: 'create' | 'update' | 'delete';
    given: boolean;
  }>([
    { wish: 'fields', item: {}, kind: 'update', given: true },
    { wish: 'fields', item: {}, kind: 'create', given: true },
    { wish: 'fields', item: {}, kind: 'delete', given: false },
    { wish: 'a tombstone', item: { desired: TOMBSTONE }, kind: 'delete', given: true },
    { wish: 'a tombstone', item: { desired: TOMBSTONE }, kind: 'create', given: false },
    {
      wish: 'what cannot be made concrete',
      item: {
        desired: { kind: 'unresolvable', clusterSet: 'default', revision: 1, releasedAt: 1, problem: 'p' },
      },
      kind: 'delete',
      given: false,
    },
  ])('to $kind is given leave by $wish: $given', ({ item, kind, given }) => {
    expect(intended(anAssociationItem(item), { ...INTENT, kind }) !== undefined).toBe(given);
  });

  it('is never given leave without a released wish', () => {
    const { desired: _, ...item } = anAssociationItem();
    for (const kind of ['create', 'update', 'adopt', 'delete'] as const) {
      expect(intended(item, { ...INTENT, kind })).toBeUndefined();
    }
  });

  it('keeps the tokens of the two before it, once each', () => {
    let item = anAssociationItem();
    for (const token of ['t1', 't2', 't2', 't3', 't4']) item = intended(item, { ...INTENT, token }) ?? item;
    expect(item.intent?.token).toBe('t4');
    expect(item.earlierTokens).toEqual(['t3', 't2']);
  });

  it('that nobody ended counts as a write that may have happened, and the record as matching nothing', () => {
    const record = aRecord({ matchedWish: 'd', observedRevision: '1' });
    const pending = anAssociationItem({ record, intent: INTENT });
    expect(recordOf(pending)).toEqual(aRecord({ lastWriteAt: NOON }));
    expect(recordOf(endedIntent(pending, 't1'))).toEqual(record);
    expect(endedIntent(pending, 'another')).toBe(pending);
  });
});

describe('a release', () => {
  it('of what is released already is none', () => {
    const item = anAssociationItem();
    expect(released(item, aDesired({ releasedAt: 9 }))).toBe(item);
    expect(released(item, aDesired({ revision: 2 })).desired?.revision).toBe(2);
  });

  it('becomes the wish that the reconcile core knows', () => {
    const mapping = { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' };
    expect(wishOf(anAssociationItem({ desired: TOMBSTONE }))).toEqual({
      kind: 'absent',
      mapping,
      revision: '2',
      mode: 'enforce',
    });
    expect(wishOf(anAssociationItem())).toMatchObject({ kind: 'fields', mapping, revision: '1' });
  });
});

describe('a record', () => {
  it('that says the same leaves the item as it is', () => {
    const item = anAssociationItem({ record: aRecord(), observedAt: 1 });
    expect(recorded(item, aRecord(), 2)).toBe(item);
    expect(recorded(item, undefined, 2)).toEqual(anAssociationItem({ observedAt: 2 }));
  });
});

describe('a fight', () => {
  it('is three times within an hour, and the pause doubles up to an hour', () => {
    let times: readonly Disturbance[] = [];
    const pauses: number[] = [];
    for (let count = 1; count <= 12; count += 1) {
      times = disturbedAgain(times, { at: NOON + count });
      pauses.push(backOffMs(times, NOON + count) / 60_000);
    }
    expect(pauses).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    expect(isContested(times, NOON + CONTEST_WINDOW_MS)).toBe(true);
    expect(isContested(times, NOON + 12 + CONTEST_WINDOW_MS)).toBe(false);
  });

  it('ends when the third last time is an hour ago', () => {
    const times = [1, 2, 3, 4].map((at) => ({ at: NOON + at }));
    expect(contestEnds(times.slice(0, 2), NOON + 10)).toBeUndefined();
    const ends = contestEnds(times, NOON + 10) ?? 0;
    expect(ends).toBe(NOON + 2 + CONTEST_WINDOW_MS);
    expect([isContested(times, ends - 1), isContested(times, ends)]).toEqual([true, false]);
    expect(contestEnds(times, ends)).toBeUndefined();
  });

  it.each<{ by: readonly (string | undefined)[]; until?: number; text: string }>([
    {
      by: ['arn:aws:iam::111122223333:user/bob', undefined, 'arn:aws:iam::111122223333:user/bob'],
      text: 'what Rolecall put right was undone within an hour twice by bob and once by somebody unknown',
    },
    {
      by: ['eve', 'arn:aws:sts::111122223333:assumed-role/ci/deploy', 'eve', 'eve', 'mallory'],
      until: NOON + 120_004,
      text: 'what Rolecall put right was undone within an hour 3 times by eve, once by deploy (ci) and once by mallory; the next repair waits 2 minutes',
    },
  ])('names who takes part, and how often: $text', ({ by, until, text }) => {
    const all = by.map((one, index) => ({ at: NOON + index, ...(one === undefined ? {} : { by: one }) }));
    expect(contestText(all, until)).toBe(text);
  });

  it('forgets who took part more than an hour before the last time', () => {
    const all = [
      { at: NOON, by: 'bob' },
      ...[1, 2, 3].map((ms) => ({ at: NOON + CONTEST_WINDOW_MS + ms, by: 'eve' })),
    ];
    expect(contestText(all, undefined)).toBe(
      'what Rolecall put right was undone within an hour 3 times by eve',
    );
  });
});

describe('a conclusion', () => {
  const story = {
    cluster: aCluster(),
    before: anAssociationItem({ record: aRecord({ observedRevision: '1' }) }),
    item: anAssociationItem({ record: aRecord() }),
    at: NOON,
  };
  const observed = anObservedAssociation({ roleArn: 'arn:aws:iam::111122223333:role/rogue' });
  const step = {
    kind: 'update',
    observed,
    changes: { roleArn: 'arn:aws:iam::111122223333:role/payments-api' },
    tagChanges: { set: {}, remove: [] },
    fields: aDesired().fields,
  } as const;
  const key = { namespace: 'payments', serviceAccount: 'api' };
  const verdicts = [
    { ...key, verdict: { kind: 'converged', observed }, drift: [], reason: 'r' },
    { ...key, verdict: step, drift: ['roleDrift'], reason: 'r' },
    { ...key, verdict: { kind: 'hold', reason: 'observeMode', step }, drift: ['roleDrift'], reason: 'r' },
    { ...key, verdict: { kind: 'report', finding: 'unmanaged', observed }, drift: [], reason: 'r' },
    { ...key, verdict: { kind: 'unknown', reason: 'describeFailed' }, drift: [], reason: 'r' },
    { ...key, verdict: { kind: 'settling' }, drift: ['roleDrift'], reason: 'r' },
  ] as const;

  it('drawn again from the same look changes nothing and tells nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...verdicts), fc.constantFrom(...verdicts), (first, second) => {
        const once = concludeKey({ ...story, decision: first });
        const other = concludeKey({ ...story, item: once.item, decision: second });
        const again = concludeKey({ ...story, item: other.item, decision: second });
        expect(again).toEqual({ item: other.item, findings: [], ends: [], audit: [], outbox: [] });
        expect(again.item).toBe(other.item);
      }),
    );
  });

  it('from what could not be seen leaves every finding as it is', () => {
    const [, , held, , unseen, settling] = verdicts;
    const open = concludeKey({ ...story, decision: held }).item;
    for (const decision of [unseen, settling]) {
      expect(concludeKey({ ...story, item: open, decision }).item).toBe(open);
    }
  });

  it.each([
    { ending: { kind: 'applied', step }, ids: ['repaired roleDrift/payments/api'] },
    {
      ending: { kind: 'found', finding: 'roleMissing', message: 'm' },
      ids: ['open roleDrift/payments/api', 'open roleMissing/payments/api'],
    },
    {
      ending: { kind: 'failed', error: { code: 'aws.accessDenied', message: 'm' } },
      ids: ['open roleDrift/payments/api', 'open repairFailed/payments/api'],
    },
    { ending: { kind: 'held', reason: 'frozen' }, ids: ['open roleDrift/payments/api'] },
    { ending: { kind: 'held', reason: 'braked' }, ids: ['open roleDrift/payments/api'] },
    { ending: { kind: 'held', reason: 'superseded' }, ids: [] },
    { ending: { kind: 'later' }, ids: [] },
  ] as const)('of a drift that ended $ending.kind: $ids', ({ ending, ids }) => {
    const { findings } = concludeKey({ ...story, decision: verdicts[1], ending });
    expect(findings.map(({ status, id }) => `${status} ${id}`)).toEqual(ids);
  });
});

describe('the brake', () => {
  const slot = (from: number, count: number, clusterArn = 'a') => ({ from, count, clusterArn });
  it('has as many places for the fleet as are not used within the window', () => {
    const ledger = { slots: [slot(NOON, 3), slot(NOON - 2 * 86_400_000, 4)], releases: [], total: 7 };
    const reading = readBrake(ledger, 'a', NOON);
    const latest = { cluster: NOON, fleet: NOON };
    expect(reading).toEqual({ cluster: 3, fleet: 3, total: 7, releasedAt: 0, fleetReleasedAt: 0, latest });
    // Two more of five: until nine were used ever.
    expect(brakeEntry('a', NOON, reading, 5)).toEqual({ clusterArn: 'a', from: NOON, totalBelow: 9 });
    expect(brakeEntry('a', NOON, reading, Number.POSITIVE_INFINITY)).toEqual({ clusterArn: 'a', from: NOON });
  });

  it.each([
    { scope: 'a', now: NOON + 10 * 60_000, at: NOON + 10 * 60_000, clock: 'right' },
    { scope: 'a', now: NOON - 120_000, at: NOON, clock: 'behind' },
    { scope: 'fleet', now: NOON - 120_000, at: NOON + 60_000, clock: 'behind' },
  ])('lets $scope go at no time before its latest use, where the clock is $clock', ({ scope, now, at }) => {
    const ledger = { slots: [slot(NOON, 3), slot(NOON + 60_000, 1, 'b')], releases: [], total: 4 };
    expect(releaseTime(readBrake(ledger, scope, now), scope, now)).toBe(at);
  });
});

describe('names', () => {
  it.each(FINDING_KINDS)('of a finding are read again: %s', (kind) => {
    const key = { namespace: 'payments', serviceAccount: 'api' };
    expect(parseFindingId(findingId(kind, key))).toEqual({ kind, key });
    expect(parseFindingId(findingId(kind, undefined))).toEqual({ kind });
  });

  it.each(['', 'nothing', 'roleDrift/a', 'roleDrift/a/b/c', 'roleDrift//b', 'constructor'])(
    'that no finding has are not: %j',
    (id) => {
      expect(parseFindingId(id)).toBeUndefined();
    },
  );

  it('that differ have fingerprints that do', () => {
    expect(fingerprint('role is a')).not.toBe(fingerprint('role is b'));
    expect(fingerprint('role is a')).toBe(fingerprint('role is a'));
  });
});

describe('isSameValue', () => {
  it.each<{ left: unknown; right: unknown; same: boolean }>([
    { left: { a: 1, b: [1, { c: 2 }] }, right: { b: [1, { c: 2 }], a: 1 }, same: true },
    { left: { a: undefined }, right: {}, same: true },
    { left: [1, 2], right: [2, 1], same: false },
    { left: [], right: {}, same: false },
    { left: { constructor: 1 }, right: {}, same: false },
    { left: null, right: {}, same: false },
  ])('$left and $right: $same', ({ left, right, same }) => {
    expect(isSameValue(left, right)).toBe(same);
  });
});
