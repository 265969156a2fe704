import { readEvent } from '#events/inbound/read-event.ts';
import type { EnrolMessage } from '#events/messages/enrol-message.ts';
import type { ReconcileKey, ReconcileMessage } from '#events/messages/reconcile-message.ts';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import type {
  ClusterHint,
  EventFacts,
  KeysHint,
  NamedAssociation,
  NothingHint,
  RoleHint,
} from '#shared/domain/hint.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import { type HintJudgement, judgeHint } from '#shared/domain/registry/hint.ts';
import type { MessageSender, OutgoingMessage } from '#shared/ports/messages.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { HintReader, HintReading } from '../registry/read-hint.ts';
import type { RegistryDeps } from '../registry/registry-deps.ts';
import { whoUses } from '../registry/who-uses.ts';
import { isByRole } from './by-role.ts';
import { noteIgnored } from './note-ignored.ts';
import { noteUnknownCluster } from './note-unknown-cluster.ts';
import { toEnrolQueue, toReconcileQueue } from './outgoing.ts';
import { RoleUsers } from './role-users.ts';

export interface DetectDeps extends RegistryDeps {
  readonly hints: HintReader;
  readonly reconcileQueue: MessageSender;
  readonly enrolQueue: MessageSender;
  /** The name of the role by which we write, in every account. */
  readonly writerRole: string;
  readonly settleMs: number;
}

/** What became of an event. */
export type Detection =
  /** Nobody could read it: written down, acknowledged, counted. */
  | { readonly kind: 'unreadable'; readonly detail: string }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'duplicate' | 'echo' | 'answered' }
  /** It is about a cluster that nobody enrolled. */
  | { readonly kind: 'unknownCluster'; readonly clusterArn: string }
  | { readonly kind: 'sent'; readonly to: 'reconcile' | 'enrol'; readonly messages: number };

/** An event with a name: its own id, or that of the message that brought it. */
interface NamedEvent {
  readonly eventId: string;
  /** When it happened; now, when it did not say: such an event is never stale. */
  readonly at: number;
  readonly cause: Cause;
}

/**
 * Turns one event into messages: which keys of which clusters are to be looked at. Asks nothing of AWS but the registry.
 * Safe to repeat: an event that was dealt with, and an echo of our own write, lead to nothing.
 *
 * For an event that names its key, one request to the registry; two for the first of a cluster in this process.
 */
export async function detectDrift(
  deps: DetectDeps,
  message: { readonly id: string; readonly body: string },
  call: CallOptions = {},
): Promise<Detection> {
  const hint = readEvent(message.body);
  const event = named(hint, message.id, deps.clock.now());
  switch (hint.kind) {
    case 'nothing':
      return await ignore(deps, hint, event);
    case 'keys':
      return await lookAtKeys(deps, hint, event, call);
    case 'cluster':
      return await lookAtCluster(deps, hint, event, call);
    case 'role':
      return await lookAtRole(deps, hint, event, call);
  }
}

function named(hint: EventFacts, messageId: string, now: number): NamedEvent {
  const eventId = hint.eventId ?? messageId;
  const at = hint.eventTime ?? now;
  const { arn, text } = hint.principal;
  const name = hint.eventName === undefined ? {} : { eventName: hint.eventName };
  return { eventId, at, cause: { principal: arn ?? text, eventId, ...name, at } };
}

async function ignore(
  deps: DetectDeps,
  hint: NothingHint & EventFacts,
  event: NamedEvent,
): Promise<Detection> {
  const { reason, detail } = hint;
  if (reason !== 'unreadable' && reason !== 'unknownEvent') return { kind: 'ignored', why: detail };
  await noteIgnored(deps, event.cause, detail);
  return { kind: 'unreadable', detail };
}

async function lookAtKeys(
  deps: DetectDeps,
  hint: KeysHint & EventFacts,
  event: NamedEvent,
  call: CallOptions,
): Promise<Detection> {
  const keys: ReconcileKey[] = [];
  const dropped: HintJudgement[] = [];
  let createdAt: number | undefined;
  for (const one of hint.keys) {
    const reading = await readHint(deps, hint.cluster, event, one);
    const refusal = await refusalOf(deps, hint.cluster, event, reading);
    if (refusal) return refusal;
    createdAt = reading.cluster?.cluster.createdAt;
    const judgement = judge(deps, hint, event, one, reading);
    if (judgement !== 'look') dropped.push(judgement);
    // Nobody knows which key that id was at: only the whole cluster can tell.
    else if (!reading.key) return await verify(deps, hint.cluster, event, call, createdAt);
    else keys.push(toKey(hint, one, reading.key));
  }
  const [why] = dropped;
  if (keys.length === 0) return { kind: why === 'echo' ? 'echo' : 'answered' };
  const message: ReconcileMessage = {
    ...about(hint.cluster, event, createdAt),
    keys,
    why: hint.eventName ?? hint.change,
  };
  return await toReconcile(deps, event, [message], call);
}

function readHint(
  deps: DetectDeps,
  cluster: ClusterRef,
  { eventId }: NamedEvent,
  one?: NamedAssociation,
): Promise<HintReading> {
  const { namespace, serviceAccount, associationId } = one ?? {};
  const key =
    namespace !== undefined && serviceAccount !== undefined ? { namespace, serviceAccount } : undefined;
  return deps.hints.read({ cluster, eventId, key, associationId });
}

