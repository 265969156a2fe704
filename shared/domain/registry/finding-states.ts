import type { MappingKey, ServiceAccountKey } from '../key.ts';
import type { Cause } from './cause.ts';
import { findingCauseKey } from './cause-key.ts';
import {
  FINDING_SEVERITIES,
  type FindingEnd,
  type FindingItem,
  type FindingKind,
  findingId,
  type Waiver,
} from './finding.ts';
import { fingerprint } from './fingerprint.ts';

/**
 * What the owner of findings (an association's or a cluster's item) knows of those that are open or waived: enough to
 * tell without a read whether anything is to be written. Findings are only written together with their owner, whose
 * version guards them.
 */
export interface FindingState {
  /** Absent while the finding is away and only its waiver is remembered. */
  readonly firstSeenAt?: number;
  readonly lastSeenAt?: number;
  /** Of what the finding says. */
  readonly fingerprint?: string;
  readonly cause?: Cause;
  /** Of when it opened: by it, what tells of its end is known to belong to what told of its beginning. */
  readonly causeKey?: string;
  readonly waiver?: Waiver;
}
export type FindingStates = Readonly<Partial<Record<FindingKind, FindingState>>>;

/** What should be known as a finding. */
export interface WantedFinding {
  readonly kind: FindingKind;
  readonly message: string;
  /** It was put right already: it is told, and not open. */
  readonly repaired?: boolean;
  /** The role that it is about. */
  readonly roleArn?: string | undefined;
  /** Where it is not as for any other finding. */
  readonly causeKey?: string | undefined;
  /** Whoever was its cause when it opened remains it, whoever comes later. */
  readonly keepsCause?: true;
}

export interface FindingContext {
  readonly clusterArn: string;
  readonly key?: ServiceAccountKey | undefined;
  readonly mapping?: MappingKey | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly cause?: Cause | undefined;
  /** The kinds that whoever wants these findings can judge: of others, absence says nothing. */
  readonly judged: ReadonlySet<FindingKind>;
  /** Whether what has gone was put right by us. */
  readonly repaired?: boolean;
}

export interface FindingChanges {
  readonly states: FindingStates;
  /** Whether `states` differs from before, so that the owner has to be written. */
  readonly changed: boolean;
  readonly items: readonly FindingItem[];
  readonly ends: readonly FindingEnd[];
  /** Those of `items` that were not known before and that nobody accepted: news. */
  readonly opened: readonly FindingItem[];
}

/** A finding that is still there is written anew this often, to say that it was seen. */
export const LAST_SEEN_STEP_MS = 24 * 3_600_000;

/**
 * Brings findings into line with what is wanted: opens, renews, ends; and writes nothing about those that were known
 * and say the same.
 */
export function settleFindings(
  before: FindingStates,
  wanted: readonly WantedFinding[],
  context: FindingContext,
): FindingChanges {
  const states: Partial<Record<FindingKind, FindingState>> = {};
  const items: FindingItem[] = [];
  const opened: FindingItem[] = [];
  const ends: FindingEnd[] = [];
  let changed = false;
  for (const one of wanted) {
    const known = before[one.kind];
    const seen = seeFinding(known, one, context);
    if (seen.state) states[one.kind] = seen.state;
    if (seen.state !== known) changed = true;
    if (!seen.item) continue;
    items.push(seen.item);
    if (isNews(known, seen.item)) opened.push(seen.item);
  }
  for (const [kind, known] of Object.entries(before) as [FindingKind, FindingState][]) {
    if (wanted.some((one) => one.kind === kind)) continue;
    const gone = context.judged.has(kind) ? dismiss(kind, known, context) : { state: known };
    if (gone.state) states[kind] = gone.state;
    if (gone.state !== known) changed = true;
    if (gone.end) ends.push(gone.end);
  }
  return { states: changed ? states : before, changed, items, ends, opened };
}

/** Nobody knew of it, or it was accepted for a while that is over now. */
function isNews(known: FindingState | undefined, { status }: FindingItem): boolean {
  if (known?.firstSeenAt === undefined) return status !== 'waived';
  return known.waiver !== undefined && status === 'open';
}

