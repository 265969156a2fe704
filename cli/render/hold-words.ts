import type { HoldReason } from '#shared/domain/decision.ts';

/** Why a step that would be right is not taken: in a line of the plan, and with how to go on. */
export interface HoldWords {
  readonly short: string;
  readonly why: string;
  readonly next: string;
}

export const HOLD_WORDS: Readonly<Record<HoldReason, HoldWords>> = {
  observeMode: {
    short: 'observe mode',
    why: 'mode is observe: differences are shown and not put right',
    next: 'say mode: enforce in the mapping',
  },
  ignoreMode: { short: 'ignored', why: 'mode is ignore', next: 'say mode: enforce in the mapping' },
  pruneOff: {
    short: 'prune is off',
    why: 'nothing is deleted unless --prune says so',
    next: 'add --repair --prune --owner NAME, or wish for it in a mapping',
  },
  brake: {
    short: 'past the brake',
    why: 'more deletes and overwrites than may happen without anybody looking',
    next: 'leave out --yes to look at the plan and approve it, or raise --max-changes',
  },
  frozen: {
    short: 'frozen',
    why: 'all writes are stopped',
    next: 'have the freeze lifted, then check again',
  },
  clusterPartlyRead: {
    short: 'cluster only partly read',
    why: 'nothing is deleted on a cluster of which a part is unknown',
    next: 'see why it could not be read, then check again',
  },
  clusterNotActive: {
    short: 'cluster is not active',
    why: 'EKS takes changes only on a cluster that is ACTIVE or UPDATING',
    next: 'check again when it is',
  },
  notInPlan: {
    short: 'not in the approved plan',
    why: 'it changed after the plan was approved',
    next: 'run the command again and look at the new plan',
  },
};
