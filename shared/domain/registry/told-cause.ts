import { isEventCause } from './cause-key.ts';
import { SEVERITIES, type Severity } from './finding.ts';

/** A cause of which somebody was told: however many findings it leads to, on however many clusters, that is once. */
export interface ToldCause {
  readonly type: 'toldCause';
  readonly version: number;
  readonly causeKey: string;
  /** Of the worst finding that was told. */
  readonly severity: Severity;
  /** Epoch milliseconds. */
  readonly toldAt: number;
  /** Tells one time from the next where the same cause comes again. */
  readonly occurrence?: number;
}

/** A finding that opened, as far as telling its cause depends on it. */
export interface CauseNews {
  readonly severity: Severity;
  readonly occurrence?: number | undefined;
}

/** What goes away and comes back within a day is not told twice. */
const TOLD_AGAIN_MS = 24 * 3_600_000;
/** A message with its event may lie in a queue of dead letters for two weeks, and its findings open only then. */
export const TOLD_CAUSE_DAYS = 30;

/**
 * Whether the cause of a finding that opened is to be told: when nobody was; when it is worse than what was told; and where
 * it is no event and so may come again, when this is another occurrence, or a day later.
 */
export function isNewCause(
  told: ToldCause | undefined,
  { severity, occurrence }: CauseNews,
  at: number,
): boolean {
  if (told === undefined || isWorse(severity, told.severity)) return true;
  if (isEventCause(told.causeKey)) return false;
  return told.occurrence !== occurrence || at - told.toldAt >= TOLD_AGAIN_MS;
}

/** What is remembered of having told it. */
export function toldCause(
  causeKey: string,
  told: ToldCause | undefined,
  { severity, occurrence }: CauseNews,
  at: number,
): ToldCause {
  return {
    type: 'toldCause',
    version: told?.version ?? 0,
    causeKey,
    severity,
    toldAt: at,
    ...(occurrence === undefined ? {} : { occurrence }),
  };
}

/** Whether a severity is worse than another. */
export function isWorse(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other);
}
