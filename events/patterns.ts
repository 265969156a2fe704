import type { InboundKind } from './inbound/inbound-kind.ts';
import { INBOUND_KINDS } from './inbound/registry.ts';

/** An EventBridge event pattern, as data; `JSON.stringify` makes what PutRule takes. */
export type EventPatternData = Readonly<Record<string, unknown>>;

/**
 * What CloudTrail's events are called. The documentation of the China regions shows the second, maybe only because it
 * was translated (facts §6.1); accepting both costs nothing.
 */
const API_CALL = ['AWS API Call via CloudTrail', 'Amazon API Call via CloudTrail'] as const;

/** A call that failed changed nothing. Its event reaches EventBridge all the same (facts §5). */
const NOT_FAILED = [{ exists: false }] as const;

/**
 * The rules on the default bus of an enrolled account. Event names are exactly those of the registry, so that nothing
 * is matched that is not acted on and nothing acted on is missed.
 *
 * Tags are the exception that is matched too widely: EKS tags node groups and more by the same call, and a pattern that
 * picked the ARNs of associations would have to know how they are written in the record (facts §5.2: inferred only).
 */

/** API calls to EKS, in every enrolled region. */
export const EKS_CALLS_PATTERN: EventPatternData = callsTo('aws.eks');

/** API calls to IAM, in the one region where they appear: us-east-1 in the commercial partition (facts §6.3). */
export const IAM_CALLS_PATTERN: EventPatternData = callsTo('aws.iam');

/** EKS's own events about add-ons, in every enrolled region. They need no trail. */
export const EKS_ADDONS_PATTERN: EventPatternData = {
  source: ['aws.eks'],
  'detail-type': names(({ via }) => via === 'native'),
};

/**
 * From the inbound bus to its queue: what the rules above let through, by whichever version of them an account has.
 * A failed call is left out here too, in case an account's own rules do not.
 */
export const INBOUND_QUEUE_PATTERN: EventPatternData = {
  source: ['aws.eks', 'aws.iam'],
  $or: [
    { 'detail-type': API_CALL, detail: { errorCode: NOT_FAILED } },
    { 'detail-type': EKS_ADDONS_PATTERN['detail-type'] },
  ],
};

function callsTo(service: InboundKind['source']): EventPatternData {
  return {
    source: [service],
    'detail-type': API_CALL,
    detail: {
      eventName: names(({ source, via }) => source === service && via === 'cloudtrail'),
      errorCode: NOT_FAILED,
    },
  };
}

function names(which: (kind: InboundKind) => boolean): readonly string[] {
  return INBOUND_KINDS.filter(which).map(({ name }) => name);
}
