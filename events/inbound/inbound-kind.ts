import type { Evidence, LookAt } from '#shared/domain/hint.ts';
import type { EventRecord } from './read/event-record.ts';
import type { Schema } from './read/schema.ts';

/** A kind of event that we act on: one row of the registry. */
export interface InboundKind {
  readonly source: 'aws.eks' | 'aws.iam';
  /** CloudTrail's `eventName`, or the detail type of an event that is no API call. */
  readonly name: string;
  readonly via: 'cloudtrail' | 'native';
  /** What is read of it, and where. */
  readonly schema: Schema;
  /** What we do about it, as one sentence: docs/events.md shows it. */
  readonly reaction: string;
  /**
   * How well its shape is known, by the marks of the fact sheet: O seen in records that others published, I inferred
   * from the wire model, U unknown.
   */
  readonly evidence: 'O' | 'I' | 'U';
  /** What to look at. Never throws. */
  readonly parse: (record: EventRecord) => Finding;
}

/** What a parser takes out of an event. */
export interface Finding {
  readonly lookAt: LookAt;
  readonly evidence: Evidence;
}

/** An event that does not tell what it is about. */
export function unreadable(detail: string): Finding {
  return { lookAt: { kind: 'nothing', reason: 'unreadable', detail }, evidence: {} };
}
