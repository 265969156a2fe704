import { formatMappingKey, type MappingKey } from '#shared/domain/key.ts';
import type { AssociationItem } from '#shared/domain/registry/association-item.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import {
  type BrakeReading,
  type BrakeRelease,
  type BrakeSlot,
  brakeWindowStart,
  readBrake,
} from '#shared/domain/registry/brake-ledger.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { EnrolmentRequest } from '#shared/domain/registry/enrolment-request.ts';
import type { FindingItem, FindingStatus } from '#shared/domain/registry/finding.ts';
import type { Incarnation } from '#shared/domain/registry/incarnation.ts';
import type { ItemRef, RegistryItem } from '#shared/domain/registry/item-ref.ts';
import type { Job } from '#shared/domain/registry/job.ts';
import type { MappingItem, Revision } from '#shared/domain/registry/mapping-item.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import type { CommitAnswer, ItemsOf, RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import type {
  AssociationRef,
  Page,
  Paging,
  RoleName,
  RoleUse,
} from '#shared/ports/registry/registry-lists.ts';
import { type CommitActions, commitActions, type TableNames } from './commit-actions.ts';
import { decodeItem, type Row, stripped } from './item-codec.ts';
import {
  associationsPartition,
  auditPartition,
  BRAKE,
  CLUSTERS,
  ENROLMENTS,
  findingsPartition,
  JOBS,
  keyOf,
  MAPPING_AUDIT,
  MAPPING_CLUSTER,
  MAPPINGS,
  parseAssociationKey,
  revisionsPartition,
  roleKey,
  type TableKey,
  timeText,
} from './item-keys.ts';
import { type Question, queryInput, readPlace } from './question.ts';
import { statusPage } from './status-page.ts';
import { TableCalls, type TableCallsOptions } from './table-calls.ts';

/** The registry in DynamoDB. Each method's requests and their cost: docs/registry.md. */
export class DynamoRegistry implements Registry {
  readonly #calls: TableCalls;
  readonly #tables: TableNames;

  constructor(options: TableCallsOptions & { readonly tables: TableNames }) {
    this.#calls = new TableCalls(options);
    this.#tables = options.tables;
  }

  async get<const Refs extends readonly ItemRef[]>(
    refs: Refs,
    options?: CallOptions,
  ): Promise<ItemsOf<Refs>> {
    const keys = refs.map(keyOf);
    const items = await this.#items<RegistryItem>(keys, options);
    return items as unknown as ItemsOf<Refs>;
  }

