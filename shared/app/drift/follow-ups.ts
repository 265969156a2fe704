import type { ReconcileKey, ReconcileMessage } from '#events/messages/reconcile-message.ts';
import type { Cluster } from '#shared/domain/cluster.ts';
import { formatKey, type KeyText } from '#shared/domain/key.ts';
import { MAX_DELAY_SECONDS, type OutgoingMessage } from '#shared/ports/messages.ts';
import { hintOf } from '../reconcile/episode.ts';
import type { KeyOutcome } from '../reconcile/repair.ts';
import type { ReconcileAnswer } from '../registry/reconcile-request.ts';
import { chunksOf } from './chunks-of.ts';
import { digestOf, toWaitingQueue } from './outgoing.ts';

export interface FollowUpContext {
  readonly message: ReconcileMessage;
  /** Epoch milliseconds: when the look began, and now. */
  readonly lookedAt: number;
  readonly now: number;
  readonly settleMs: number;
  /** Of the message, for what goes on. */
  readonly episodeId: string;
  /** Whether the message itself comes back, and came before: then what goes on goes on with it. */
  readonly comesAgain?: boolean;
}

type Reconciled = Extract<ReconcileAnswer, { readonly kind: 'reconciled' }>;

/** A key that has to be looked at again, and when (epoch milliseconds). */
interface Return {
  readonly key: ReconcileKey;
  readonly at: number;
  /** Why, for people; what waits for the same thing at the same time is one message. */
  readonly why: string;
  /** Whether a write of the key is under way, and goes on. */
  readonly goesOn?: true;
}

/** Somebody has to act before it goes on; nobody tells us when they have. */
const LOOK_AGAIN_MS = 900_000;
/**
 * Once is an accident, and the next look mends it. What goes on would else be tried every second for ever: a write that
 * EKS never answers, a key that it says is taken and never lists (facts §1.5).
 */
const NOT_THE_WORLD_WE_SAW: ReadonlySet<string> = new Set(['answerLost', 'changedMeanwhile']);
/** Another worker wrote to the key: soon all is quiet. */
const SUPERSEDED_MS = 1_000;

/**
 * The messages by which what is not over comes back, through the queue that waits, so that nothing in the cluster's
 * group has to wait for it.
 */
export function followUps(answer: Reconciled, context: FollowUpContext): readonly OutgoingMessage[] {
  const returns = [
    ...answer.outcomes.flatMap((outcome) => returnOf(outcome, context) ?? []),
    ...answer.deferred.map(({ key, until }) => leftAlone(withoutCause(key), until, context.now)),
    ...answer.contested.map(({ key, until }) => endOfFight(withoutCause(key), until, context.now)),
  ];
  const messages = [...grouped(returns).values()].flatMap((group) =>
    messagesOf(group, answer.cluster, context),
  );
  return answer.brakeUnsure ? [...messages, lookAgainForBrake(answer.cluster, context)] : messages;
}

/** Held by the brake once, and perhaps no more: only a look at the whole cluster can end that. */
function lookAgainForBrake(of: Cluster, { now, message }: FollowUpContext): OutgoingMessage {
  const { partition, account, region, name, createdAt } = of;
  const cluster = { partition, account, region, name, createdAt };
  const at = nextQuarter(now);
  const merged = mergedBy(`brake ${at}`, message);
  return toWaitingQueue({ version: 1, cluster, keys: 'all', why: 'brake', ...merged }, at - now);
}

/**
 * What follows when a cluster could not be read: the whole of it again, because whatever happened meanwhile went unseen.
 * Of a role that changed nothing at the cluster tells: the keys that use it come back as well, with who changed it.
 */
export function lookAgainAtUnread({
  message,
  now,
}: Pick<FollowUpContext, 'message' | 'now'>): readonly OutgoingMessage[] {
  const at = nextQuarter(now);
  const { eventId: _, mergeBy: __, episode: ___, cause, roleChanged, ...rest } = message;
  const all = { ...rest, keys: 'all' as const, why: 'unread', ...mergedBy(`unread ${at}`, message) };
  const ofAll = toWaitingQueue(all, at - now);
  if (!roleChanged || message.keys === 'all') return [ofAll];
  const name = `${mergeName('unread', at, message.keys.map(formatKey))} ${cause?.eventId}`;
  const role = {
    ...rest,
    ...(cause ? { cause } : {}),
    roleChanged,
    why: 'unread',
    ...mergedBy(name, message),
  };
  return [ofAll, toWaitingQueue(role, at - now)];
}

