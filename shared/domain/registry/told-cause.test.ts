import { describe, expect, it } from 'vitest';
import { brakeScope } from './brake-ledger.ts';
import { findingCauseKey } from './cause-key.ts';
import type { FindingKind } from './finding.ts';
import { type CauseNews, isNewCause, type ToldCause, toldCause } from './told-cause.ts';

const NOON = 1_795_176_000_000;
const DAY = 24 * 3_600_000;
const ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1';
const ROLE = 'arn:aws:iam::111122223333:role/r';

describe('the cause of a finding', () => {
  const cause = { principal: 'p', eventId: 'e-1', at: NOON };
  it.each<{
    what: string;
    about: { kind: FindingKind; roleArn?: string; cause?: typeof cause };
    key: string;
  }>([
    { what: 'the event', about: { kind: 'roleMissing', roleArn: ROLE, cause }, key: 'event/e-1' },
    {
      what: 'without an event its role, over all clusters',
      about: { kind: 'roleMissing', roleArn: ROLE },
      key: `roleMissing/${ROLE}`,
    },
    { what: 'else its kind on its cluster', about: { kind: 'unmanaged' }, key: `unmanaged/${ARN}` },
    { what: 'the brake of its cluster', about: { kind: 'brakeEngaged' }, key: `brake/${ARN}` },
  ])('is $what', ({ about, key }) => {
    expect(findingCauseKey({ clusterArn: ARN, ...about })).toBe(key);
  });
});

describe('isNewCause', () => {
  const told = (given: Partial<ToldCause> = {}): ToldCause => {
    const cause = { type: 'toldCause', version: 3, causeKey: `roleMissing/${ROLE}`, toldAt: NOON } as const;
    return { ...cause, severity: 'high', ...given };
  };
  const event = { causeKey: 'event/e-1' };
  const high: CauseNews = { severity: 'high' };

  it.each<{ when: string; known?: ToldCause; news?: CauseNews; at?: number; answer: boolean }>([
    { when: 'nobody was told', answer: true },
    { when: 'it was told', known: told(), answer: false },
    { when: 'it was told of something worse', known: told({ severity: 'critical' }), answer: false },
    { when: 'it is worse than what was told', known: told({ severity: 'medium' }), answer: true },
    { when: 'an event got worse', known: told({ ...event, severity: 'low' }), answer: true },
    { when: 'it was told nearly a day ago', known: told(), at: NOON + DAY - 1, answer: false },
    { when: 'it was told a day ago', known: told(), at: NOON + DAY, answer: true },
    { when: 'an event was told a day ago', known: told(event), at: NOON + DAY, answer: false },
    {
      when: 'it came again',
      known: told({ occurrence: 1 }),
      news: { ...high, occurrence: 2 },
      answer: true,
    },
    {
      when: 'it is the same time of it',
      known: told({ occurrence: 1 }),
      news: { ...high, occurrence: 1 },
      answer: false,
    },
  ])('is $answer when $when', ({ known, news = high, at = NOON, answer }) => {
    expect(isNewCause(known, news, at)).toBe(answer);
  });

  it('is false once it is on record', () => {
    const news: CauseNews = { severity: 'high', occurrence: 7 };
    const record = toldCause('brake/fleet', told({ occurrence: 6 }), news, NOON);
    expect(record).toMatchObject({ version: 3, toldAt: NOON, occurrence: 7 });
    expect(isNewCause(record, news, NOON + 1)).toBe(false);
  });
});

describe('brakeScope', () => {
  const reading = (cluster: number, fleet: number) => ({
    cluster,
    fleet,
    total: fleet,
    releasedAt: 0,
    fleetReleasedAt: 0,
    latest: { cluster: 0, fleet: 0 },
  });
  const caps = { cluster: 5, fleet: 50 };
  it.each([
    { when: 'the cluster used all of its own', read: reading(5, 20), scope: ARN },
    { when: 'the fleet used all', read: reading(2, 50), scope: 'fleet' },
    { when: 'both did', read: reading(5, 50), scope: 'fleet' },
    { when: 'another cluster took the last place since', read: reading(2, 49), scope: 'fleet' },
    { when: 'nobody read it', read: undefined, scope: 'fleet' },
  ])('is $scope when $when', ({ read, scope }) => {
    expect(brakeScope(read, caps, ARN)).toBe(scope);
  });
});
