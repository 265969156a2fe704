import { type Decision, DRIFTS } from '../decision.ts';
import type { MappingKey, ServiceAccountKey } from '../key.ts';
import { isOurs } from '../ownership.ts';
import { stepOf } from '../plan.ts';
import { type AssociationItem, endedIntent, type Intent } from './association-item.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { Cause } from './cause.ts';
import { brakeCauseKey, findingCauseKey } from './cause-key.ts';
import { backOffMs, contestText, disturbedAgain, isContested, recentDisturbances } from './contest.ts';
import type { FindingEnd, FindingItem } from './finding.ts';
import { findingAudit, openedEntry, resolvedEntry } from './finding-entries.ts';
import { type FindingStates, settleFindings, type WantedFinding } from './finding-states.ts';
import { fingerprint } from './fingerprint.ts';
import type { MessageCluster, OutboxEntry } from './outbox-entry.ts';
import { failureOf } from './repair-failure.ts';
import { driftsPutRight, type Ending, judgeFindings } from './wanted-findings.ts';

/** All there is to tell of one key after it was looked at, and perhaps written. */
export interface KeyStory {
  readonly cluster: MessageCluster;
  /** The item as it was loaded: what was thought before the look. */
  readonly before: AssociationItem;
  /** The item with what was learnt since. */
  readonly item: AssociationItem;
  readonly decision: Decision;
  readonly ending?: Ending | undefined;
  /** Who brought it about, where an event told. */
  readonly cause?: Cause | undefined;
  /** Whose brake holds it, where one does: a cluster's, by its ARN, or the fleet's. */
  readonly brake?: string | undefined;
  /** The token of the write that this story is about. */
  readonly token?: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What is to be written, all of it in one transaction. */
export interface Conclusion {
  readonly item: AssociationItem;
  readonly findings: readonly FindingItem[];
  readonly ends: readonly FindingEnd[];
  readonly audit: readonly AuditEntry[];
  readonly outbox: readonly OutboxEntry[];
}

/**
 * Draws the conclusion from a look at a key: its findings, whether somebody fights us over it, what is written down
 * and what is told to others. Drawing it again from the same look changes nothing.
 */
export function concludeKey(told: KeyStory): Conclusion {
  const unnoted = unnotedWrite(told);
  const story = withKnownCause(unnoted ? carriedOut(told, unnoted) : told);
  const { decision, ending, at } = story;
  const drifted = unnoted ? unnoted.drifted === true : hasDrifted(story) || isRepairGoingOn(story);
  const item = afterWrite(story);
  const fought = noteDisturbance(item, story, drifted);
  const judgement = judgeFindings(decision, ending, drifted);
  const mapping = mappingOf(fought);
  const contested = contestFinding(fought, story);
  const wanted = [...judgement.wanted, ...contested].map((one) => withCauseKey(one, story));
  const changes = settleFindings(fought.findings ?? {}, wanted, {
    clusterArn: fought.clusterArn,
    key: fought,
    mapping,
    at,
    cause: story.cause,
    judged: new Set([...judgement.judged, 'contested']),
    repaired: ending?.kind === 'applied',
  });
  const { findings: _, ...rest } = fought;
  const ofFindings = findingEntries(fought, mapping, story.cause, changes);
  const hasFindings = Object.keys(changes.states).length > 0;
  return {
    item: changes.changed ? { ...rest, ...(hasFindings ? { findings: changes.states } : {}) } : fought,
    findings: changes.items,
    ends: changes.ends,
    audit: [...auditOf(story, mapping), ...findingAudit(ofFindings, at, 'reconcile')],
    outbox: [...associationEntries(story, mapping, drifted, changes.items), ...ofFindings],
  };
}

/** What is put right long after it was found, or because somebody asked for it, was brought about by whoever was found then. */
function withKnownCause(story: KeyStory): KeyStory {
  if (story.cause !== undefined || story.ending?.kind !== 'applied') return story;
  const causes = DRIFTS.flatMap((drift) => story.item.findings?.[drift]?.cause ?? []);
  const cause = causes.toSorted((one, other) => other.at - one.at)[0];
  return cause ? { ...story, cause } : story;
}

/**
 * The item with what became of its write. One that is tried again soon has not ended: it is the same attempt then, and what
 * EKS refused did not happen, unless an earlier one may have. What is seen to be right needs none any more.
 */
function afterWrite(story: KeyStory): AssociationItem {
  const { before, item, ending, token, decision } = story;
  const { intent } = item;
  if (ending?.kind === 'later' || ending?.kind === 'failing') {
    const earlier = before.intent;
    const mayHaveBeen = earlier !== undefined && !earlier.ended && !earlier.unsent;
    const isRefused = ending.mayHaveWritten === false && intent?.token === token && !mayHaveBeen;
    return isRefused && intent && !intent.unsent ? { ...item, intent: { ...intent, unsent: true } } : item;
  }
  const { verdict } = decision;
  const isRight = verdict.kind === 'converged' && (verdict.absent || verdict.observed !== undefined);
  return endedIntent(item, ending === undefined && isRight ? intent?.token : token);
}

/** A write that began as a repair is one, at whichever try it succeeds. */
function isRepairGoingOn({ item: { intent }, ending, token }: KeyStory): boolean {
  return ending?.kind === 'applied' && intent?.drifted === true && !intent.ended && intent.token === token;
}

/**
 * A write that is seen to be done now, and of which nobody could note that: whoever made it crashed, or lost EKS's answer
 * or the registry's. Should it never have been sent, then somebody else put right just what it was to put right. What EKS
 * refused was not ours, nor what is right by another revision.
 */
function unnotedWrite({ item, decision, ending, token }: KeyStory): Intent | undefined {
  const { intent } = item;
  const { verdict } = decision;
  if (intent === undefined || intent.ended || intent.unsent) return undefined;
  if ((intent.revision ?? item.desired?.revision) !== item.desired?.revision) return undefined;
  // What we had made was found again, and became ours.
  if (ending?.kind === 'applied') {
    return ending.step.kind === 'adopt' && intent.kind === 'create' && intent.token === token
      ? intent
      : undefined;
  }
  if (ending !== undefined || verdict.kind !== 'converged') return undefined;
  const isDone = intent.kind === 'delete' ? verdict.absent : verdict.observed !== undefined;
  return isDone ? intent : undefined;
}

function carriedOut(story: KeyStory, { kind, token, drift = [] }: Intent): KeyStory {
  const { verdict } = story.decision;
  const roleArn = verdict.kind === 'converged' ? verdict.observed?.roleArn : undefined;
  const changes = drift.includes('roleDrift') && roleArn !== undefined ? { roleArn } : {};
  const decision = { ...story.decision, drift, reason: 'was written before, and seen to be done now' };
  return { ...story, token, decision, ending: { kind: 'applied', step: { kind, changes } } };
}

/**
 * Whether somebody changed what was right, or ours. What a cluster lacked when it was met, and a first look found, is
 * nobody's doing: to put that right is to carry out the release.
 */
export function hasDrifted({ before, item }: Pick<KeyStory, 'before' | 'item'>): boolean {
  return wasRight(before) || (isOurs(before.record) && hasDriftFinding(item.findings));
}

/** Whether the key had been seen to be as its present wish asks. */
function wasRight({ desired, record }: AssociationItem): boolean {
  return desired !== undefined && record?.observedRevision === String(desired.revision);
}

function hasDriftFinding(findings: FindingStates | undefined): boolean {
  return DRIFTS.some((drift) => findings?.[drift]?.firstSeenAt !== undefined);
}

/** What would have been put right, had the brake not held it, is open because of the brake. */
function withCauseKey(wanted: WantedFinding, { brake }: KeyStory): WantedFinding {
  return brake === undefined ? wanted : { ...wanted, causeKey: brakeCauseKey(brake) };
}

/** The mapping that an association's wish comes from. */
export function mappingOf(item: AssociationItem): MappingKey | undefined {
  const { desired, namespace, serviceAccount } = item;
  return desired && { clusterSet: desired.clusterSet, namespace, serviceAccount };
}

/** Counts what we put right after others had changed it; what was only released was nobody's doing. */
function noteDisturbance(item: AssociationItem, story: KeyStory, drifted: boolean): AssociationItem {
  const { ending, at, cause } = story;
  if (ending?.kind === 'applied' && drifted) {
    const one = { at, ...(cause ? { by: cause.principal } : {}) };
    const disturbances = disturbedAgain(item.disturbances ?? [], one);
    const pause = backOffMs(disturbances, at);
    const { backOffUntil: _, ...rest } = item;
    return { ...rest, disturbances, ...(pause > 0 ? { backOffUntil: at + pause } : {}) };
  }
  if (item.disturbances === undefined || recentDisturbances(item.disturbances, at).length > 0) return item;
  const { disturbances: _, backOffUntil: __, ...rest } = item;
  return rest;
}

function contestFinding(
  { disturbances = [], backOffUntil }: AssociationItem,
  { at }: KeyStory,
): readonly WantedFinding[] {
  if (!isContested(disturbances, at)) return [];
  return [{ kind: 'contested', message: contestText(disturbances, backOffUntil), keepsCause: true }];
}

function auditOf(story: KeyStory, mapping: MappingKey | undefined): readonly AuditEntry[] {
  const { ending, decision, item, at } = story;
  const step = ending?.kind === 'applied' ? ending.step : stepOf(decision.verdict);
  if (!step || (ending?.kind !== 'applied' && ending?.kind !== 'failed')) return [];
  const associationId = item.record?.associationId;
  return [
    {
      action: ending.kind === 'applied' ? 'associationWritten' : 'associationWriteFailed',
      at,
      by: 'reconcile',
      why: decision.reason,
      clusterArn: item.clusterArn,
      key: keyOf(item),
      ...(mapping ? { mapping } : {}),
      ...(item.desired ? { revision: item.desired.revision } : {}),
      step: step.kind,
      drift: decision.drift,
      ...(story.cause ? { cause: story.cause } : {}),
      ...(associationId === undefined ? {} : { associationId }),
      ...(ending.kind === 'failed' ? { detail: `${ending.error.code}: ${ending.error.message}` } : {}),
    },
  ];
}

function associationEntries(
  story: KeyStory,
  mapping: MappingKey | undefined,
  drifted: boolean,
  findings: readonly FindingItem[],
): readonly OutboxEntry[] {
  const { item, ending, decision, cause, cluster } = story;
  const about = {
    ...keyOf(item),
    cluster,
    ...(mapping ? { mapping } : {}),
    ...(item.desired ? { revision: item.desired.revision } : {}),
    ...(item.record ? { associationId: item.record.associationId } : {}),
    ...(cause ? { cause } : {}),
  };
  const entries: OutboxEntry[] = [];
  const known = story.item.findings ?? {};
  const news = findings.filter(({ kind }) => isDrift(kind) && known[kind]?.firstSeenAt === undefined);
  const step = ending?.kind === 'applied' ? ending.step : undefined;
  const drift = step ? driftsPutRight(decision, step) : decision.drift;
  if (drifted && news.length > 0) entries.push({ type: 'AssociationDrifted', drift, ...about });
  if (step && drifted) entries.push({ type: 'AssociationRepaired', step: step.kind, drift, ...about });
  if (step && !drifted) entries.push({ type: 'AssociationApplied', step: step.kind, ...about });
  const failed = failureNews(story, findings);
  if (failed) entries.push({ type: 'AssociationRepairFailed', drift: decision.drift, ...failed, ...about });
  return entries;
}

/** A failure that nobody was told of: what fails for the same reason again is none. */
function failureNews({ item, decision, ending }: KeyStory, findings: readonly FindingItem[]) {
  const failure = failureOf(ending);
  const step = stepOf(decision.verdict);
  const kind = ending?.kind === 'found' ? ending.finding : 'repairFailed';
  const finding = findings.find((one) => one.kind === kind && one.status === 'open');
  if (!failure || !step || !finding) return undefined;
  const known = item.findings?.[kind];
  const saysSame = failure.class === 'failing' || known?.fingerprint === fingerprint(finding.message);
  if (known?.firstSeenAt !== undefined && saysSame) return undefined;
  return { step: step.kind, failure, causeKey: finding.causeKey ?? findingCauseKey(finding) };
}

/** What was found and put right in one go is told as the repair that it was. */
function findingEntries(
  item: AssociationItem,
  mapping: MappingKey | undefined,
  cause: Cause | undefined,
  changes: {
    readonly opened: readonly FindingItem[];
    readonly items: readonly FindingItem[];
    readonly ends: readonly FindingEnd[];
  },
): readonly OutboxEntry[] {
  const known = item.findings ?? {};
  const put = changes.items.filter(
    ({ kind, status }) => status === 'repaired' && known[kind]?.firstSeenAt !== undefined,
  );
  const about = { key: keyOf(item), mapping, cause };
  return [
    ...changes.opened.filter(({ status }) => status === 'open').map(openedEntry),
    ...[...put, ...changes.ends].map((end) =>
      resolvedEntry({ ...end, status: end.status === 'resolved' ? 'resolved' : 'repaired' }, about),
    ),
  ];
}

function isDrift(kind: string): boolean {
  return (DRIFTS as readonly string[]).includes(kind);
}

function keyOf({ namespace, serviceAccount }: ServiceAccountKey): ServiceAccountKey {
  return { namespace, serviceAccount };
}