function returnOf({ decision, outcome }: KeyOutcome, context: FollowUpContext): Return | undefined {
  const { now, settleMs, lookedAt, message } = context;
  const key = keyOf(decision, context.message);
  const { verdict } = decision;
  if (outcome?.kind === 'later') {
    // The message as a whole comes back for that.
    if (outcome.why === 'throttled' || context.comesAgain) return undefined;
    const { associationId, afterMs, why } = outcome;
    const refused = why === 'rolePropagation' ? { refusedSince: key.refusedSince ?? now } : {};
    const failing = NOT_THE_WORLD_WE_SAW.has(why) ? { failingSince: key.failingSince ?? now } : {};
    const place = associationId === undefined ? {} : { associationId };
    const at = now + Math.max(afterMs, pauseMs(now - (failing.failingSince ?? now)));
    return { key: { ...key, ...place, ...refused, ...failing }, at, why, goesOn: true };
  }
  if (outcome?.kind === 'held' && outcome.reason === 'superseded') {
    return { key, at: now + SUPERSEDED_MS, why: 'superseded' };
  }
  const frozen =
    (outcome?.kind === 'held' && outcome.reason === 'frozen') ||
    (verdict.kind === 'hold' && verdict.reason === 'frozen');
  if (frozen) return { key, at: nextQuarter(now), why: 'frozen' };
  // What was changed a moment ago may not be seen yet (facts §1.5): a look that soon proves nothing.
  const changedAt = message.cause?.at;
  const early = changedAt !== undefined && Math.abs(lookedAt - changedAt) < settleMs;
  return verdict.kind === 'converged' && outcome === undefined && early && message.keys !== 'all'
    ? { key, at: changedAt + settleMs, why: 'settling' }
    : undefined;
}

/** Rarer and rarer: a quarter of the time for which it has not gone well, and a quarter of an hour at most. */
function pauseMs(failingMs: number): number {
  return Math.min(LOOK_AGAIN_MS, failingMs / 4);
}

/** Where the time is just about to come, others may have come by for it already, by a clock that is ahead of ours. */
function leftAlone(key: ReconcileKey, until: number, now: number): Return {
  return { key, at: Math.max(until, now + 1_000), why: 'contested' };
}

/**
 * A fight is over when nobody has gone on with it for an hour, and only a look says so. Until then it comes back by the
 * quarter, so that the looks of one fight are one message. A moment late, since another host's clock may be behind.
 */
function endOfFight(key: ReconcileKey, until: number, now: number): Return {
  return { key, at: Math.max(now + 1_000, Math.min(until + 5_000, nextQuarter(now))), why: FIGHT_ENDS };
}

const FIGHT_ENDS = 'fightEnds';

function keyOf(decision: KeyOutcome['decision'], { keys }: ReconcileMessage): ReconcileKey {
  const told = keys === 'all' ? undefined : keys.find((key) => formatKey(key) === formatKey(decision));
  const { refusedSince, failingSince } = told ?? {};
  return {
    ...hintOf(decision),
    ...(refusedSince === undefined ? {} : { refusedSince }),
    ...(failingSince === undefined ? {} : { failingSince }),
  };
}

function withoutCause({ namespace, serviceAccount }: ReconcileKey): ReconcileKey {
  return { namespace, serviceAccount };
}

/** At least a minute away, so that whoever comes a little early does not ask for the same time once more. */
function nextQuarter(now: number): number {
  return Math.ceil((now + 60_000) / LOOK_AGAIN_MS) * LOOK_AGAIN_MS;
}

/**
 * When what waits longer than a queue delays comes by on its way: counted back from the end, so that all who wait for the
 * same time come by together.
 */
function nextStop(at: number, now: number): number {
  const stops = Math.max(0, Math.ceil((at - now) / LONGEST_DELAY_MS) - 1);
  return at - stops * LONGEST_DELAY_MS;
}

const LONGEST_DELAY_MS = MAX_DELAY_SECONDS * 1000;

function grouped(returns: readonly Return[]): ReadonlyMap<string, readonly Return[]> {
  const groups = new Map<string, Return[]>();
  for (const one of returns) {
    const name = `${one.why} ${one.at} ${one.goesOn ?? false}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return groups;
}

const KEYS_A_RETURN = 100;

function messagesOf(
  group: readonly Return[],
  cluster: Cluster,
  { message, now, episodeId }: FollowUpContext,
): readonly OutgoingMessage[] {
  const [first] = group;
  if (first === undefined) return [];
  const { why, at, goesOn } = first;
  const { partition, account, region, name, createdAt } = cluster;
  return chunksOf(group, KEYS_A_RETURN).map((some) => {
    const keys = some.map(({ key }) => key);
    const due = nextStop(at, now);
    return toWaitingQueue(
      {
        version: 1,
        cluster: { partition, account, region, name, createdAt },
        keys,
        why,
        ...(why === FIGHT_ENDS ? {} : causeOfKeys(message)),
        ...(message.roleChanged === undefined ? {} : { roleChanged: message.roleChanged }),
        ...(goesOn ? { episode: episodeId } : {}),
        ...(MERGED.has(why) ? mergedBy(mergeName(why, due, keys.map(formatKey)), message) : {}),
      },
      due - now,
    );
  });
}

/** Whoever changed something of the cluster has not changed the keys that are found to differ then. */
function causeOfKeys({ keys, cause }: ReconcileMessage): Pick<ReconcileMessage, 'cause'> {
  return keys === 'all' || cause === undefined ? {} : { cause };
}

/** What several messages may wait for at once, where one look is as good as many. */
const MERGED: ReadonlySet<string> = new Set(['frozen', 'contested', FIGHT_ENDS]);

/**
 * A message that has to wait for the same time once more, since a clock is behind, has no name: the queue would take it
 * for the one that has just come.
 */
function mergedBy(name: string, came: ReconcileMessage): Pick<ReconcileMessage, 'mergeBy'> {
  return name === came.mergeBy ? {} : { mergeBy: name };
}

function mergeName(why: string, due: number, keys: readonly KeyText[]): string {
  return `${why} ${due} ${digestOf([...keys].sort().join(' '))}`;
}
