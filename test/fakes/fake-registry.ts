import {
  compareKeys,
  compareText,
  formatKey,
  formatMappingKey,
  type MappingKey,
} from '#shared/domain/key.ts';
import { type AssociationItem, rolesOf } from '#shared/domain/registry/association-item.ts';
import type { WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import { type BrakeReading, type BrakeSlot, readBrake } from '#shared/domain/registry/brake-ledger.ts';
import type { ClusterItem } from '#shared/domain/registry/cluster-item.ts';
import type { EnrolmentRequest } from '#shared/domain/registry/enrolment-request.ts';
import type { FindingItem, FindingStatus } from '#shared/domain/registry/finding.ts';
import { freezeShard } from '#shared/domain/registry/freeze.ts';
import type { Incarnation } from '#shared/domain/registry/incarnation.ts';
import type { ItemRef, RegistryItem, VersionedItem } from '#shared/domain/registry/item-ref.ts';
import type { Job } from '#shared/domain/registry/job.ts';
import type { MappingItem, Revision } from '#shared/domain/registry/mapping-item.ts';
import type { OutboxEntry, OutboxRow } from '#shared/domain/registry/outbox-entry.ts';
import { parseRoleArn } from '#shared/domain/role.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import {
  type CommitAnswer,
  type ItemsOf,
  MAX_COMMIT_ACTIONS,
  type RegistryCommit,
} from '#shared/ports/registry/registry-items.ts';
import type {
  AssociationRef,
  Page,
  Paging,
  RoleName,
  RoleUse,
} from '#shared/ports/registry/registry-lists.ts';

/** The registry in memory. It has no indexes, and so never lags. */
export class FakeRegistry implements Registry {
  /** What was written to the outbox, in order. */
  readonly outbox: OutboxRow[] = [];
  /** Requests by operation, in order: `get`, `commit`, `readBrake`, `associations` … */
  readonly requests: string[] = [];
  readonly #items = new Map<string, RegistryItem>();
  readonly #audit: WrittenAuditEntry[] = [];
  readonly #brake = new Map<string, BrakeSlot>();
  readonly #commits = new Set<string>();
  #brakeTotal = 0;
  #failures: AppError[] = [];
  #lostAnswers = 0;
  #beforeCommit: (() => Promise<void>) | undefined;

  /** All that was told to others, in order. */
  get told(): readonly OutboxEntry[] {
    return this.outbox.flatMap(({ entries }) => entries);
  }

  /** How many items there are of each type, for tests that nothing was written. */
  get writes(): number {
    return this.#commits.size;
  }

  /** The next requests fail, one by one. */
  failNext(...failures: AppError[]): void {
    this.#failures.push(...failures);
  }

  /** The next commits are carried out, and their answers get lost. */
  loseAnswers(count: number): void {
    this.#lostAnswers = count;
  }

  /** Done once, right before the next commit: what another worker does in between. */
  interleave(action: () => Promise<void>): void {
    this.#beforeCommit = action;
  }

  /** Everything is gone. */
  clear(): void {
    this.#items.clear();
    this.#audit.length = 0;
    this.#brake.clear();
    this.#brakeTotal = 0;
  }

  /** One item is gone, without anybody having removed it. */
  forget(ref: ItemRef): void {
    this.#items.delete(nameOf(ref));
  }