interface Seen {
  readonly state: FindingState | undefined;
  readonly item?: FindingItem;
}

function seeFinding(known: FindingState | undefined, wanted: WantedFinding, context: FindingContext): Seen {
  const { at } = context;
  const waiver = known?.waiver && known.waiver.until > at ? known.waiver : undefined;
  const cause = (wanted.keepsCause && known?.cause) || later(known?.cause, context.cause);
  const firstSeenAt = known?.firstSeenAt ?? at;
  const print = fingerprint(wanted.message);
  const causeKey = openedBy(known, wanted, { ...context, cause });
  const fresh: FindingState = {
    firstSeenAt,
    lastSeenAt: at,
    fingerprint: print,
    ...(cause ? { cause } : {}),
    causeKey,
    ...(waiver ? { waiver } : {}),
  };
  const item = toItem(fresh, wanted, context);
  if (wanted.repaired) return { state: waiver ? { waiver } : undefined, item };
  const news =
    known?.firstSeenAt === undefined ||
    known.fingerprint !== print ||
    known.waiver !== waiver ||
    cause?.eventId !== known.cause?.eventId ||
    at - (known.lastSeenAt ?? 0) >= LAST_SEEN_STEP_MS;
  return news ? { state: fresh, item } : { state: known };
}

/** Events come late, and what waits comes back with the event that it began with: whoever changed it last is its cause. */
function later(known: Cause | undefined, told: Cause | undefined): Cause | undefined {
  return known && (told === undefined || told.at < known.at) ? known : told;
}

/**
 * What is open keeps the cause by which it was told, whoever touches it later. What is open again because its waiver has
 * ended is not so by the event of then, which was told and never is again.
 */
function openedBy(known: FindingState | undefined, wanted: WantedFinding, context: FindingContext): string {
  const { kind, roleArn } = wanted;
  const { clusterArn, at } = context;
  if (known?.firstSeenAt === undefined || known.causeKey === undefined) {
    return wanted.causeKey ?? findingCauseKey({ ...context, kind, roleArn });
  }
  const openAgain = known.waiver !== undefined && known.waiver.until <= at && !wanted.repaired;
  return openAgain ? (wanted.causeKey ?? findingCauseKey({ clusterArn, kind, roleArn })) : known.causeKey;
}

function toItem(state: FindingState, wanted: WantedFinding, context: FindingContext): FindingItem {
  const { clusterArn, key, mapping, at } = context;
  return {
    type: 'finding',
    clusterArn,
    id: findingId(wanted.kind, key),
    kind: wanted.kind,
    severity: FINDING_SEVERITIES[wanted.kind],
    status: wanted.repaired ? 'repaired' : state.waiver ? 'waived' : 'open',
    ...(key ? { key: { namespace: key.namespace, serviceAccount: key.serviceAccount } } : {}),
    ...(mapping ? { mapping } : {}),
    message: wanted.message,
    ...(state.cause ? { cause: state.cause } : {}),
    ...(state.causeKey === undefined ? {} : { causeKey: state.causeKey }),
    ...(wanted.roleArn === undefined ? {} : { roleArn: wanted.roleArn }),
    firstSeenAt: state.firstSeenAt ?? at,
    lastSeenAt: at,
    ...(wanted.repaired ? { endedAt: at } : {}),
    ...(state.waiver ? { waiver: state.waiver } : {}),
  };
}

/** It is not there any more; a waiver that still holds is kept for its return. */
function dismiss(
  kind: FindingKind,
  known: FindingState,
  { clusterArn, key, at, repaired }: FindingContext,
): { readonly state: FindingState | undefined; readonly end?: FindingEnd } {
  const { waiver, cause } = known;
  const causeKey = known.causeKey ?? findingCauseKey({ clusterArn, kind, cause });
  const holds = waiver !== undefined && waiver.until > at;
  if (known.firstSeenAt === undefined) return { state: holds ? known : undefined };
  const status = repaired ? 'repaired' : 'resolved';
  return {
    state: holds ? { waiver } : undefined,
    end: { clusterArn, id: findingId(kind, key), kind, status, endedAt: at, causeKey },
  };
}
