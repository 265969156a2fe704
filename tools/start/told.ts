import type { Tone } from '#cli/text/style.ts';
import type { OutboundEvent } from '#events/outbound/outbound-event.ts';
import { formatKey } from '#shared/domain/key.ts';
import { whoText } from '#shared/domain/who-text.ts';

/** An event of Rolecall's bus, for a person. */
export interface Told {
  /** `noticed`, `repaired` … */
  readonly verb: string;
  readonly tone: Tone;
  readonly what: string;
  /** `orders/api on shop-prod-euw1`. */
  readonly subject: string;
}

/** What an event says; nothing for what the event beside it says as well. */
export function told(event: OutboundEvent): Told | undefined {
  if (event['detail-type'] === 'CauseNoticed') return undefined;
  return { ...sayingOf(event), subject: subjectOf(event) };
}

function sayingOf(event: OutboundEvent): Omit<Told, 'subject'> {
  switch (event['detail-type']) {
    case 'AssociationDrifted': {
      const { drift, cause } = event.detail;
      return { verb: 'noticed', tone: 'update', what: `${drift.join(', ')}${by(cause)}` };
    }
    case 'AssociationRepaired': {
      const { step, revision } = event.detail;
      const as = revision === undefined ? '' : `, as revision ${revision} of the mapping says`;
      return { verb: 'repaired', tone: 'good', what: `${STEPS[step]}${as}` };
    }
    case 'AssociationApplied':
      return { verb: 'applied', tone: 'good', what: STEPS[event.detail.step] };
    case 'AssociationRepairFailed':
      return { verb: 'failed', tone: 'delete', what: event.detail.failure.message };
    case 'FindingOpened': {
      const { finding, severity, summary, cause } = event.detail;
      return { verb: 'found', tone: 'conflict', what: `${finding} (${severity})${by(cause)}: ${summary}` };
    }
    case 'FindingResolved': {
      const { finding, status } = event.detail;
      if (status === 'waived') return { verb: 'waived', tone: 'muted', what: `${finding} is accepted` };
      return { verb: 'resolved', tone: 'good', what: `${finding} is ${status}` };
    }
    case 'BrakeEngaged': {
      const { held, cap } = event.detail;
      return { verb: 'braked', tone: 'conflict', what: `${held} held: ${cap} may pass in 24 hours` };
    }
    case 'ClusterEnrolled':
      return { verb: 'enrolled', tone: 'good', what: `in mode ${event.detail.mode}` };
    case 'ClusterRetired':
      return { verb: 'retired', tone: 'muted', what: event.detail.why };
    default:
      return { verb: event['detail-type'], tone: 'strong', what: reasonOf(event) };
  }
}

const STEPS = {
  create: 'made again',
  update: 'changed back in place',
  adopt: 'made ours again',
  delete: 'deleted',
} as const;

function by(cause: { readonly principal: string; readonly eventName?: string } | undefined): string {
  if (cause === undefined) return '';
  const call = cause.eventName === undefined ? '' : ` with ${cause.eventName}`;
  return `, by ${whoText(cause.principal)}${call}`;
}

function reasonOf({ detail }: OutboundEvent): string {
  return 'reason' in detail && typeof detail.reason === 'string' ? detail.reason : '';
}

function subjectOf({ detail }: OutboundEvent): string {
  const cluster = 'cluster' in detail ? detail.cluster?.name : undefined;
  const key = 'key' in detail && detail.key !== undefined ? formatKey(detail.key) : undefined;
  if (key === undefined) return cluster ?? 'fleet';
  return cluster === undefined ? key : `${key} on ${cluster}`;
}