/** Why nothing of the cluster is looked at. */
async function refusalOf(
  deps: DetectDeps,
  cluster: ClusterRef,
  event: NamedEvent,
  reading: HintReading,
): Promise<Detection | undefined> {
  if (reading.seen) return { kind: 'duplicate' };
  if (reading.cluster === undefined) return await noteUnknownCluster(deps, cluster, event.cause);
  if (reading.cluster.enrolment.state !== 'retired') return undefined;
  return { kind: 'ignored', why: 'the cluster is retired' };
}

const OPERATIONS = {
  created: 'create',
  updated: 'update',
  deleted: 'delete',
  tagged: 'tag',
  untagged: 'untag',
} as const;

function judge(
  { writerRole, settleMs }: DetectDeps,
  hint: KeysHint & EventFacts,
  { at }: NamedEvent,
  { associationId }: NamedAssociation,
  { item }: HintReading,
): HintJudgement {
  const told = {
    at,
    operation: OPERATIONS[hint.change],
    byWriter: isByRole(hint.principal, hint.cluster.account, writerRole),
    token: hint.clientRequestToken,
    associationId,
  };
  return judgeHint(item, told, { settleMs });
}

function toKey(
  { change }: KeysHint,
  { associationId }: NamedAssociation,
  key: Pick<ReconcileKey, 'namespace' | 'serviceAccount'>,
): ReconcileKey {
  const gone = change === 'deleted' ? { gone: true } : {};
  return { ...key, ...gone, ...(associationId === undefined ? {} : { associationId }) };
}

async function lookAtCluster(
  deps: DetectDeps,
  hint: ClusterHint & EventFacts,
  event: NamedEvent,
  call: CallOptions,
): Promise<Detection> {
  const { cluster, change } = hint;
  const reading = await readHint(deps, cluster, event);
  if (reading.seen) return { kind: 'duplicate' };
  if (change === 'created' || ((change === 'deleted' || change === 'tags') && reading.cluster)) {
    return await toEnrol(deps, hint, change, event, call);
  }
  if (change === 'deleted') return { kind: 'ignored', why: 'nobody enrolled the cluster that was deleted' };
  const refusal = await refusalOf(deps, cluster, event, reading);
  return refusal ?? (await verify(deps, cluster, event, call, reading.cluster?.cluster.createdAt));
}

async function toEnrol(
  deps: DetectDeps,
  hint: ClusterHint & EventFacts,
  change: EnrolMessage['change'],
  { at, cause, eventId }: NamedEvent,
  call: CallOptions,
): Promise<Detection> {
  const { partition, account, region, name } = hint.cluster;
  const { clusterCreatedAt: createdAt } = hint.evidence;
  const cluster = { partition, account, region, name, ...(createdAt === undefined ? {} : { createdAt }) };
  await deps.enrolQueue.send([toEnrolQueue({ version: 1, cluster, change, at, cause, eventId })], call);
  return { kind: 'sent', to: 'enrol', messages: 1 };
}

async function verify(
  deps: DetectDeps,
  cluster: ClusterRef,
  event: NamedEvent,
  call: CallOptions,
  createdAt: number | undefined,
): Promise<Detection> {
  const why = event.cause.eventName ?? 'event';
  return await toReconcile(deps, event, [{ ...about(cluster, event, createdAt), keys: 'all', why }], call);
}

/** Everything that uses the role, cluster by cluster. The event is noted as seen only when all of it was sent. */
async function lookAtRole(
  deps: DetectDeps,
  hint: RoleHint & EventFacts,
  event: NamedEvent,
  call: CallOptions,
): Promise<Detection> {
  const [seen] = await deps.registry.get([{ type: 'seenEvent', id: event.eventId }]);
  if (seen) return { kind: 'duplicate' };
  const users = new RoleUsers(hint.partition);
  for await (const page of whoUses(deps, hint)) for (const { item } of page) users.add(item);
  const messages = users.messages(event.cause, hint.eventName ?? hint.change);
  if (messages.length === 0) return { kind: 'ignored', why: 'nothing uses the role' };
  const sent = await toReconcile(deps, event, messages, call);
  const at = deps.clock.now();
  await deps.registry.commit({ id: deps.newId(), at, seen: [{ type: 'seenEvent', id: event.eventId, at }] });
  return sent;
}

function about({ partition, account, region, name }: ClusterRef, event: NamedEvent, createdAt?: number) {
  const cluster = { partition, account, region, name, ...(createdAt === undefined ? {} : { createdAt }) };
  return { version: 1 as const, cluster, cause: event.cause, eventId: event.eventId };
}

async function toReconcile(
  deps: DetectDeps,
  { eventId }: NamedEvent,
  messages: readonly ReconcileMessage[],
  call: CallOptions,
): Promise<Detection> {
  const outgoing = messages.map(
    (message, index): OutgoingMessage =>
      toReconcileQueue(message, `${eventId} ${clusterArn(message.cluster)} ${index}`),
  );
  await deps.reconcileQueue.send(outgoing, call);
  return { kind: 'sent', to: 'reconcile', messages: outgoing.length };
}
