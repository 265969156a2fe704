import type * as z from 'zod';
import {
  AssociationApplied,
  AssociationDrifted,
  AssociationRepaired,
  AssociationRepairFailed,
} from './association-events.ts';
import { ClusterEnrolled, ClusterModeChanged, ClusterRetired } from './cluster-events.ts';
import { CauseNoticed, FindingOpened, FindingResolved } from './finding-events.ts';
import { BrakeEngaged, BrakeReleased, Frozen, Unfrozen } from './switch-events.ts';

/** The details of Rolecall's own events, by detail type. */
export const OUTBOUND_EVENTS = {
  AssociationDrifted,
  AssociationRepaired,
  AssociationRepairFailed,
  AssociationApplied,
  CauseNoticed,
  FindingOpened,
  FindingResolved,
  ClusterEnrolled,
  ClusterModeChanged,
  ClusterRetired,
  BrakeEngaged,
  BrakeReleased,
  Frozen,
  Unfrozen,
} as const;

export type OutboundType = keyof typeof OUTBOUND_EVENTS;

/** The detail of one kind of event. */
export type OutboundDetail<T extends OutboundType> = z.infer<(typeof OUTBOUND_EVENTS)[T]>;
