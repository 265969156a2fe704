import type { BrakeUse } from '#shared/domain/brake.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import { formatKey, type KeyText, type ServiceAccountKey } from '#shared/domain/key.ts';
import { isSameRecord } from '#shared/domain/learn.ts';
import type { AssociationRecord, ClusterMemory } from '#shared/domain/record.ts';
import {
  type AssociationItem,
  emptyAssociation,
  intended,
  wishOf,
} from '#shared/domain/registry/association-item.ts';
import { type BrakeEntry, type BrakeReading, brakeEntry } from '#shared/domain/registry/brake-ledger.ts';
import { bucketTimes, type ClusterItem, verified } from '#shared/domain/registry/cluster-item.ts';
import { hasDrifted } from '#shared/domain/registry/conclude.ts';
import type { Incarnation } from '#shared/domain/registry/incarnation.ts';
import { isSameValue } from '#shared/domain/registry/same-value.ts';
import type { Wish, Wishes } from '#shared/domain/wish.ts';
import type { DesiredState } from '#shared/ports/desired-state.ts';
import type { Learnt, Memory, WriteIntent, WriteLeave } from '#shared/ports/memory.ts';
import type { RegistryCommit } from '#shared/ports/registry/registry-items.ts';
import { changeItem } from './change-item.ts';
import { type ConcludedKey, Conclusions } from './conclusions.ts';
import { KeyNotes, recordIn, withLearnt } from './key-notes.ts';
import type { RegistryDeps } from './registry-deps.ts';

/**
 * One reconcile of one cluster, over the registry: what the cluster should have, and what is remembered of it.
 *
 * Wishes and memory come from the same read, so that each look costs one. What a look or a write teaches is held until
 * the next write of that key begins, or its outcome is concluded, or `flush`: then it goes out in one transaction with
 * what follows from it. An intent is on record before each write, so that a crash loses nothing but a look.
 *
 * For one cluster and one worker at a time; a second one is noticed by versions, and gives way.
 */
export class RegistrySession implements DesiredState, Memory {
  readonly lasting = true;
  readonly keepsStatus = true;
  readonly #deps: RegistryDeps;
  readonly #of: Incarnation;
  readonly #cluster: ClusterItem;
  readonly #notes = new KeyNotes();
  readonly #conclusions: Conclusions;
  /** Reads of which one half, the wishes or the memory, was not asked for yet. */
  readonly #halfTaken = new Map<string, Promise<readonly AssociationItem[]>>();
  #verified: Readonly<Record<number, number>> = {};
  #brake: BrakeReading | undefined;
  /** Uses of the allowance since it was read. */
  #brakeUsed = 0;

  /** @param read items that were read with the cluster: the first look at just these keys costs nothing more */
  constructor(deps: RegistryDeps, cluster: ClusterItem, read?: readonly AssociationItem[]) {
    this.#deps = deps;
    this.#cluster = cluster;
    this.#of = { clusterArn: cluster.cluster.arn, clusterCreatedAt: cluster.cluster.createdAt };
    this.#conclusions = new Conclusions(deps, cluster.cluster, this.#notes);
    if (!read) return;
    for (const item of read) this.#notes.read(item, deps.clock.now());
    const unused = Promise.resolve(read);
    this.#halfTaken.set(lookName(read), unused);
    this.#halfTaken.set(`${lookName(read)} again`, unused);
  }

  /** What is known of a key since it was last read; `undefined` before. */
  item(key: ServiceAccountKey): AssociationItem | undefined {
    return this.#notes.get(key)?.item;
  }

  async wishes(_cluster: ClusterRef, keys?: readonly ServiceAccountKey[]): Promise<Wishes> {
    const wishes = new Map<KeyText, Wish>();
    for (const item of await this.#look(keys)) {
      const wish = wishOf(item);
      if (wish) wishes.set(formatKey(item), wish);
    }
    return wishes;
  }