  async commit(commit: RegistryCommit, options?: CallOptions): Promise<CommitAnswer> {
    const planned = commitActions(commit, this.#tables);
    const { actions } = planned;
    const [first, ...more] = actions;
    if (first === undefined) return 'done';
    const single = more.length === 0 && (first.Put ?? first.Delete)?.ConditionExpression !== undefined;
    const answer = single
      ? await this.#calls.write(first, options)
      : await this.#calls.transact(commit.id, actions, options);
    if (answer.kind === 'written') return 'done';
    // The write went through, and its answer was lost: the item bears our commit.
    if (answer.commit === commit.id) return 'done';
    return meaningOf(answer.failed, planned);
  }

  async mappings(
    options: Paging & { readonly clusterSet?: string | undefined } = {},
  ): Promise<Page<MappingItem>> {
    const { clusterSet } = options;
    const question: Question = {
      partition: MAPPINGS,
      ...(clusterSet === undefined ? {} : { sortPrefix: `${clusterSet}/` }),
    };
    return await this.#page<MappingItem>(question, options);
  }

  async revisions(key: MappingKey, options?: Paging): Promise<Page<Revision>> {
    return await this.#page<Revision>({ partition: revisionsPartition(key), newestFirst: true }, options);
  }

  async clusters(options?: Paging): Promise<Page<ClusterItem>> {
    return await this.#indexPage<ClusterItem>({ index: 'byKind', partition: CLUSTERS }, options);
  }

  async associations(cluster: Incarnation, options?: Paging): Promise<Page<AssociationItem>> {
    return await this.#page<AssociationItem>({ partition: associationsPartition(cluster) }, options);
  }

  async associationsOfMapping(key: MappingKey, options?: Paging): Promise<Page<AssociationRef>> {
    const partition = formatMappingKey(key);
    return await this.#refs({ index: 'byMapping', partition, sortPrefix: MAPPING_CLUSTER }, options);
  }

  async associationsById(associationId: string, options?: CallOptions): Promise<readonly AssociationRef[]> {
    const { items } = await this.#refs({ index: 'byAssociationId', partition: associationId }, options);
    return items;
  }

  async usersOfRole(role: RoleName, as: RoleUse['as'], options?: Paging): Promise<Page<AssociationRef>> {
    const index = as === 'role' ? 'byRole' : 'byTargetRole';
    return await this.#refs({ index, partition: roleKey(role) }, options);
  }

  async findingsOfCluster(clusterArn: string, options?: Paging): Promise<Page<FindingItem>> {
    return await this.#page<FindingItem>({ partition: findingsPartition(clusterArn) }, options);
  }

  async findings(status: FindingStatus, options?: Paging): Promise<Page<FindingItem>> {
    const page = await statusPage(this.#calls, this.#tables.registry, status, options);
    const found = await this.#items<FindingItem>(page.items, options);
    // The index tells what was; the items tell what is.
    return {
      ...page,
      items: found.filter((item) => item !== undefined).filter((item) => item.status === status),
    };
  }

  async auditOfCluster(clusterArn: string | undefined, options?: Paging): Promise<Page<WrittenAuditEntry>> {
    const question: Question = { partition: auditPartition(clusterArn), newestFirst: true };
    const { rows, cursor } = await this.#rows(question, options);
    return { items: rows.map(toAuditEntry), ...cursor };
  }

  async auditOfMapping(key: MappingKey, options?: Paging): Promise<Page<WrittenAuditEntry>> {
    const partition = formatMappingKey(key);
    const question: Question = {
      index: 'byMapping',
      partition,
      sortPrefix: MAPPING_AUDIT,
      newestFirst: true,
    };
    const { rows, cursor } = await this.#rows(question, options);
    const found = await this.#calls.batchGet(this.#tables.registry, rows, options);
    return { items: inOrder(rows, found).flatMap((row) => (row ? [toAuditEntry(row)] : [])), ...cursor };
  }

  async runningJobs(options?: Paging): Promise<Page<Job>> {
    const page = await this.#indexPage<Job>({ index: 'byKind', partition: JOBS }, options);
    return { ...page, items: page.items.filter(({ state }) => state === 'running') };
  }

  async enrolmentRequests(options?: Paging): Promise<Page<EnrolmentRequest>> {
    const question: Question = { index: 'byKind', partition: ENROLMENTS, newestFirst: true };
    return await this.#indexPage<EnrolmentRequest>(question, options);
  }

  async readBrake(clusterArn: string, now: number, options?: CallOptions): Promise<BrakeReading> {
    const rows: Row[] = [];
    let cursor: string | undefined;
    do {
      // From the end: the total first, so that it can only be older, and never newer, than what is counted.
      const sortFrom = timeText(brakeWindowStart(now));
      const question: Question = { partition: BRAKE, sortFrom, newestFirst: true };
      const page = await this.#rows(question, { ...options, cursor });
      rows.push(...page.rows);
      cursor = page.cursor.cursor;
    } while (cursor !== undefined);
    const ofType = <Item>(type: string) =>
      rows.filter((row) => row['type'] === type).map((row) => stripped(row) as unknown as Item);
    const [total] = ofType<{ readonly total: number }>('brakeTotal');
    const ledger = { slots: ofType<BrakeSlot>('brakeSlot'), releases: ofType<BrakeRelease>('brakeRelease') };
    return readBrake({ ...ledger, total: total?.total ?? 0 }, clusterArn, now);
  }

  async #page<Item extends RegistryItem>(question: Question, paging?: Paging): Promise<Page<Item>> {
    const { rows, cursor } = await this.#rows(question, paging);
    return { items: rows.map((row) => decodeItem(row) as Item), ...cursor };
  }

  /** A page of an index, with the items it names. */
  async #indexPage<Item extends RegistryItem>(question: Question, paging?: Paging): Promise<Page<Item>> {
    const { rows, cursor } = await this.#rows(question, paging);
    const items = await this.#items<Item>(rows, paging);
    return { items: items.filter((item) => item !== undefined), ...cursor };
  }

  async #refs(question: Question, paging?: Paging): Promise<Page<AssociationRef>> {
    const { rows, cursor } = await this.#rows(question, paging);
    const items = rows.flatMap((row) => {
      const key = parseAssociationKey(row);
      return key ? [{ type: 'association' as const, ...key }] : [];
    });
    return { items, ...cursor };
  }

  async #items<Item extends RegistryItem>(
    keys: readonly TableKey[],
    options?: CallOptions,
  ): Promise<readonly (Item | undefined)[]> {
    const rows = await this.#calls.batchGet(this.#tables.registry, keys, options);
    return inOrder(keys, rows).map((row) => (row ? (decodeItem(row) as Item) : undefined));
  }

  async #rows(question: Question, paging: Paging = {}) {
    const input = queryInput(this.#tables.registry, question, paging);
    const { rows, next } = await this.#calls.query(input, paging);
    return { rows, cursor: readPlace(next) };
  }
}

function meaningOf(failed: readonly number[], { freezeCheck, brakeCheck }: CommitActions): CommitAnswer {
  if (freezeCheck !== undefined && failed.includes(freezeCheck)) return 'frozen';
  return failed.every((index) => index === brakeCheck) ? 'braked' : 'conflict';
}

function inOrder(keys: readonly TableKey[], rows: ReadonlyMap<string, Row>): readonly (Row | undefined)[] {
  return keys.map(({ pk, sk }) => rows.get(`${pk}\n${sk}`));
}

function toAuditEntry(row: Row): WrittenAuditEntry {
  const { pk: _, sk: __, type: ___, ...entry } = stripped(row);
  return entry as unknown as WrittenAuditEntry;
}
