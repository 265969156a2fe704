import * as z from 'zod';
import { OUTBOUND_SOURCE, OUTBOUND_VERSION, type OutboundEvent } from './outbound-event.ts';
import { OUTBOUND_EVENTS, type OutboundType } from './registry.ts';

export type ParsedOutbound =
  | { readonly kind: 'event'; readonly event: OutboundEvent }
  /** Not ours, of a kind that this version has not met, of a later version, or not as its schema says. */
  | {
      readonly kind: 'refused';
      readonly reason: 'notOurs' | 'unknownType' | 'unknownVersion' | 'invalid';
      readonly detail: string;
    };

/**
 * Reads an event of ours for a consumer, as EventBridge delivers it (a value, or JSON text from a queue). Fields that
 * are unknown are left out: a version only adds. Never throws.
 */
export function parseOutbound(event: unknown): ParsedOutbound {
  const envelope = EnvelopeSchema.safeParse(typeof event === 'string' ? readJson(event) : event);
  if (!envelope.success) return refused('notOurs', 'not an event of source rolecall');
  const { 'detail-type': type, detail, resources } = envelope.data;
  if (!isOutboundType(type)) return refused('unknownType', `no event of ours is a ${type}`);
  if (detail.schemaVersion !== OUTBOUND_VERSION) {
    return refused(
      'unknownVersion',
      `${type} of version ${detail.schemaVersion}; this is version ${OUTBOUND_VERSION}`,
    );
  }
  const parsed = OUTBOUND_EVENTS[type].safeParse(detail);
  if (!parsed.success) return refused('invalid', z.prettifyError(parsed.error));
  const read = { source: OUTBOUND_SOURCE, 'detail-type': type, resources, detail: parsed.data };
  return { kind: 'event', event: read as OutboundEvent };
}

const EnvelopeSchema = z.object({
  source: z.literal(OUTBOUND_SOURCE),
  'detail-type': z.string(),
  resources: z.array(z.string()).default([]),
  detail: z.looseObject({ schemaVersion: z.number() }),
});

function isOutboundType(type: string): type is OutboundType {
  return Object.hasOwn(OUTBOUND_EVENTS, type);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(
  reason: Extract<ParsedOutbound, { kind: 'refused' }>['reason'],
  detail: string,
): ParsedOutbound {
  return { kind: 'refused', reason, detail };
}