  async load(_cluster: ClusterRef, keys?: readonly ServiceAccountKey[]): Promise<ClusterMemory> {
    const records = new Map<KeyText, AssociationRecord>();
    for (const item of await this.#look(keys)) {
      const note = this.#notes.get(item);
      const record = note && recordIn(note);
      if (record) records.set(formatKey(item), record);
    }
    const { clusterCreatedAt } = this.#of;
    return { clusterCreatedAt, records, bucketsVerifiedAt: bucketTimes(this.#cluster) };
  }

  /**
   * Records the intent in one transaction, if the wish and the record are still those that were loaded, the wish asks
   * for such a write, the cluster is looked after in the mode that was loaded, and nobody froze writes. Rejects with `AppError` when that cannot be told: nothing may be written
   * then, and asking again later is right.
   */
  async beginWrite(
    _cluster: ClusterRef,
    key: ServiceAccountKey,
    { braked, caps, ...intent }: WriteIntent,
  ): Promise<WriteLeave> {
    const note = this.#notes.get(key);
    const drifted = note && hasDrifted({ before: note.before, item: withLearnt(note) });
    const item = note && intended(withLearnt(note), drifted ? { ...intent, drifted } : intent);
    if (!note || !item) return 'superseded';
    // The same attempt, taken up again after a crash, was counted.
    const brake =
      braked && !this.hasBegun(key, intent.token) ? await this.#brakeEntry(intent.at, caps) : undefined;
    if (brake === 'braked') return 'braked';
    const whileMode = { ...this.#of, mode: this.#cluster.cluster.mode };
    const answer = await this.#commit({ put: [item], unlessFrozen: this.#of, whileMode, brake });
    if (answer === 'conflict')
      return await this.#beginAgain(key, { braked, ...intent, ...(caps ? { caps } : {}) });
    if (answer !== 'done') return answer;
    if (brake) this.#brakeUsed += 1;
    const { learnt: _, ...rest } = note;
    this.#notes.set({ ...rest, item: { ...item, version: item.version + 1 }, token: intent.token });
    return 'go';
  }

  hasBegun(key: ServiceAccountKey, token: string): boolean {
    const intent = this.item(key)?.intent;
    return intent?.token === token && !intent.ended;
  }

  /** Only noted: see the class. */
  async save(_cluster: ClusterRef, learnt: Learnt): Promise<void> {
    for (const { record, ...key } of learnt.changes) {
      const note = this.#notes.get(key) ?? this.#unread(key);
      this.#notes.set({ ...note, learnt: { record } });
    }
    this.#verified = { ...this.#verified, ...learnt.bucketsVerifiedAt };
  }

  /** The brake as it was last read in this session, with what was used since; `undefined` when it was not. */
  get brakeReading(): BrakeReading | undefined {
    const [reading, used] = [this.#brake, this.#brakeUsed];
    return reading && { ...reading, cluster: reading.cluster + used, fleet: reading.fleet + used };
  }

  async brakeUse(_cluster: ClusterRef, now: number): Promise<BrakeUse> {
    const reading = await this.#deps.registry.readBrake(this.#of.clusterArn, now);
    this.#brake = reading;
    this.#brakeUsed = 0;
    return { cluster: reading.cluster, fleet: reading.fleet };
  }

  /** Draws and writes the conclusions from how keys ended, with what was learnt of them. */
  conclude(keys: readonly ConcludedKey[]): Promise<void> {
    return this.#conclusions.conclude(keys);
  }

  /** Writes what is still only noted. Whoever opened a session ends it with this. */
  async flush(): Promise<void> {
    await this.#conclusions.flush();
    const times = this.#verified;
    if (Object.keys(times).length === 0) return;
    this.#verified = {};
    await changeItem(this.#deps, { type: 'cluster', clusterArn: this.#of.clusterArn }, (item) => {
      // Another life of the cluster has other buckets.
      if (item?.cluster.createdAt !== this.#of.clusterCreatedAt) return undefined;
      const next = verified(item, times);
      return next === item ? undefined : { put: [next] };
    });
  }

  /** One read for both halves of a look. */
  async #look(keys: readonly ServiceAccountKey[] | undefined): Promise<readonly AssociationItem[]> {
    const name = lookName(keys);
    for (const half of [`${name} again`, name]) {
      const taken = this.#halfTaken.get(half);
      if (!taken) continue;
      this.#halfTaken.delete(half);
      return await taken;
    }
    const reading = this.#read(keys);
    this.#halfTaken.set(name, reading);
    // A failed read has no other half: the next look tries anew.
    reading.catch(() => this.#halfTaken.delete(name));
    return await reading;
  }

  async #read(keys: readonly ServiceAccountKey[] | undefined): Promise<readonly AssociationItem[]> {
    const lookedAt = this.#deps.clock.now();
    const items = keys ? await this.#readKeys(keys) : await this.#readAll();
    return items.map((item) => this.#notes.read(item, lookedAt).item);
  }

  async #readKeys(keys: readonly ServiceAccountKey[]): Promise<readonly AssociationItem[]> {
    const refs = keys.map((key) => ({ type: 'association' as const, ...this.#of, ...keyOf(key) }));
    const found = await this.#deps.registry.get(refs);
    return refs.map((ref, index) => found[index] ?? emptyAssociation(ref));
  }

  async #readAll(): Promise<readonly AssociationItem[]> {
    const items: AssociationItem[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#deps.registry.associations(this.#of, { cursor });
      items.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return items;
  }

  /**
   * A place in the allowance. The cluster's is ours alone, so that what was read and what we used since is what there
   * is; of the fleet's, the commit itself sees to it that nobody gets a place that is taken.
   */
  async #brakeEntry(at: number, caps: BrakeUse | undefined): Promise<BrakeEntry | 'braked'> {
    if (this.#brake === undefined) await this.brakeUse(this.#cluster.cluster, at);
    const reading = this.#brake;
    if (reading === undefined) throw new Error('the brake was not read');
    if (caps && reading.cluster + this.#brakeUsed >= caps.cluster) return 'braked';
    return brakeEntry(this.#of.clusterArn, at, reading, caps?.fleet);
  }

  /** The item moved. Where neither the wish nor what is known of the key did, that is no reason not to write. */
  async #beginAgain(key: ServiceAccountKey, intent: WriteIntent): Promise<WriteLeave> {
    const note = this.#notes.get(key);
    const [read] = await this.#readKeys([key]);
    if (!note || !read || read.version === note.item.version) return 'superseded';
    if (!isSameValue(read.desired, note.item.desired)) return 'superseded';
    if (!isSameRecord(read.record, note.item.record)) return 'superseded';
    if (!isSameValue(read.intent, note.item.intent)) return 'superseded';
    this.#notes.set({ ...note, item: read });
    return await this.beginWrite(this.#cluster.cluster, key, intent);
  }

  #unread(key: ServiceAccountKey) {
    const item = emptyAssociation({ ...this.#of, ...key });
    return { before: item, item, lookedAt: this.#deps.clock.now() };
  }

  #commit(commit: Omit<RegistryCommit, 'id' | 'at'>) {
    return this.#deps.registry.commit({ id: this.#deps.newId(), at: this.#deps.clock.now(), ...commit });
  }
}

function lookName(keys: readonly ServiceAccountKey[] | undefined): string {
  return keys ? keys.map(formatKey).join(' ') : 'all';
}

function keyOf({ namespace, serviceAccount }: ServiceAccountKey): ServiceAccountKey {
  return { namespace, serviceAccount };
}
