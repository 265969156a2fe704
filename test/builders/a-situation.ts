import type { KeySituation, PlanningRules } from '#shared/domain/plan.ts';
import type { AssociationRecord } from '#shared/domain/record.ts';
import type { Wish } from '#shared/domain/wish.ts';
import { anAssociation, anObservedAssociation } from './an-association.ts';

/** 2026-11-20T12:00:00Z */
const NOON = 1_795_176_000_000;

/** The wish of mapping `default/payments/api` for what `anAssociation` says. */
export function aWish(given: Partial<Wish & { kind: 'fields' }> = {}): Wish & { kind: 'fields' } {
  return {
    kind: 'fields',
    fields: anAssociation(),
    mapping: { clusterSet: 'default', namespace: 'payments', serviceAccount: 'api' },
    revision: '1',
    mode: 'enforce',
    takeover: false,
    ...given,
  };
}

/** The approved wish that `payments/api` be gone. */
export function aTombstone(given: Partial<Wish & { kind: 'absent' }> = {}): Wish {
  const { mapping, revision, mode } = aWish();
  return { kind: 'absent', mapping, revision, mode, ...given };
}

/** We created what `anObservedAssociation` shows. */
export function aRecord(given: Partial<AssociationRecord> = {}): AssociationRecord {
  return { associationId: 'a-00000000000000001', origin: 'created', ...given };
}

/** `payments/api` with its wish met by an association that the record says is ours. */
export function aSituation(given: Partial<KeySituation> = {}): KeySituation {
  return {
    key: { namespace: 'payments', serviceAccount: 'api' },
    wish: aWish(),
    observation: { kind: 'described', association: anObservedAssociation() },
    record: aRecord(),
    ...given,
  };
}

/** The hub's rules on an active, fully read, enforced cluster: records have authority, tombstones are carried out. */
export function planningRules(given: Partial<PlanningRules> = {}): PlanningRules {
  return {
    installation: 'hub',
    authority: 'record',
    clusterMode: 'enforce',
    clusterStatus: 'ACTIVE',
    partlyRead: false,
    prune: 'tombstones',
    now: NOON,
    settleMs: 15_000,
    ...given,
  };
}
