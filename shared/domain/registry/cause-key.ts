import type { Cause } from './cause.ts';
import type { FindingKind } from './finding.ts';

/** The cause of a brake that holds writes: of a cluster by its ARN, or of the fleet. */
export function brakeCauseKey(scope: string): string {
  return `${BRAKE}${scope}`;
}

/** Whether it is a brake that holds writes. */
export function isBrakeCause(causeKey: string): boolean {
  return causeKey.startsWith(BRAKE);
}

/**
 * What has one cause has one key: whoever is told once for each key is told once for each cause. One event behind our
 * back may break forty associations: its id is one cause. What was found without an event has the role that it is about
 * as its cause, over all clusters; or else the kind of thing, a cluster at a time.
 */
export function findingCauseKey(about: {
  readonly kind: FindingKind;
  readonly clusterArn: string;
  readonly roleArn?: string | undefined;
  readonly cause?: Cause | undefined;
}): string {
  const { kind, clusterArn, roleArn, cause } = about;
  if (cause !== undefined) return eventCauseKey(cause.eventId);
  return kind === 'brakeEngaged' ? brakeCauseKey(clusterArn) : `${kind}/${roleArn ?? clusterArn}`;
}

/** The cause that is one event. */
export function eventCauseKey(eventId: string): string {
  return `${EVENT}${eventId}`;
}

/** Whether it is one event: such a cause never comes again. */
export function isEventCause(causeKey: string): boolean {
  return causeKey.startsWith(EVENT);
}

const EVENT = 'event/';
const BRAKE = 'brake/';
