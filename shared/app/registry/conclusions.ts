import type { Cluster } from '#shared/domain/cluster.ts';
import type { Decision } from '#shared/domain/decision.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import {
  type AssociationItem,
  emptyAssociation,
  isEmptyAssociation,
} from '#shared/domain/registry/association-item.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import { type Conclusion, concludeKey } from '#shared/domain/registry/conclude.ts';
import type { Incarnation } from '#shared/domain/registry/incarnation.ts';
import type { MessageCluster } from '#shared/domain/registry/outbox-entry.ts';
import type { Ending } from '#shared/domain/registry/wanted-findings.ts';
import {
  type CommitAnswer,
  MAX_COMMIT_ACTIONS,
  type RegistryCommit,
} from '#shared/ports/registry/registry-items.ts';
import { contended } from './change-item.ts';
import { type KeyNote, type KeyNotes, keepsLearnt, withLearnt } from './key-notes.ts';
import { putOrRemove } from './put-or-remove.ts';
import type { RegistryDeps } from './registry-deps.ts';
import { causeActions, withCauses } from './with-causes.ts';

/** How a key ended, for the registry. */
export interface ConcludedKey {
  readonly decision: Decision;
  readonly ending?: Ending | undefined;
  /** Who brought it about, where an event told, and that event's id. */
  readonly cause?: Cause | undefined;
  readonly eventId?: string | undefined;
  /** Whose brake holds it, where one does: a cluster's, by its ARN, or the fleet's. */
  readonly brake?: string | undefined;
}

/** What one key has to write. */
interface Draft {
  readonly key: ServiceAccountKey;
  readonly from: ConcludedKey | undefined;
  readonly commit: Omit<RegistryCommit, 'id' | 'at'>;
  readonly item: AssociationItem;
}

const ATTEMPTS = 6;
/** A transaction holds 4 MB. */
const KEYS_A_COMMIT = 40;
/** A row of the outbox holds 400 KB, half of which is left for causes that are told with what the keys have to tell. */
const OUTBOX_BYTES_A_COMMIT = 200_000;

/** Writes what follows from looks and writes, several keys to a transaction, and nothing where nothing follows. */
export class Conclusions {
  readonly #deps: RegistryDeps;
  readonly #of: Incarnation;
  readonly #cluster: MessageCluster;
  readonly #notes: KeyNotes;
  /** Done when the last commit that opens findings is. */
  #opening: Promise<unknown> = Promise.resolve();

  constructor(deps: RegistryDeps, cluster: Cluster, notes: KeyNotes) {
    const { partition, account, region, name, createdAt } = cluster;
    this.#deps = deps;
    this.#of = { clusterArn: cluster.arn, clusterCreatedAt: createdAt };
    this.#cluster = { partition, account, region, name, createdAt };
    this.#notes = notes;
  }

  async conclude(keys: readonly ConcludedKey[]): Promise<void> {
    const drafts = keys.flatMap((key) => this.#draft(key.decision, key) ?? []);
    for (const group of grouped(drafts)) await this.#write(group);
  }

  /** Writes what was learnt and never concluded. */
  async flush(): Promise<void> {
    const drafts = this.#notes.learnt().flatMap(({ item }) => this.#draft(item, undefined) ?? []);
    for (const group of grouped(drafts)) await this.#write(group);
  }

  #draft(key: ServiceAccountKey, from: ConcludedKey | undefined): Draft | undefined {
    const note = this.#notes.get(key) ?? this.#unread(key);
    const item = withLearnt(note);
    if (from === undefined) {
      if (item === note.item) return undefined;
      return { key, from, item, commit: putOrRemove(item) };
    }
    const at = this.#deps.clock.now();
    const conclusion = concludeKey({
      cluster: this.#cluster,
      before: note.before,
      item,
      decision: from.decision,
      ending: from.ending,
      cause: from.cause,
      brake: from.brake,
      token: note.token,
      at,
    });
    if (conclusion.item === note.item && isSilent(conclusion)) return undefined;
    const { findings, ends, audit, outbox } = conclusion;
    const seen = from.eventId === undefined ? [] : [{ type: 'seenEvent' as const, id: from.eventId, at }];
    const changed = conclusion.item === note.item ? {} : putOrRemove(conclusion.item);
    return { key, from, item: conclusion.item, commit: { ...changed, findings, ends, audit, outbox, seen } };
  }

