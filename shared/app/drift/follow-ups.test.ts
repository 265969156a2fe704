import { describe, expect, it } from 'vitest';
import type { ReconcileMessage } from '#events/messages/reconcile-message.ts';
import type { KeyOutcome } from '#shared/app/reconcile/repair.ts';
import type { ReconcileAnswer } from '#shared/app/registry/reconcile-request.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { FakeQueue } from '#test/fakes/fake-queue.ts';
import { ManualClock, NOON } from '#test/fakes/manual-clock.ts';
import { followUps, lookAgainAtUnread } from './follow-ups.ts';
import { resumeWaiting } from './resume-waiting.ts';

const CLUSTER = aCluster();
const API = { namespace: 'payments', serviceAccount: 'api' };
const EVENT: ReconcileMessage = {
  version: 1,
  cluster: { partition: 'aws', account: '111122223333', region: 'eu-west-1', name: 'prod-1' },
  keys: [API],
  why: 'UpdatePodIdentityAssociation',
};
const MINUTE = 60_000;

type Reconciled = Extract<ReconcileAnswer, { readonly kind: 'reconciled' }>;

function anAnswer(given: Partial<Reconciled>): Reconciled {
  return {
    kind: 'reconciled',
    cluster: CLUSTER,
    frozen: false,
    outcomes: [],
    deferred: [],
    contested: [],
    left: [],
    brakeUnsure: false,
    braked: 0,
    failing: 0,
    ...given,
  };
}

const FROZEN: KeyOutcome = {
  decision: { ...API, verdict: { kind: 'hold', reason: 'frozen' }, drift: ['roleDrift'], reason: 'r' },
};

/** The one message by which it comes back, and after how many seconds. */
function back(answer: Partial<Reconciled>, now: number, message = EVENT) {
  const context = { message, lookedAt: now, now, settleMs: 15_000, episodeId: 'e' };
  const [first, ...others] = followUps(anAnswer(answer), context);
  if (!first || others.length > 0) throw new Error('not just one follow-up');
  return { message: JSON.parse(first.body) as ReconcileMessage, delaySeconds: first.delaySeconds };
}

/** How many of these messages the reconcile queue takes when they have waited. */
async function taken(messages: readonly ReconcileMessage[]): Promise<number> {
  const queue = new FakeQueue({ clock: new ManualClock(), name: 'reconcile.fifo', fifo: true });
  for (const [index, message] of messages.entries()) {
    await resumeWaiting(queue, { id: `waiting-${index}`, body: JSON.stringify(message) });
  }
  return queue.sent.length;
}

describe('what waits for the same', () => {
  const UNTIL = NOON + 40 * MINUTE;

  it.each([
    { what: 'keys that are fought over', answer: { deferred: [{ key: API, until: UNTIL }] }, beginsAt: NOON },
    // The next quarter but one minute is sixteen minutes away, which is more than a queue delays.
    { what: 'keys of a frozen cluster', answer: { outcomes: [FROZEN] }, beginsAt: NOON - MINUTE },
  ])('$what come together, whenever they began to wait', async ({ answer, beginsAt }) => {
    const messages = [0, 7_000, 30_000].map((later) => back(answer, beginsAt + later).message);
    expect(await taken(messages)).toBe(1);
  });

  it.each([
    { minutesLeft: 40, delaySeconds: 600 },
    { minutesLeft: 16, delaySeconds: 60 },
    { minutesLeft: 15, delaySeconds: 900 },
    { minutesLeft: 1, delaySeconds: 60 },
  ])(
    'waits $delaySeconds s first when it has $minutesLeft minutes to wait',
    ({ minutesLeft, delaySeconds }) => {
      const answer = { deferred: [{ key: API, until: UNTIL }] };
      expect(back(answer, UNTIL - minutesLeft * MINUTE).delaySeconds).toBe(delaySeconds);
    },
  );

  it.each([{ behindMs: 1 }, { behindMs: 50 }, { behindMs: 3_000 }])(
    'is not lost where a host whose clock is $behindMs ms behind finds that it has to wait still',
    async ({ behindMs }) => {
      const answer = { deferred: [{ key: API, until: UNTIL }] };
      const first = back(answer, UNTIL - MINUTE).message;
      const second = back(answer, UNTIL - behindMs, first).message;
      expect(await taken([first, second])).toBe(2);
    },
  );
});

it('what a host whose clock is behind has wait, others having come by already, is not taken for them', async () => {
  const until = NOON + 40 * MINUTE;
  const answer = { deferred: [{ key: API, until }] };
  const others = back(answer, until - MINUTE).message;
  expect(await taken([others, back(answer, until - 50).message])).toBe(2);
});

describe('a cluster of which the brake holds some, or perhaps none any more', () => {
  it('is looked at as a whole at the next quarter, once for many messages', async () => {
    const messages = [0, 7_000].map((later) => back({ brakeUnsure: true }, NOON + later));
    expect(messages[0]).toMatchObject({ message: { keys: 'all', why: 'brake' }, delaySeconds: 900 });
    expect(await taken(messages.map(({ message }) => message))).toBe(1);
  });
});

describe('a write that goes on', () => {
  const later = {
    kind: 'later',
    why: 'answerLost',
    afterMs: 500,
    message: 'm',
    mayHaveWritten: true,
  } as const;
  const outcomes = [{ decision: FROZEN.decision, outcome: later }];
  const context = { message: EVENT, lookedAt: NOON, now: NOON, settleMs: 15_000, episodeId: 'e' };

  it.each([
    { comesAgain: false, messages: 1 },
    { comesAgain: true, messages: 0 },
  ])(
    'comes back by itself, but not with each try of a message that fails: $comesAgain',
    ({ comesAgain, messages }) => {
      expect(followUps(anAnswer({ outcomes }), { ...context, comesAgain })).toHaveLength(messages);
    },
  );
});

describe('a cluster that could not be read', () => {
  it('is looked at again as something new: no write of before goes on with it', () => {
    const [again] = lookAgainAtUnread({ message: { ...EVENT, episode: 'e-1' }, now: NOON });
    expect(JSON.parse(again?.body ?? '')).not.toHaveProperty('episode');
  });

  it.each([
    { what: 'once for many events', messages: [EVENT, { ...EVENT, why: 'another' }], looks: 1 },
    {
      what: 'once, and for each role that changed',
      messages: [
        { ...EVENT, roleChanged: true, cause: { principal: 'eve', eventId: 'e-1', at: NOON } },
        { ...EVENT, roleChanged: true, cause: { principal: 'bob', eventId: 'e-2', at: NOON } },
        { ...EVENT, roleChanged: true, cause: { principal: 'bob', eventId: 'e-2', at: NOON } },
      ],
      looks: 3,
    },
  ])('is looked at again $what', async ({ messages, looks }) => {
    const again = messages.flatMap((message) => lookAgainAtUnread({ message, now: NOON }));
    expect(await taken(again.map(({ body }) => JSON.parse(body) as ReconcileMessage))).toBe(looks);
  });

  it('is looked at again also when a clock that is behind gives it up once more for the same time', async () => {
    const [first] = lookAgainAtUnread({ message: EVENT, now: NOON });
    const came = JSON.parse(first?.body ?? '') as ReconcileMessage;
    const [second] = lookAgainAtUnread({ message: came, now: NOON });
    expect(await taken([came, JSON.parse(second?.body ?? '') as ReconcileMessage])).toBe(2);
  });
});
