import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { clusterArn } from '#shared/domain/cluster.ts';
import type { BrakeEntry } from '#shared/domain/registry/brake-ledger.ts';
import { freezeShard } from '#shared/domain/registry/freeze.ts';
import type { VersionedItem } from '#shared/domain/registry/item-ref.ts';
import type { OutboxEntry } from '#shared/domain/registry/outbox-entry.ts';
import { MAX_COMMIT_ACTIONS, type RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import { encodeItem, expiry, FORMAT, KEEP_DAYS } from './item-codec.ts';
import {
  auditKey,
  BRAKE,
  BRAKE_TOTAL,
  brakeSlotKey,
  findingIndexKeys,
  keyOf,
  refOf,
  timeText,
} from './item-keys.ts';

/** The tables' names. */
export interface TableNames {
  readonly registry: string;
  readonly outbox: string;
}

export type CommitAction = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

export interface CommitActions {
  readonly actions: readonly CommitAction[];
  /** Which of them checks the switch, and which the fleet's allowance. */
  readonly freezeCheck?: number;
  readonly brakeCheck?: number;
}

/** A commit as the actions of one transaction. Throws when there are more than a transaction holds: a caller's bug. */
export function commitActions(commit: RegistryCommit, tables: TableNames): CommitActions {
  const actions: CommitAction[] = [
    ...(commit.put ?? []).map((item) => putVersioned(item, commit, tables)),
    ...(commit.remove ?? []).map((item) => ({
      Delete: { TableName: tables.registry, Key: keyOf(refOf(item)), ...atVersion(item.version) },
    })),
    ...unconditional(commit, tables),
    ...outboxAction(commit, tables),
  ];
  const brakeCheck = commit.brake && totalAction(commit.brake, tables);
  if (commit.brake) actions.push(slotAction(commit.brake, tables));
  if (brakeCheck) actions.push(brakeCheck);
  const freezeCheck = commit.unlessFrozen && freezeAction(commit.unlessFrozen.clusterArn, tables);
  if (freezeCheck) actions.push(freezeCheck);
  if (commit.whileMode) actions.push(modeAction(commit.whileMode, tables));
  if (actions.length > MAX_COMMIT_ACTIONS) throw new Error(`a commit of ${actions.length} actions`);
  return {
    actions,
    ...(freezeCheck ? { freezeCheck: actions.indexOf(freezeCheck) } : {}),
    ...(brakeCheck ? { brakeCheck: actions.indexOf(brakeCheck) } : {}),
  };
}

function putVersioned(item: VersionedItem, commit: RegistryCommit, tables: TableNames): CommitAction {
  const row = encodeItem({ ...item, version: item.version + 1 });
  return {
    Put: { TableName: tables.registry, Item: { ...row, commit: commit.id }, ...atVersion(item.version) },
  };
}

/** What was read must still be what is there. */
function atVersion(version: number) {
  if (version === 0) {
    return { ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames: { '#pk': 'pk' } };
  }
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': version },
  };
}

function unconditional(commit: RegistryCommit, tables: TableNames): readonly CommitAction[] {
  const TableName = tables.registry;
  const { revisions = [], findings = [], seen = [], audit = [], ends = [] } = commit;
  return [
    ...revisions.map((revision) => ({
      Put: { TableName, Item: encodeItem(revision), ...atVersion(0) },
    })),
    ...[...findings, ...seen].map((item) => ({ Put: { TableName, Item: encodeItem(item) } })),
    ...ends.map((end) => endAction(end, tables)),
    ...audit.map((entry, index) => {
      const written = { ...entry, id: `${commit.id}.${index}` };
      return { Put: { TableName, Item: auditRow(written) } };
    }),
  ];
}

function auditRow(entry: Parameters<typeof auditKey>[0]) {
  const key = auditKey(entry);
  const { mapping } = entry;
  const index = mapping
    ? {
        i_mapping: `${mapping.clusterSet}/${mapping.namespace}/${mapping.serviceAccount}`,
        i_mappingAt: `audit#${key.sk}`,
      }
    : {};
  return { ...key, ...index, f: FORMAT, type: 'audit', ...entry };
}