  async #write(group: readonly Draft[]): Promise<void> {
    if (group.every(({ commit }) => causeActions(commit) === 0)) return await this.#writeNow(group);
    // One after the other: many keys of one cause find it told, where they would refuse each other at once.
    const turn = this.#opening.then(() => this.#writeNow(group));
    this.#opening = turn.catch(() => undefined);
    await turn;
  }

  async #writeNow(group: readonly Draft[]): Promise<void> {
    const answer = await this.#commit(merged(group));
    if (answer === 'done') {
      for (const draft of group) this.#written(draft);
      return;
    }
    for (const draft of group) await this.#writeAlone(draft);
  }

  /** One of a group was changed by somebody else: each by itself, those that moved from what is there now. */
  async #writeAlone(first: Draft): Promise<void> {
    let draft: Draft | undefined = first;
    for (let attempts = 1; draft !== undefined; attempts += 1) {
      if (attempts > ATTEMPTS) throw contended('association');
      const answer = await this.#commit(draft.commit);
      if (answer === 'done') {
        this.#written(draft);
        return;
      }
      draft = await this.#redraft(first);
    }
  }

  async #commit(commit: Draft['commit']): Promise<CommitAnswer> {
    const told = await withCauses(this.#deps, commit);
    return await this.#deps.registry.commit({
      id: this.#deps.newId(),
      at: this.#deps.clock.now(),
      ...told,
    });
  }

  /** From what is there now; nothing when somebody else has learnt more about the key since. */
  async #redraft({ key, from }: Draft): Promise<Draft | undefined> {
    const note = this.#notes.get(key) ?? this.#unread(key);
    const ref = { type: 'association' as const, ...this.#of, ...keyOf(key) };
    const [found] = await this.#deps.registry.get([ref]);
    const item = found ?? emptyAssociation(ref);
    if (note.learnt !== undefined || note.token !== undefined) {
      if (!keepsLearnt(note, item)) {
        this.#notes.set({ before: item, item, lookedAt: note.lookedAt });
        return undefined;
      }
    }
    this.#notes.set({ ...note, item });
    return this.#draft(key, from);
  }

  #written({ key, item, from }: Draft): void {
    const note = this.#notes.get(key) ?? this.#unread(key);
    const kept = note.item === item ? item : writtenItem(item);
    this.#notes.set({ before: from ? kept : note.before, item: kept, lookedAt: note.lookedAt });
  }

  #unread(key: ServiceAccountKey): KeyNote {
    const item = emptyAssociation({ ...this.#of, ...keyOf(key) });
    return { before: item, item, lookedAt: this.#deps.clock.now() };
  }
}

/** As it is in the registry now: one version on, or not there. */
function writtenItem(item: AssociationItem): AssociationItem {
  return isEmptyAssociation(item) ? emptyAssociation(item) : { ...item, version: item.version + 1 };
}

function isSilent({ findings, ends, audit, outbox }: Conclusion): boolean {
  return findings.length + ends.length + audit.length + outbox.length === 0;
}

/** As many keys to a commit as it holds. */
function grouped(drafts: readonly Draft[]): readonly (readonly Draft[])[] {
  const groups: Draft[][] = [];
  let actions = 0;
  let outboxBytes = 0;
  for (const draft of drafts) {
    actions += actionsOf(draft.commit);
    outboxBytes += outboxBytesOf(draft.commit);
    const group = groups.at(-1);
    // One action is left for the row of the outbox.
    const fits = actions <= MAX_COMMIT_ACTIONS - 1 && outboxBytes <= OUTBOX_BYTES_A_COMMIT;
    if (group && group.length < KEYS_A_COMMIT && fits) {
      group.push(draft);
      continue;
    }
    groups.push([draft]);
    actions = actionsOf(draft.commit);
    outboxBytes = outboxBytesOf(draft.commit);
  }
  return groups;
}

/** As JSON, which is never less than what DynamoDB counts: an item's texts are UTF-8 there, and its names weigh, too. */
function outboxBytesOf({ outbox = [] }: Draft['commit']): number {
  return outbox.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(outbox));
}

function actionsOf(commit: Draft['commit']): number {
  const { put, remove, findings, ends, audit, seen } = commit;
  const lists = [put, remove, findings, ends, audit, seen];
  return lists.reduce((sum, list) => sum + (list?.length ?? 0), causeActions(commit));
}

function merged(group: readonly Draft[]): Draft['commit'] {
  const [only] = group;
  if (only && group.length === 1) return only.commit;
  const commits = group.map(({ commit }) => commit);
  // Several keys may end by one event.
  const seen = new Map(commits.flatMap((commit) => commit.seen ?? []).map((event) => [event.id, event]));
  return {
    put: commits.flatMap(({ put = [] }) => put),
    remove: commits.flatMap(({ remove = [] }) => remove),
    findings: commits.flatMap(({ findings = [] }) => findings),
    ends: commits.flatMap(({ ends = [] }) => ends),
    audit: commits.flatMap(({ audit = [] }) => audit),
    outbox: commits.flatMap(({ outbox = [] }) => outbox),
    seen: [...seen.values()],
  };
}

function keyOf({ namespace, serviceAccount }: ServiceAccountKey): ServiceAccountKey {
  return { namespace, serviceAccount };
}
