import { describe, expect, it } from 'vitest';
import { type EnrolmentState, isRequestOver, withNews } from './enrolment-request.ts';

const OF = { requestId: 'r-1', clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/c1' };
const problem = { code: 'aws.accessDenied', message: 'no', at: 1 };
const of = (...states: readonly EnrolmentState[]) => states.map((state) => ({ state }));

describe('isRequestOver', () => {
  it.each([
    { when: 'nobody has taken it up', request: {}, outcomes: [], over: false },
    {
      when: 'the place cannot be read, for now',
      request: { problem: { ...problem, final: false } },
      outcomes: [],
      over: false,
    },
    {
      when: 'the place cannot be read',
      request: { problem: { ...problem, final: true } },
      outcomes: [],
      over: true,
    },
    { when: 'there are no clusters', request: { clusters: [] }, outcomes: [], over: true },
    {
      when: 'one has not begun',
      request: { clusters: ['a', 'b'] },
      outcomes: [...of('enrolled'), undefined],
      over: false,
    },
    { when: 'one waits', request: { clusters: ['a', 'b'] }, outcomes: of('known', 'waiting'), over: false },
    { when: 'one is tried again', request: { clusters: ['a'] }, outcomes: of('retrying'), over: false },
    {
      when: 'all have ended somehow',
      request: { clusters: ['a', 'b', 'c', 'd'] },
      outcomes: of('enrolled', 'known', 'missing', 'failed'),
      over: true,
    },
  ])('answers $over when $when', ({ request, outcomes, over }) => {
    expect(isRequestOver(request, outcomes)).toBe(over);
  });
});

describe('withNews', () => {
  const first = withNews(undefined, OF, { state: 'enrolled', mode: 'observe' }, 5);

  it('says what is new, with the version that it was decided from', () => {
    expect(first).toEqual({
      type: 'enrolmentOutcome',
      version: 0,
      ...OF,
      state: 'enrolled',
      mode: 'observe',
      at: 5,
    });
    const waiting = withNews(undefined, OF, { state: 'waiting', detail: 'it is CREATING' }, 1);
    expect(withNews(waiting && { ...waiting, version: 3 }, OF, { state: 'known' }, 9)).toEqual({
      type: 'enrolmentOutcome',
      version: 3,
      ...OF,
      state: 'known',
      at: 9,
    });
  });

  it('leaves it at first contact when the message comes twice', () => {
    expect(withNews(first, OF, { state: 'known', mode: 'observe' }, 6)).toBeUndefined();
  });
});