/** Leaves alone what the finding says, which whoever ends it has not read. */
function endAction(end: NonNullable<RegistryCommit['ends']>[number], tables: TableNames): CommitAction {
  const { clusterArn, id, status, endedAt } = end;
  const values = {
    ...findingIndexKeys(end),
    status,
    endedAt,
    ...expiry(endedAt, KEEP_DAYS.endedFinding),
  };
  const names = Object.keys(values);
  return {
    Update: {
      TableName: tables.registry,
      Key: keyOf({ type: 'finding', clusterArn, id }),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`:${name}`, value]),
      ),
    },
  };
}

/** Rows of one cluster are one partition, so that its stream keeps their order. */
function outboxAction(commit: RegistryCommit, tables: TableNames): readonly CommitAction[] {
  const { id, at, outbox = [] } = commit;
  const [first] = outbox;
  if (!first) return [];
  const Item = {
    pk: clusterOf(first) ?? 'fleet',
    sk: `${timeText(at)}#${id}`,
    f: FORMAT,
    type: 'outbox',
    id,
    at,
    entries: outbox,
    ...expiry(at, KEEP_DAYS.outbox),
  };
  return [{ Put: { TableName: tables.outbox, Item } }];
}

function clusterOf(entry: OutboxEntry): string | undefined {
  if ('cluster' in entry) return clusterArn(entry.cluster);
  return 'clusterArn' in entry ? entry.clusterArn : undefined;
}

/** Counts on, whatever was counted; no reader of the slot is disturbed. */
function slotAction(entry: BrakeEntry, tables: TableNames): CommitAction {
  const { clusterArn, from } = entry;
  const fields = { type: 'brakeSlot', clusterArn, from, ...expiry(from, KEEP_DAYS.brakeSlot) };
  return { Update: { TableName: tables.registry, Key: brakeSlotKey(entry), ...counting('count', fields) } };
}

function totalAction({ totalBelow }: BrakeEntry, tables: TableNames): CommitAction | undefined {
  if (totalBelow === undefined) return undefined;
  const update = counting('total', { type: 'brakeTotal' });
  return {
    Update: {
      TableName: tables.registry,
      Key: { pk: BRAKE, sk: BRAKE_TOTAL },
      ...update,
      ...(totalBelow > 0
        ? { ConditionExpression: 'attribute_not_exists(#total) OR #total < :below' }
        : { ConditionExpression: '#total < :below' }),
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':below': totalBelow },
    },
  };
}

function counting(name: string, fields: Readonly<Record<string, unknown>>) {
  const set = { f: FORMAT, ...fields };
  const assignments = Object.keys(set).map((field) => `#${field} = :${field}`);
  return {
    UpdateExpression: `SET ${assignments.join(', ')} ADD #${name} :one`,
    ExpressionAttributeNames: Object.fromEntries(
      [...Object.keys(set), name].map((field) => [`#${field}`, field]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(set).map(([field, value]) => [`:${field}`, value])),
      ':one': 1,
    },
  };
}

/** Whatever else of the cluster's item changes often, and is no reason not to write. */
function modeAction(
  { clusterArn, clusterCreatedAt, mode }: NonNullable<RegistryCommit['whileMode']>,
  tables: TableNames,
): CommitAction {
  return {
    ConditionCheck: {
      TableName: tables.registry,
      Key: keyOf({ type: 'cluster', clusterArn }),
      ConditionExpression:
        '#cluster.#createdAt = :createdAt AND #cluster.#mode = :mode AND #enrolment.#state <> :retired AND #f = :format',
      ExpressionAttributeNames: {
        '#cluster': 'cluster',
        '#createdAt': 'createdAt',
        '#mode': 'mode',
        '#enrolment': 'enrolment',
        '#state': 'state',
        '#f': 'f',
      },
      ExpressionAttributeValues: {
        ':createdAt': clusterCreatedAt,
        ':mode': mode,
        ':retired': 'retired',
        ':format': FORMAT,
      },
    },
  };
}

/** Not there: never frozen. There and not clearly off: frozen. */
function freezeAction(clusterArn: string, tables: TableNames): CommitAction {
  return {
    ConditionCheck: {
      TableName: tables.registry,
      Key: keyOf({ type: 'freeze', shard: freezeShard(clusterArn) }),
      ConditionExpression: 'attribute_not_exists(#pk) OR (#frozen = :off AND #f = :format)',
      ExpressionAttributeNames: { '#pk': 'pk', '#frozen': 'frozen', '#f': 'f' },
      ExpressionAttributeValues: { ':off': false, ':format': FORMAT },
    },
  };
}
