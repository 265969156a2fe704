import type {
  AssociationFields,
  AssociationSummary,
  FieldChanges,
  ObservedAssociation,
} from '#shared/domain/association.ts';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import { formatKey, isNamespace, isServiceAccountName, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { Addon, Addons } from '#shared/ports/addons.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { CallCounter } from '#shared/ports/calls.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Clusters, DescribedCluster, Place } from '#shared/ports/clusters.ts';
import type {
  CallOptions,
  CreateAnswer,
  DeleteAnswer,
  PodIdentityReader,
  PodIdentityWriter,
  RoleRefusal,
  TagAnswer,
  UpdateAnswer,
} from '#shared/ports/pod-identity.ts';
import { describedCluster, FakeCluster } from './fake-cluster.ts';
import { FakeTroubles } from './fake-troubles.ts';

export const FAKE_EKS_OPERATIONS = {
  list: 'eks:ListPodIdentityAssociations',
  describe: 'eks:DescribePodIdentityAssociation',
  create: 'eks:CreatePodIdentityAssociation',
  update: 'eks:UpdatePodIdentityAssociation',
  delete: 'eks:DeletePodIdentityAssociation',
  tag: 'eks:TagResource',
  untag: 'eks:UntagResource',
  listClusters: 'eks:ListClusters',
  describeCluster: 'eks:DescribeCluster',
  describeAddon: 'eks:DescribeAddon',
} as const;
export type FakeEksOperation = keyof typeof FAKE_EKS_OPERATIONS;

export interface FakeEksOptions {
  readonly clock: Clock;
  /** Counts calls under AWS's names. */
  readonly counter?: CallCounter;
  /** Associations on a page; 100 as in EKS. */
  readonly pageSize?: number;
  /** Associations on a cluster; 5,000 as in EKS. */
  readonly limit?: number;
}

type WriteOptions = CallOptions & { readonly token: string };

/**
 * EKS in memory, behind the ports, with the quirks that callers must live with: 409 naming the association that is
 * there, refused roles, `''` that clears, tokens that answer again what they answered, reads that are late, answers
 * that are lost.
 *
 * What it does not do: it checks no trust policy (`refuseRole` says which role is refused, and how), and knows no
 * permissions beyond `troubles.deny`. `put`, `change` and `remove` are somebody else at work: seen at once.
 */
export class FakeEks {
  readonly reader: PodIdentityReader;
  readonly writer: PodIdentityWriter;
  readonly clusters: Clusters;
  readonly addons: Addons;
  readonly troubles = new FakeTroubles<FakeEksOperation>();
  readonly #options: Required<Omit<FakeEksOptions, 'counter'>>;
  readonly #counter: CallCounter | undefined;
  readonly #clusters = new Map<string, FakeCluster>();
  readonly #refusedRoles = new Map<string, RoleRefusal>();
  readonly #answered = new Map<
    string,
    { readonly request: string; readonly answer: CreateAnswer | UpdateAnswer }
  >();
  #staleMs = 0;
  #lastId = 0;

  constructor(options: FakeEksOptions) {
    this.#options = { clock: options.clock, pageSize: options.pageSize ?? 100, limit: options.limit ?? 5000 };
    this.#counter = options.counter;
    this.reader = {
      list: (cluster, listOptions) => this.#list(cluster, listOptions),
      describe: (cluster, id, call) => this.#do('describe', call, () => this.#describe(cluster, id)),
    };
    this.writer = {
      create: (cluster, key, fields, call) =>
        this.#do('create', call, () => this.#create(cluster, key, fields, call)),
      update: (cluster, id, changes, call) =>
        this.#do('update', call, () => this.#update(cluster, id, changes, call)),
      delete: (cluster, id, call) => this.#do('delete', call, () => this.#delete(cluster, id)),
      tag: (cluster, arn, tags, call) =>
        this.#do('tag', call, () => this.#retag(cluster, arn, (old) => ({ ...old, ...tags }))),
      untag: (cluster, arn, keys, call) =>
        this.#do('untag', call, () => this.#retag(cluster, arn, (old) => without(old, keys))),
    };
    this.clusters = {
      list: (place, call) => this.#listClusters(place, call),
      describe: (cluster, call) =>
        this.#do('describeCluster', call, () => this.#clusters.get(clusterArn(cluster))?.described),
    };
    this.addons = {
      describe: (cluster, addonName, call) =>
        this.#do('describeAddon', call, () => this.#existing(cluster).addons.get(addonName)),
    };
  }

  /** Makes a cluster, or makes it anew with nothing in it. */
  addCluster(
    cluster: ClusterRef,
    changes: Partial<Omit<DescribedCluster, keyof ClusterRef>> = {},
  ): DescribedCluster {
    const described = describedCluster(cluster, changes);
    this.#clusters.set(clusterArn(cluster), new FakeCluster(described));
    return described;
  }

  /** The cluster goes with everything in it. */
  removeCluster(cluster: ClusterRef): void {
    this.#clusters.delete(clusterArn(cluster));
  }

  addAddon(cluster: ClusterRef, addon: Partial<Addon> & Pick<Addon, 'addonName'>): void {
    const { partition, region, account, name } = cluster;
    this.#existing(cluster).addons.set(addon.addonName, {
      addonArn: `arn:${partition}:eks:${region}:${account}:addon/${name}/${addon.addonName}/0`,
      status: 'ACTIVE',
      addonVersion: 'v1.3.4-eksbuild.1',
      healthIssues: [],
      ...addon,
    });
  }

  /** Somebody else makes an association: nothing is checked. */
  put(
    cluster: ClusterRef,
    key: ServiceAccountKey,
    fields: Partial<ObservedAssociation> & Pick<AssociationFields, 'roleArn'>,
  ): ObservedAssociation {
    const { history } = this.#existing(cluster);
    const now = this.#options.clock.now();
    const made = { associationId: fields.associationId ?? this.#newId(), now, visibleAt: now };
    const created = this.#existing(cluster).create(
      key,
      { disableSessionTags: false, tags: {}, ...fields },
      made,
    );
    const association = { ...created, ...fields };
    history.write(association.associationId, association, now);
    return association;
  }

  /** Somebody else changes whatever they like. */
  change(cluster: ClusterRef, associationId: string, changes: Partial<ObservedAssociation>): void {
    const { history } = this.#existing(cluster);
    const now = this.#options.clock.now();
    const before = history.current(associationId);
    if (before === undefined) throw new Error(`there is no ${associationId} to change`);
    history.write(associationId, { ...before, modifiedAt: now, ...changes }, now);
  }

  /** Somebody else deletes it. */
  remove(cluster: ClusterRef, associationId: string): void {
    this.#existing(cluster).history.write(associationId, undefined, this.#options.clock.now());
  }

  /** What is really there, in order of creation. */
  associations(cluster: ClusterRef): readonly ObservedAssociation[] {
    return this.#existing(cluster).history.allCurrent();
  }

  /** What is really there for a service account. */
  find(cluster: ClusterRef, key: ServiceAccountKey): ObservedAssociation | undefined {
    return this.associations(cluster).find((association) => formatKey(association) === formatKey(key));
  }

  /** From now on, reads see a write of ours only so many milliseconds later (facts §1.5: several seconds). */
  staleFor(milliseconds: number): void {
    this.#staleMs = milliseconds;
  }

  /** EKS refuses the role on create and update, until `acceptRole`. */
  refuseRole(roleArn: string, refusal: RoleRefusal): void {
    this.#refusedRoles.set(roleArn, refusal);
  }

  acceptRole(roleArn: string): void {
    this.#refusedRoles.delete(roleArn);
  }

  async #do<Answer>(
    operation: FakeEksOperation,
    call: CallOptions | undefined,
    effect: () => Answer,
  ): Promise<Answer> {
    return this.troubles.meet(operation, call, effect, () => this.#count(operation, call));
  }

  #count(operation: FakeEksOperation, call: CallOptions | undefined): void {
    this.#counter?.count(FAKE_EKS_OPERATIONS[operation]);
    call?.counter?.count(FAKE_EKS_OPERATIONS[operation]);
  }

  async *#list(
    cluster: ClusterRef,
    options: CallOptions & { readonly key?: ServiceAccountKey } = {},
  ): AsyncGenerator<readonly AssociationSummary[]> {
    const { pageSize, clock } = this.#options;
    const wanted = options.key && formatKey(options.key);
    for (let from = 0, more = true; more; from += pageSize) {
      yield await this.#do('list', options, () => {
        const all = this.#existing(cluster)
          .history.allSeen(clock.now())
          .filter((association) => wanted === undefined || formatKey(association) === wanted);
        more = from + pageSize < all.length;
        return all.slice(from, from + pageSize).map(toSummary);
      });
    }
  }

  async *#listClusters(place: Place, call?: CallOptions): AsyncGenerator<readonly string[]> {
    const { pageSize } = this.#options;
    for (let from = 0, more = true; more; from += pageSize) {
      yield await this.#do('listClusters', call, () => {
        const names = [...this.#clusters.values()]
          .filter(({ described }) => described.account === place.account && described.region === place.region)
          .map(({ described }) => described.name);
        more = from + pageSize < names.length;
        return names.slice(from, from + pageSize);
      });
    }
  }

  #describe(cluster: ClusterRef, associationId: string): ObservedAssociation | undefined {
    return this.#existing(cluster).history.seen(associationId, this.#options.clock.now());
  }

  #create(
    cluster: ClusterRef,
    key: ServiceAccountKey,
    fields: AssociationFields,
    call: WriteOptions,
  ): CreateAnswer {
    return this.#once(`create ${clusterArn(cluster)} ${call.token}`, { key, fields }, () => {
      const target = this.#existing(cluster);
      const refusal = this.#refusalOf(cluster, fields) ?? invalidKey(key);
      if (refusal !== undefined) return refusal;
      const taken = this.find(cluster, key);
      if (taken !== undefined) return { kind: 'exists', associationId: taken.associationId };
      if (target.history.allCurrent().length >= this.#options.limit) return { kind: 'limitExceeded' };
      const made = { associationId: this.#newId(), ...this.#writeTimes() };
      return { kind: 'created', association: target.create(key, fields, made) };
    });
  }

  #update(
    cluster: ClusterRef,
    associationId: string,
    changes: FieldChanges,
    call: WriteOptions,
  ): UpdateAnswer {
    return this.#once(`update ${clusterArn(cluster)} ${call.token}`, { associationId, changes }, () => {
      const target = this.#existing(cluster);
      const before = target.history.current(associationId);
      if (before === undefined) return { kind: 'gone' };
      if (Object.keys(changes).length === 0)
        return { kind: 'invalid', message: 'No field to update was given.' };
      if (before.ownerArn !== undefined)
        return { kind: 'invalid', message: `Association is owned by ${before.ownerArn}` };
      const refusal = this.#refusalOf(cluster, { ...before, ...changes });
      if (refusal !== undefined) return refusal;
      return { kind: 'updated', association: target.update(before, changes, this.#writeTimes()) };
    });
  }

  #delete(cluster: ClusterRef, associationId: string): DeleteAnswer {
    const { history } = this.#existing(cluster);
    const before = history.current(associationId);
    if (before === undefined) return { kind: 'gone' };
    if (before.ownerArn !== undefined) {
      throw new AppError('aws.refused', `Association is owned by ${before.ownerArn}`, { retryable: false });
    }
    history.write(associationId, undefined, this.#writeTimes().visibleAt);
    return { kind: 'deleted' };
  }

  #retag(
    cluster: ClusterRef,
    arn: string,
    change: (tags: ObservedAssociation['tags']) => ObservedAssociation['tags'],
  ): TagAnswer {
    const history = this.#clusters.get(clusterArn(cluster))?.history;
    const before = history?.allCurrent().find(({ associationArn }) => associationArn === arn);
    if (history === undefined || before === undefined) return { kind: 'gone' };
    history.write(
      before.associationId,
      { ...before, tags: change(before.tags) },
      this.#writeTimes().visibleAt,
    );
    return { kind: 'done' };
  }

  /** The same token with the same request is answered as before; with another request it is refused (facts §1.3). */
  #once<Answer extends CreateAnswer | UpdateAnswer>(
    token: string,
    request: unknown,
    write: () => Answer,
  ): Answer | RoleRefusal {
    const text = JSON.stringify(request);
    const known = this.#answered.get(token);
    if (known !== undefined && known.request !== text) {
      return { kind: 'invalid', message: 'The token was used with other parameters.' };
    }
    if (known !== undefined) return known.answer as Answer;
    const answer = write();
    // A refusal is no answer to hold on to: the role may be there the next time.
    if (answer.kind === 'created' || answer.kind === 'updated')
      this.#answered.set(token, { request: text, answer });
    return answer;
  }

  #refusalOf(
    cluster: ClusterRef,
    fields: Pick<AssociationFields, 'roleArn' | 'policy' | 'disableSessionTags'>,
  ): RoleRefusal | undefined {
    if (fields.roleArn.split(':')[4] !== cluster.account) return { kind: 'roleInOtherAccount' };
    if (fields.policy && !fields.disableSessionTags) {
      return { kind: 'invalid', message: 'When policy is specified, disableSessionTags must be set to true' };
    }
    return this.#refusedRoles.get(fields.roleArn);
  }

  #existing(cluster: ClusterRef): FakeCluster {
    const found = this.#clusters.get(clusterArn(cluster));
    if (found) return found;
    throw new AppError('cluster.notFound', `No cluster found for name: ${cluster.name}.`, {
      retryable: false,
    });
  }

  #writeTimes(): { readonly now: number; readonly visibleAt: number } {
    const now = this.#options.clock.now();
    return { now, visibleAt: now + this.#staleMs };
  }

  /** `a-00000000000000001`: as long as EKS's own (facts §1.2). */
  #newId(): string {
    this.#lastId += 1;
    return `a-${String(this.#lastId).padStart(17, '0')}`;
  }
}

function toSummary(association: ObservedAssociation): AssociationSummary {
  const { namespace, serviceAccount, associationId, associationArn, ownerArn } = association;
  return { namespace, serviceAccount, associationId, associationArn, ...(ownerArn ? { ownerArn } : {}) };
}

function without(tags: ObservedAssociation['tags'], keys: readonly string[]): ObservedAssociation['tags'] {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}

function invalidKey(key: ServiceAccountKey): RoleRefusal | undefined {
  if (!isNamespace(key.namespace)) {
    return { kind: 'invalid', message: 'The parameter namespace contains invalid characters.' };
  }
  if (!isServiceAccountName(key.serviceAccount)) {
    return { kind: 'invalid', message: 'The parameter serviceAccount contains invalid characters.' };
  }
  return undefined;
}
