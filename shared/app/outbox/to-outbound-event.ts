import { type OutboundEvent, outboundEvent } from '#events/outbound/outbound-event.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import { MODES } from '#shared/domain/mode.ts';
import { FLEET } from '#shared/domain/registry/brake-ledger.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import { ADVICE } from '#shared/domain/registry/repair-failure.ts';
import { causeText } from './cause-text.ts';

/**
 * What an entry of the outbox becomes on Rolecall's bus; nothing for a request, which is no news. Throws for an entry of
 * a type that a newer version wrote: rather a row that is given up, with its alarm, than news that nobody misses.
 */
export function toOutboundEvent(entry: OutboxEntry, at: number): OutboundEvent | undefined {
  switch (entry.type) {
    case 'ReconcileRequested':
    case 'EnrolmentRequested':
      return undefined;
    case 'AssociationDrifted': {
      const { drift } = entry;
      return outboundEvent('AssociationDrifted', { ...association(entry), drift, at, ...causeOf(entry) });
    }
    case 'AssociationRepaired':
      return repaired(entry, at);
    case 'AssociationRepairFailed':
      return repairFailed(entry, at);
    case 'AssociationApplied':
      return outboundEvent('AssociationApplied', { ...association(entry), step: stepOf(entry.step), at });
    case 'FindingOpened':
      return outboundEvent(
        'FindingOpened',
        { ...finding(entry), summary: summaryOf(entry), at },
        entry.causeKey,
      );
    case 'FindingResolved':
      return outboundEvent(
        'FindingResolved',
        { ...finding(entry), status: entry.status, at },
        entry.causeKey,
      );
    case 'CauseNoticed': {
      const told = { ...finding(entry), summary: summaryOf(entry), text: causeText(entry), at };
      return outboundEvent('CauseNoticed', told, entry.causeKey);
    }
    case 'BrakeEngaged':
      return outboundEvent('BrakeEngaged', { ...scopeOf(entry.scope), held: entry.held, cap: entry.cap, at });
    case 'ClusterEnrolled': {
      const mode = MODES.find((known) => known === entry.mode) ?? 'observe';
      return outboundEvent('ClusterEnrolled', { cluster: entry.cluster, mode, at });
    }
    case 'ClusterModeChanged': {
      const { cluster, from, to, by, reason } = entry;
      return outboundEvent('ClusterModeChanged', { cluster, from, to, by, reason, at });
    }
    case 'ClusterRetired':
      return outboundEvent('ClusterRetired', { cluster: entry.cluster, why: entry.why, at });
    case 'WritesFrozen':
      return outboundEvent('Frozen', { by: entry.by, reason: entry.reason, at });
    case 'WritesUnfrozen':
      return outboundEvent('Unfrozen', { by: entry.by, reason: entry.reason, at });
    case 'BrakeReleased':
      return outboundEvent('BrakeReleased', {
        ...scopeOf(entry.scope),
        by: entry.by,
        reason: entry.reason,
        at,
      });
    default:
      throw unknownEntry(entry);
  }
}

function unknownEntry(entry: never): Error {
  const { type } = entry as { readonly type?: unknown };
  return new Error(`the outbox has an entry '${String(type)}', which this version does not know`);
}

type About = Extract<
  OutboxEntry,
  {
    readonly type:
      | 'AssociationDrifted'
      | 'AssociationRepaired'
      | 'AssociationRepairFailed'
      | 'AssociationApplied';
  }
>;
type Told = Extract<OutboxEntry, { readonly type: 'FindingOpened' | 'FindingResolved' | 'CauseNoticed' }>;

function repaired(entry: Extract<OutboxEntry, { readonly type: 'AssociationRepaired' }>, at: number) {
  const { drift, cause } = entry;
  const tookMs = cause === undefined ? {} : { tookMs: Math.max(0, at - cause.at) };
  const step = stepOf(entry.step);
  return outboundEvent('AssociationRepaired', {
    ...association(entry),
    step,
    drift,
    ...tookMs,
    at,
    ...causeOf(entry),
  });
}

function repairFailed(entry: Extract<OutboxEntry, { readonly type: 'AssociationRepairFailed' }>, at: number) {
  const { drift, failure, causeKey } = entry;
  const detail = {
    ...association(entry),
    step: stepOf(entry.step),
    drift,
    failure,
    advice: ADVICE[failure.class],
    retries: failure.class === 'failing',
    at,
    ...causeOf(entry),
  };
  return outboundEvent('AssociationRepairFailed', detail, causeKey);
}

/** Which brake it is. */
function scopeOf(scope: string) {
  if (scope === FLEET) return { scope: 'fleet' } as const;
  return { scope: 'cluster', cluster: clusterOfArn(scope) } as const;
}

function summaryOf({ message, kind }: Told): string {
  return message ?? kind;
}

function association({ cluster, namespace, serviceAccount, associationId, revision }: About) {
  return {
    cluster,
    key: { namespace, serviceAccount },
    ...(associationId === undefined ? {} : { associationId }),
    ...(revision === undefined ? {} : { revision }),
  };
}

function finding({ clusterArn, id, kind, severity, key, roleArn, cause }: Told) {
  return {
    findingId: id,
    finding: kind,
    severity,
    cluster: clusterOfArn(clusterArn),
    ...(key === undefined ? {} : { key }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...causeOf({ cause }),
  };
}

function causeOf({ cause }: { readonly cause?: Cause | undefined }) {
  return cause === undefined ? {} : { cause };
}

const STEPS = ['create', 'update', 'adopt', 'delete'] as const;

function stepOf(text: string): (typeof STEPS)[number] {
  const step = STEPS.find((known) => known === text);
  if (step === undefined) throw new Error(`the outbox tells of a step '${text}'`);
  return step;
}

/** `arn:aws:eks:eu-west-1:111122223333:cluster/prod-1`, as the registry wrote it. */
function clusterOfArn(arn: string): ClusterRef {
  const [, partition, , region, account, resource] = arn.split(':');
  const name = resource?.split('/')[1];
  if (!partition || !region || !account || !name) throw new Error(`no ARN of a cluster: ${arn}`);
  return { partition, account, region, name };
}