  async get<const Refs extends readonly ItemRef[]>(refs: Refs): Promise<ItemsOf<Refs>> {
    this.#request('get');
    return refs.map((ref) => clone(this.#items.get(nameOf(ref)))) as unknown as ItemsOf<Refs>;
  }

  async commit(given: RegistryCommit): Promise<CommitAnswer> {
    const commit = clone(given);
    const interleaved = this.#beforeCommit;
    this.#beforeCommit = undefined;
    await interleaved?.();
    this.#request('commit');
    const answer = this.#commit(commit);
    if (this.#lostAnswers > 0) {
      this.#lostAnswers -= 1;
      throw new AppError('aws.timeout', 'the answer got lost', { retryable: true });
    }
    return answer;
  }

  async mappings(
    options: Paging & { readonly clusterSet?: string | undefined } = {},
  ): Promise<Page<MappingItem>> {
    this.#request('mappings');
    const { clusterSet } = options;
    const items = this.#all('mapping')
      .filter(({ key }) => clusterSet === undefined || key.clusterSet === clusterSet)
      .sort((left, right) => compareText(formatMappingKey(left.key), formatMappingKey(right.key)));
    return page(items, options);
  }

  async revisions(key: MappingKey, options?: Paging): Promise<Page<Revision>> {
    this.#request('revisions');
    const items = this.#all('revision')
      .filter((revision) => formatMappingKey(revision.key) === formatMappingKey(key))
      .sort((left, right) => right.number - left.number);
    return page(items, options);
  }

  async clusters(options?: Paging): Promise<Page<ClusterItem>> {
    this.#request('clusters');
    const place = ({ cluster }: ClusterItem) => `${cluster.account}/${cluster.region}/${cluster.name}`;
    const items = this.#all('cluster').sort((left, right) => compareText(place(left), place(right)));
    return page(items, options);
  }

  async associations(cluster: Incarnation, options?: Paging): Promise<Page<AssociationItem>> {
    this.#request('associations');
    const items = this.#all('association')
      .filter((item) => isOf(item, cluster))
      .sort((left, right) => compareText(formatKey(left), formatKey(right)));
    return page(items, options);
  }

  async associationsOfMapping(key: MappingKey, options?: Paging): Promise<Page<AssociationRef>> {
    this.#request('associationsOfMapping');
    return this.#refs(
      (item) =>
        item.desired !== undefined &&
        formatMappingKey({ ...item, clusterSet: item.desired.clusterSet }) === formatMappingKey(key),
      options,
    );
  }

  async associationsById(associationId: string): Promise<readonly AssociationRef[]> {
    this.#request('associationsById');
    return this.#refs(({ record }) => record?.associationId === associationId).items;
  }

  async usersOfRole(role: RoleName, as: RoleUse['as'], options?: Paging): Promise<Page<AssociationRef>> {
    this.#request('usersOfRole');
    return this.#refs((item) => {
      const { roleArn, targetRoleArn } = rolesOf(item);
      const arn = as === 'role' ? roleArn : targetRoleArn;
      const parts = arn === undefined ? undefined : parseRoleArn(arn);
      return parts?.account === role.account && sameName(parts.roleName, role.roleName);
    }, options);
  }

  async findingsOfCluster(clusterArn: string, options?: Paging): Promise<Page<FindingItem>> {
    this.#request('findingsOfCluster');
    const items = this.#all('finding')
      .filter((finding) => finding.clusterArn === clusterArn)
      .sort((left, right) => compareText(left.id, right.id));
    return page(items, options);
  }

  async findings(status: FindingStatus, options?: Paging): Promise<Page<FindingItem>> {
    this.#request('findings');
    const when = (finding: FindingItem) => finding.endedAt ?? finding.firstSeenAt;
    const name = (finding: FindingItem) => `${finding.clusterArn}#${finding.id}`;
    const items = this.#all('finding')
      .filter((finding) => finding.status === status)
      .sort((left, right) => when(right) - when(left) || compareText(name(right), name(left)));
    return page(items, options);
  }

  async auditOfCluster(clusterArn: string | undefined, options?: Paging): Promise<Page<WrittenAuditEntry>> {
    this.#request('auditOfCluster');
    return page(newestFirst(this.#audit.filter((entry) => entry.clusterArn === clusterArn)), options);
  }

  async auditOfMapping(key: MappingKey, options?: Paging): Promise<Page<WrittenAuditEntry>> {
    this.#request('auditOfMapping');
    const name = formatMappingKey(key);
    const of = this.#audit.filter(({ mapping }) => mapping && formatMappingKey(mapping) === name);
    return page(newestFirst(of), options);
  }

  async runningJobs(options?: Paging): Promise<Page<Job>> {
    this.#request('runningJobs');
    const items = this.#all('job')
      .filter(({ state }) => state === 'running')
      .sort((left, right) => left.startedAt - right.startedAt || compareText(left.id, right.id));
    return page(items, options);
  }

  async enrolmentRequests(options?: Paging): Promise<Page<EnrolmentRequest>> {
    this.#request('enrolmentRequests');
    const items = this.#all('enrolmentRequest').sort(
      (left, right) => right.at - left.at || compareText(right.id, left.id),
    );
    return page(items, options);
  }

  async readBrake(clusterArn: string, now: number, _options?: CallOptions): Promise<BrakeReading> {
    this.#request('readBrake');
    const slots = [...this.#brake.values()];
    const ledger = { slots, releases: this.#all('brakeRelease'), total: this.#brakeTotal };
    return readBrake(ledger, clusterArn, now);
  }

  #commit(commit: RegistryCommit): CommitAnswer {
    if (this.#commits.has(commit.id)) return 'done';
    const { put = [], remove = [], revisions = [], findings = [], ends = [], seen = [] } = commit;
    checkActions(commit);
    if (commit.unlessFrozen && this.#frozen(commit.unlessFrozen.clusterArn)) return 'frozen';
    const moved = [...put, ...remove].some((item) => this.#version(item) !== item.version);
    if (commit.whileMode && !this.#isIn(commit.whileMode)) return 'conflict';
    if (moved || revisions.some((revision) => this.#items.has(nameOf(revision)))) return 'conflict';
    if (this.#brakeTotal >= (commit.brake?.totalBelow ?? Number.POSITIVE_INFINITY)) return 'braked';
    this.#commits.add(commit.id);
    for (const item of put) this.#items.set(nameOf(refOf(item)), { ...item, version: item.version + 1 });
    for (const item of remove) this.#items.delete(nameOf(refOf(item)));
    for (const item of [...revisions, ...findings, ...seen]) this.#items.set(nameOf(item), item);
    for (const { clusterArn, id, status, endedAt } of ends) {
      const name = nameOf({ type: 'finding', clusterArn, id });
      const finding = this.#items.get(name);
      if (finding?.type === 'finding') this.#items.set(name, { ...finding, status, endedAt });
    }
    this.#append(commit);
    return 'done';
  }

  #append({ id, at, audit = [], brake, outbox = [] }: RegistryCommit): void {
    for (const [index, entry] of audit.entries()) this.#audit.push({ ...entry, id: `${id}.${index}` });
    if (brake) {
      const { clusterArn, from, totalBelow } = brake;
      const slot = `${from} ${clusterArn}`;
      this.#brake.set(slot, { clusterArn, from, count: (this.#brake.get(slot)?.count ?? 0) + 1 });
      if (totalBelow !== undefined) this.#brakeTotal += 1;
    }
    if (outbox.length > 0) this.outbox.push({ id, at, entries: outbox });
  }

  #frozen(clusterArn: string): boolean {
    const item = this.#items.get(nameOf({ type: 'freeze', shard: freezeShard(clusterArn) }));
    return item?.type === 'freeze' && item.frozen;
  }

  #isIn({ clusterArn, clusterCreatedAt, mode }: NonNullable<RegistryCommit['whileMode']>): boolean {
    const item = this.#items.get(nameOf({ type: 'cluster', clusterArn }));
    if (item?.type !== 'cluster' || item.enrolment.state === 'retired') return false;
    return item.cluster.createdAt === clusterCreatedAt && item.cluster.mode === mode;
  }

  #version(item: VersionedItem): number {
    const known = this.#items.get(nameOf(refOf(item)));
    return known && 'version' in known ? known.version : 0;
  }

  #request(name: string): void {
    this.requests.push(name);
    const failure = this.#failures.shift();
    if (failure) throw failure;
  }

  #all<Type extends RegistryItem['type']>(type: Type): Extract<RegistryItem, { type: Type }>[] {
    const isType = (item: RegistryItem): item is Extract<RegistryItem, { type: Type }> => item.type === type;
    return clone([...this.#items.values()].filter(isType));
  }

  #refs(holds: (item: AssociationItem) => boolean, options?: Paging): Page<AssociationRef> {
    const items = this.#all('association')
      .filter(holds)
      .sort((left, right) => compareText(partition(left), partition(right)) || compareKeys(left, right));
    return page(
      items.map(({ type, clusterArn, clusterCreatedAt, namespace, serviceAccount }) => {
        return { type, clusterArn, clusterCreatedAt, namespace, serviceAccount };
      }),
      options,
    );
  }
}

function checkActions(commit: RegistryCommit): void {
  const { put = [], remove = [], revisions = [], findings = [], ends = [], seen = [] } = commit;
  const { audit = [], brake, outbox = [], unlessFrozen, whileMode } = commit;
  const lists = [put, remove, revisions, findings, ends, seen, audit, brake ? [1, 2] : []];
  const actions =
    lists.reduce((sum, { length }) => sum + length, 0) +
    Math.min(1, outbox.length) +
    (unlessFrozen ? 1 : 0) +
    (whileMode ? 1 : 0);
  if (actions > MAX_COMMIT_ACTIONS) throw new Error(`a commit of ${actions} actions`);
}

function isOf(item: Incarnation, cluster: Incarnation): boolean {
  return partition(item) === partition(cluster);
}

function partition({ clusterArn, clusterCreatedAt }: Incarnation): string {
  return `${clusterArn}#${clusterCreatedAt}`;
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function newestFirst(entries: readonly WrittenAuditEntry[]): readonly WrittenAuditEntry[] {
  return [...entries].sort((left, right) => right.at - left.at || compareText(right.id, left.id));
}

function page<Item>(items: readonly Item[], { cursor = '0', limit }: Paging = {}): Page<Item> {
  const start = Number(cursor);
  if (!/^\d+$/.test(cursor)) {
    throw new AppError('registry.badCursor', `no cursor: ${cursor}`, { retryable: false });
  }
  const end = limit === undefined ? items.length : start + limit;
  const found = items.slice(start, end);
  return { items: found, ...(end < items.length ? { cursor: String(end) } : {}) };
}

function refOf(item: VersionedItem): ItemRef {
  return item.type === 'cluster' ? { type: 'cluster', clusterArn: item.cluster.arn } : item;
}

function nameOf(ref: ItemRef): string {
  switch (ref.type) {
    case 'mapping':
      return `mapping ${formatMappingKey(ref.key)}`;
    case 'revision':
      return `revision ${formatMappingKey(ref.key)} ${ref.number}`;
    case 'cluster':
      return `cluster ${ref.clusterArn}`;
    case 'association':
      return `association ${partition(ref)} ${formatKey(ref)}`;
    case 'finding':
      return `finding ${ref.clusterArn} ${ref.id}`;
    case 'freeze':
      return `freeze ${ref.shard}`;
    case 'brakeRelease':
      return `brakeRelease ${ref.scope}`;
    case 'job':
      return `job ${ref.id}`;
    case 'enrolmentRequest':
      return `enrolmentRequest ${ref.id}`;
    case 'enrolmentOutcome':
      return `enrolmentOutcome ${ref.requestId} ${ref.clusterArn}`;
    case 'enrolmentRules':
      return 'enrolmentRules';
    case 'seenEvent':
      return `seenEvent ${ref.id}`;
    case 'toldCause':
      return `toldCause ${ref.causeKey}`;
  }
}

/** Nobody may change what is kept, nor be surprised that it changed. */
function clone<Value>(value: Value): Value {
  return structuredClone(value);
}
