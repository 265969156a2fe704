import { describe, expect, it } from 'vitest';
import type { FindingContext, FindingStates, WantedFinding } from './finding-states.ts';
import { LAST_SEEN_STEP_MS, settleFindings } from './finding-states.ts';

const NOON = 1_795_176_000_000;
const CLUSTER = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1';
const KEY = { namespace: 'payments', serviceAccount: 'api' };
const ROLE: WantedFinding = { kind: 'roleDrift', message: 'role is other' };
const context = (given: Partial<FindingContext> = {}): FindingContext => ({
  clusterArn: CLUSTER,
  key: KEY,
  at: NOON,
  judged: new Set(['roleDrift', 'tagDrift']),
  ...given,
});
const opened = (given: Partial<FindingContext> = {}) => settleFindings({}, [ROLE], context(given)).states;

describe('settleFindings', () => {
  it('opens what was not known', () => {
    const changes = settleFindings({}, [ROLE], context());
    expect(changes.items).toEqual([
      {
        type: 'finding',
        clusterArn: CLUSTER,
        id: 'roleDrift/payments/api',
        kind: 'roleDrift',
        severity: 'high',
        status: 'open',
        key: KEY,
        message: 'role is other',
        causeKey: `roleDrift/${CLUSTER}`,
        firstSeenAt: NOON,
        lastSeenAt: NOON,
      },
    ]);
    expect(changes.opened).toEqual(changes.items);
    expect(changes.changed).toBe(true);
  });

  it('writes nothing when the same is seen again, and the same states stand', () => {
    const before = opened();
    const changes = settleFindings(before, [ROLE], context({ at: NOON + LAST_SEEN_STEP_MS - 1 }));
    expect(changes).toEqual({ states: before, changed: false, items: [], ends: [], opened: [] });
    expect(changes.states).toBe(before);
  });

  it.each<{ when: string; wanted?: WantedFinding; given: Partial<FindingContext> }>([
    { when: 'a day has passed', given: { at: NOON + LAST_SEEN_STEP_MS } },
    { when: 'it says something else', wanted: { ...ROLE, message: 'role is a third' }, given: {} },
    { when: 'somebody brought it about again', given: { cause: { principal: 'p', eventId: 'e-2', at: 1 } } },
  ])('writes it anew, as no news, when $when', ({ wanted = ROLE, given }) => {
    const changes = settleFindings(opened(), [wanted], context(given));
    expect(changes.items).toMatchObject([
      { firstSeenAt: NOON, lastSeenAt: given.at ?? NOON, status: 'open' },
    ]);
    expect(changes.opened).toEqual([]);
  });

  it('keeps who brought it about, when later looks cannot tell', () => {
    const cause = { principal: 'p', eventId: 'e-1', at: 1 };
    const later = context({ at: NOON + LAST_SEEN_STEP_MS });
    expect(settleFindings(opened({ cause }), [ROLE], later).items).toMatchObject([{ cause }]);
  });

  it.each([
    { known: 5, told: 7, kept: 'told' },
    { known: 5, told: 5, kept: 'told' },
    { known: 5, told: 3, kept: 'known' },
  ])(
    'names whoever changed it last, in whichever order that is heard of: $known, then $told',
    ({ known, told, kept }) => {
      const cause = (eventId: string, at: number) => ({ principal: 'p', eventId, at });
      const before = opened({ cause: cause('known', known) });
      const { states } = settleFindings(before, [ROLE], context({ cause: cause('told', told) }));
      expect(states.roleDrift?.cause?.eventId).toBe(kept);
    },
  );

  it('ends by the cause by which it was opened, whoever touched it meanwhile', () => {
    const touch = (eventId: string) => context({ cause: { principal: 'p', eventId, at: 1 } });
    const states = settleFindings(opened(touch('e-1')), [ROLE], touch('e-2')).states;
    expect(states.roleDrift).toMatchObject({ cause: { eventId: 'e-2' }, causeKey: 'event/e-1' });
    expect(settleFindings(states, [], touch('e-3')).ends).toMatchObject([{ causeKey: 'event/e-1' }]);
    // Written by a version that did not keep it.
    const { causeKey: _, ...old } = opened(touch('e-1')).roleDrift ?? {};
    expect(settleFindings({ roleDrift: old }, [], context()).ends).toMatchObject([{ causeKey: 'event/e-1' }]);
  });

  it.each([
    { repaired: true, status: 'repaired' },
    { repaired: false, status: 'resolved' },
  ])('ends as $status what is gone', ({ repaired, status }) => {
    const changes = settleFindings(opened(), [], context({ repaired }));
    const end = {
      clusterArn: CLUSTER,
      id: 'roleDrift/payments/api',
      kind: 'roleDrift',
      status,
      endedAt: NOON,
      causeKey: `roleDrift/${CLUSTER}`,
    };
    expect(changes).toEqual({ states: {}, changed: true, items: [], ends: [end], opened: [] });
  });

  it('leaves alone what nobody judged', () => {
    const before = opened();
    expect(settleFindings(before, [], context({ judged: new Set() })).states).toBe(before);
  });

  it('notes what was found and put right at once as repaired, and keeps no state of it', () => {
    const changes = settleFindings({}, [{ ...ROLE, repaired: true }], context());
    expect(changes.items).toMatchObject([{ status: 'repaired', endedAt: NOON }]);
    expect(changes.states).toEqual({});
  });

  const waiver = { reason: 'r', by: 'b', until: NOON + 1_000 };
  const waived: FindingStates = { roleDrift: { ...opened().roleDrift, waiver } };
  it('remembers a waiver while the finding is away, and applies it when it comes back', () => {
    const away = settleFindings(waived, [], context());
    expect(away.states).toEqual({ roleDrift: { waiver } });
    const back = settleFindings(away.states, [ROLE], context());
    expect(back.items).toMatchObject([{ status: 'waived', waiver }]);
    expect(back.opened).toEqual([]);
  });

  it.each([
    { when: 'the waiver has ended', until: NOON, causeKey: `roleDrift/${CLUSTER}` },
    { when: 'the waiver holds', until: NOON + 1, causeKey: 'event/e-1' },
    { when: 'it is put right just then', until: NOON, repaired: true as const, causeKey: 'event/e-1' },
  ])('is open by $causeKey, which an event was, when $when', ({ until, repaired, causeKey }) => {
    const cause = { principal: 'p', eventId: 'e-1', at: 1 };
    const before = { roleDrift: { ...opened({ cause }).roleDrift, waiver: { ...waiver, until } } };
    const wanted = { ...ROLE, message: 'role is a third', ...(repaired ? { repaired } : {}) };
    const changes = settleFindings(before, [wanted], context());
    expect(changes.items).toMatchObject([{ causeKey, cause }]);
  });

  it('opens again what is still there when the waiver has ended, and forgets a waiver that has', () => {
    const at = NOON + 1_000;
    const changes = settleFindings(waived, [ROLE], context({ at }));
    expect(changes.items).toMatchObject([{ status: 'open' }]);
    // Whoever was told that it is accepted is told that it is not any more.
    expect(changes.opened).toEqual(changes.items);
    expect(settleFindings(changes.states, [ROLE], context({ at })).opened).toEqual([]);
    expect(settleFindings({ roleDrift: { waiver } }, [], context({ at })).states).toEqual({});
  });
});
