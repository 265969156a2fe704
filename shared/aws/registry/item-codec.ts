import { FREEZE_SHARDS } from '#shared/domain/registry/freeze.ts';
import type { RegistryItem } from '#shared/domain/registry/item-ref.ts';
import { SEEN_EVENT_DAYS } from '#shared/domain/registry/seen-event.ts';
import { TOLD_CAUSE_DAYS } from '#shared/domain/registry/told-cause.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { indexKeys, keyOf, parseAssociationKey, refOf } from './item-keys.ts';

/** An item as the table holds it. */
export type Row = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

/** Raised when an older reader would misunderstand what is written; adding a field does not. */
export const FORMAT = 1;

const DAY_MS = 24 * 3_600_000;
export const KEEP_DAYS = {
  endedFinding: 90,
  doneJob: 30,
  enrolment: 30,
  brakeSlot: 2,
  outbox: 7,
  seenEvent: SEEN_EVENT_DAYS,
  toldCause: TOLD_CAUSE_DAYS,
};

/** When an item may be deleted, in epoch seconds. */
export function expiry(at: number, days: number): { readonly expiresAt: number } {
  return { expiresAt: Math.ceil((at + days * DAY_MS) / 1000) };
}

/**
 * An item as a row. Fields that a newer version added are in the item since it was read (nothing is dropped on the
 * way), and so survive.
 */
export function encodeItem(item: RegistryItem): Row {
  return { ...keyOf(refOf(item)), ...indexKeys(item), f: FORMAT, ...body(item), ...expiryOf(item) };
}

/** What the key says already is not said again. */
function body(item: RegistryItem): Readonly<Record<string, unknown>> {
  if (item.type !== 'association') return { ...item };
  const { clusterArn: _, clusterCreatedAt: __, namespace: ___, serviceAccount: ____, ...rest } = item;
  return rest;
}

function expiryOf(item: RegistryItem): Readonly<Record<string, unknown>> {
  switch (item.type) {
    case 'seenEvent':
      return expiry(item.at, KEEP_DAYS.seenEvent);
    case 'toldCause':
      return expiry(item.toldAt, KEEP_DAYS.toldCause);
    case 'finding':
      return item.endedAt === undefined ? {} : expiry(item.endedAt, KEEP_DAYS.endedFinding);
    case 'job':
      return item.state === 'done' ? expiry(item.updatedAt, KEEP_DAYS.doneJob) : {};
    case 'enrolmentRequest':
    case 'enrolmentOutcome':
      return expiry(item.at, KEEP_DAYS.enrolment);
    default:
      return {};
  }
}

type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object'>>;

/** What an item must have to be understood. What it has besides is kept. */
const SHAPES: Readonly<Record<string, Shape>> = {
  mapping: { version: 'number', key: 'object', latest: 'number' },
  revision: { key: 'object', number: 'number', document: 'object', by: 'string', at: 'number' },
  cluster: { version: 'number', cluster: 'object', enrolment: 'object' },
  association: { version: 'number' },
  finding: { clusterArn: 'string', id: 'string', kind: 'string', status: 'string', firstSeenAt: 'number' },
  freeze: { version: 'number', shard: 'number', frozen: 'boolean' },
  brakeRelease: { version: 'number', scope: 'string', at: 'number' },
  job: { version: 'number', id: 'string', kind: 'string', state: 'string', clusterArn: 'string' },
  enrolmentRequest: { version: 'number', id: 'string', place: 'object', at: 'number' },
  enrolmentOutcome: { version: 'number', requestId: 'string', clusterArn: 'string', state: 'string' },
  enrolmentRules: { version: 'number', rules: 'object' },
  seenEvent: { id: 'string', at: 'number' },
  toldCause: { version: 'number', causeKey: 'string', severity: 'string', toldAt: 'number' },
  audit: { action: 'string', at: 'number', by: 'string', id: 'string' },
  brakeSlot: { clusterArn: 'string', from: 'number', count: 'number' },
  brakeTotal: { total: 'number' },
};

/**
 * A row as an item. Rejects with `AppError` `registry.unreadable` what it does not understand: to pass over it would
 * be to say that it is not there. Only an unreadable switch is read, as thrown: then nothing is written.
 */
export function decodeItem(row: Row): RegistryItem {
  if (row.pk.startsWith('FREEZE#') && problemOf(row) !== undefined) return unreadableSwitch(row);
  const { pk, sk, ...fields } = stripped(row);
  if (row['type'] !== 'association') return fields as unknown as RegistryItem;
  const key = parseAssociationKey(row);
  const problem = key === undefined ? 'its key names no association' : desiredProblem(fields['desired']);
  if (key === undefined || problem !== undefined) throw unreadable(row, problem ?? '');
  return { ...fields, ...key } as unknown as RegistryItem;
}

/** The row's own fields, once it is clear that they can be understood. */
export function stripped(row: Row): Row {
  const problem = problemOf(row);
  if (problem !== undefined) throw unreadable(row, problem);
  const fields = Object.entries(row).filter(([name]) => !OURS.has(name) && !name.startsWith('i_'));
  return Object.fromEntries(fields) as Row;
}

/** Written for the table's sake and not the item's. */
const OURS = new Set(['f', 'expiresAt', 'commit']);

function problemOf(row: Row): string | undefined {
  const format = row['f'];
  if (typeof format !== 'number') return 'it bears no format';
  if (format > FORMAT) {
    return `it is of format ${format}, and this version understands up to ${FORMAT}: use a newer version`;
  }
  const type = row['type'];
  const shape = typeof type === 'string' && Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined;
  if (shape === undefined) return `it is of type ${JSON.stringify(type)}`;
  const wrong = Object.entries(shape).find(([name, kind]) => typeof row[name] !== kind || row[name] === null);
  return wrong && `its ${wrong[0]} is missing or wrong`;
}

/** A wish that cannot be understood must not be taken for none, nor for one to delete. */
function desiredProblem(desired: unknown): string | undefined {
  if (desired === undefined) return undefined;
  const wish = asRecord(desired);
  const known = ['fields', 'absent', 'unresolvable'].includes(String(wish['kind']));
  if (!known || typeof wish['revision'] !== 'number' || typeof wish['clusterSet'] !== 'string') {
    return 'its desired state is no known wish';
  }
  const roleArn = asRecord(wish['fields'])['roleArn'];
  return wish['kind'] === 'fields' && typeof roleArn !== 'string' ? 'its wish names no role' : undefined;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function unreadableSwitch(row: Row): RegistryItem {
  const version = typeof row['version'] === 'number' ? row['version'] : 0;
  const shard = Number(row.pk.slice('FREEZE#'.length)) % FREEZE_SHARDS;
  const reason = 'the switch cannot be read, and so counts as thrown';
  return { type: 'freeze', version, shard, frozen: true, reason, by: 'rolecall', at: 0 };
}

function unreadable(row: Row, problem: string): AppError {
  return new AppError('registry.unreadable', `cannot read ${row.pk} ${row.sk} in the registry: ${problem}`, {
    retryable: false,
  });
}
