import type { EventFacts, Hint, NothingReason } from '#shared/domain/hint.ts';
import { type EventRecord, openEvent } from './read/event-record.ts';
import { asAccount, asRegion, pick, rawText, shownText, withoutAbsent } from './read/json.ts';
import { principalOf } from './read/principal.ts';
import { asTime } from './read/time.ts';
import { findKind } from './registry.ts';

/**
 * Reads an event as EventBridge delivers it, as a value or as JSON text (the body of an SQS message).
 *
 * Never throws and never guesses: what cannot be read is `nothing` with a reason, to be audited and counted, and must
 * not come back to its queue. Work is bounded by the size of the event, which SQS bounds at 1 MiB.
 */
export function readEvent(event: unknown): Hint {
  const opened = openEvent(event);
  if (opened.kind === 'noEvent') {
    const facts = { receivedFrom: {}, principal: principalOf({}), evidence: {} };
    return { ...facts, ...nothing('unreadable', `not an event of EventBridge: ${opened.why}`) };
  }
  const { record } = opened;
  const facts = factsOf(record);
  const errorCode = shownText(pick(record.detail, 'errorCode'), 256);
  const kind = findKind(record.source, record.name);
  if (kind === undefined) {
    return { ...facts, ...nothing('unknownEvent', `no ${facts.eventName} of ${record.source} is acted on`) };
  }
  // EKS's own events are no calls: a code in one of them says what is wrong with an add-on (facts §6.5).
  if (errorCode !== undefined && kind.via === 'cloudtrail') {
    return { ...facts, ...nothing('failedCall', `${record.name} failed: ${errorCode}`) };
  }
  const { lookAt, evidence } = kind.parse(record);
  return { ...facts, ...lookAt, evidence };
}

function factsOf({ envelope, detail, request, name }: EventRecord): EventFacts & { eventName: string } {
  const id = pick(detail, 'sharedEventID', 'sharedEventId') ?? pick(detail, 'eventID', 'eventId');
  return {
    eventName: shownText(name) ?? 'event',
    ...withoutAbsent({
      eventId: shownText(id, 256) ?? shownText(pick(envelope, 'id'), 256),
      eventTime: asTime(pick(detail, 'eventTime')) ?? asTime(pick(envelope, 'time')),
      clientRequestToken: rawText(pick(request, 'clientRequestToken'), 256),
    }),
    receivedFrom: withoutAbsent({
      account: asAccount(pick(envelope, 'account')),
      region: asRegion(pick(envelope, 'region')),
    }),
    principal: principalOf(detail),
    evidence: {},
  };
}

function nothing(reason: NothingReason, detail: string) {
  return { kind: 'nothing', reason, detail } as const;
}
