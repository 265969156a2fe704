import { createCallCounter } from '#shared/app/call-counter.ts';
import { DEFAULT_TIMES, type ReconcileSettings } from '#shared/app/reconcile/settings.ts';
import { reconcile } from '#shared/app/registry/reconcile.ts';
import type {
  KeyToReconcile,
  ReconcileAnswer,
  ReconcileRequest,
} from '#shared/app/registry/reconcile-request.ts';
import type { RegistryDeps } from '#shared/app/registry/registry-deps.ts';
import type { AssociationFields, ObservedAssociation } from '#shared/domain/association.ts';
import { DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import type { Cluster } from '#shared/domain/cluster.ts';
import { type KeyText, parseKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { AssociationItem, Desired } from '#shared/domain/registry/association-item.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';
import type { FindingItem } from '#shared/domain/registry/finding.ts';
import type { Registry } from '#shared/ports/registry/registry.ts';
import { FakeEks } from '#test/fakes/fake-eks.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';
import { FakeRoles } from '#test/fakes/fake-roles.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { SequenceIds } from '#test/fakes/sequence-ids.ts';
import { aCluster } from './a-cluster.ts';
import { A_ROLE, anAssociation } from './an-association.ts';
import { aClusterItem, aDesired, allOf, anAssociationItem } from './registry-items.ts';

/** Another role of the same account. */
export const ROGUE_ROLE = 'arn:aws:iam::111122223333:role/rogue';

/**
 * Cluster `prod-1` of EKS in memory, enrolled and enforced in a registry in memory (or in another that is given),
 * as the hub reconciles it: only records have authority, and only tombstones are carried out.
 */
export class RegistryReconcileWorld<Kind extends Registry & { requests?: string[] } = FakeRegistry> {
  readonly clock = new ManualClock({ autoAdvance: true });
  readonly counter = createCallCounter();
  readonly eks = new FakeEks({ clock: this.clock, counter: this.counter });
  readonly roles = new FakeRoles(this.counter);
  readonly cluster: Cluster;
  readonly registry: Kind;
  readonly deps: RegistryDeps;
  settings: ReconcileSettings = {
    installation: 'hub',
    authority: 'record',
    prune: 'tombstones',
    verify: 'membership',
    concurrency: 4,
    ...DEFAULT_TIMES,
    brake: DEFAULT_BRAKE,
  };
  /** The name of the next reconcile: the same for one that is done again. */
  episodeId = 'message-1';
  readonly #ids: SequenceIds;

  /** @param name part of the ids of commits, which an engine that serves several worlds must not see twice */
  constructor(registry: Kind, cluster: Partial<Cluster> = {}, name = 'commit') {
    this.registry = registry;
    this.#ids = new SequenceIds(name);
    this.cluster = aCluster(cluster);
    this.eks.addCluster(this.cluster, { createdAt: this.cluster.createdAt });
    this.roles.add('111122223333', 'payments-api');
    this.deps = { registry, clock: this.clock, newId: () => this.#ids.next() };
  }

  /** Puts the cluster into the registry. */
  async enrol(): Promise<void> {
    await this.#commit({ put: [aClusterItem(this.cluster, { associations: 100 })] });
  }

  /** Releases `payments-api`, or what is given, for a key. */
  async release(key: KeyText, given: Partial<Desired & { kind: 'fields' }> = {}): Promise<void> {
    await this.put(key, { desired: aDesired(given) });
  }

  async releaseTombstone(key: KeyText, revision = 2): Promise<void> {
    const { clusterSet, releasedAt, mode } = aDesired();
    await this.put(key, { desired: { kind: 'absent', clusterSet, releasedAt, mode, revision } });
  }

  /** Changes an item behind everybody's back. */
  async put(key: KeyText, given: Partial<AssociationItem>): Promise<void> {
    const known = await this.item(key);
    await this.#commit({ put: [{ ...(known ?? this.#newItem(key)), ...given }] });
  }

  async item(key: KeyText): Promise<AssociationItem | undefined> {
    const { type, clusterArn, clusterCreatedAt, namespace, serviceAccount } = this.#newItem(key);
    const ref = { type, clusterArn, clusterCreatedAt, namespace, serviceAccount };
    return (await this.registry.get([ref]))[0];
  }

  /** Reconciles one key at once, for the hub's reasons unless others are given. */
  async reconcileKey(key: KeyText, given: Partial<KeyToReconcile> = {}): Promise<ReconcileAnswer> {
    return await this.reconcile({ keys: [{ ...toKey(key), ...given }] });
  }

  async reconcile(given: Partial<ReconcileRequest> = {}): Promise<ReconcileAnswer> {
    return await this.reconcileWith(this.registry, this.episodeId, given);
  }

  /** As one of several workers, each with its own way to the registry. */
  async reconcileWith(
    registry: Registry,
    episodeId: string,
    given: Partial<ReconcileRequest>,
  ): Promise<ReconcileAnswer> {
    const { eks, roles } = this;
    const deps = {
      ...this.deps,
      registry,
      reader: eks.reader,
      writer: eks.writer,
      clusters: eks.clusters,
      roles,
      episodeId,
    };
    const request = {
      cluster: this.cluster,
      createdAt: this.cluster.createdAt,
      keys: 'all',
      ...given,
    } as const;
    return await reconcile(deps, request, this.settings);
  }

  /** Releases a key and has it made: it is as wished, and everything has settled. */
  async converge(key: KeyText, given: Partial<AssociationFields> = {}): Promise<ObservedAssociation> {
    await this.release(key, { fields: { roleArn: A_ROLE, disableSessionTags: false, tags: {}, ...given } });
    this.episodeId = `first ${key}`;
    await this.reconcileKey(key);
    this.clock.jump(10 * 60_000);
    this.episodeId = 'message-1';
    this.eksCalls();
    this.registry.requests?.splice(0);
    return this.#there(key);
  }

  /** Somebody made an association: equal to `anAssociation`, with no tags, but for what is given. */
  putAssociation(key: KeyText, given: Partial<ObservedAssociation> = {}): ObservedAssociation {
    return this.eks.put(this.cluster, toKey(key), { ...anAssociation(), ...given });
  }

  /** Somebody changed what is there. */
  tamper(key: KeyText, changes: Partial<ObservedAssociation>): void {
    this.eks.change(this.cluster, this.#there(key).associationId, changes);
  }

  /** Somebody deleted it. */
  remove(key: KeyText): void {
    this.eks.remove(this.cluster, this.#there(key).associationId);
  }

  #there(key: KeyText): ObservedAssociation {
    const found = this.find(key);
    if (!found) throw new Error(`there is no ${key}`);
    return found;
  }

  find(key: KeyText): ObservedAssociation | undefined {
    return this.eks.find(this.cluster, toKey(key));
  }

  async findings(): Promise<readonly Pick<FindingItem, 'id' | 'status' | 'cause'>[]> {
    const found = await allOf((paging) => this.registry.findingsOfCluster(this.cluster.arn, paging));
    return found.map(({ id, status, cause }) => ({ id, status, ...(cause ? { cause } : {}) }));
  }

  /** Calls to EKS since the last time this was asked. */
  eksCalls(): number {
    const now = Object.entries(this.counter.snapshot())
      .filter(([name]) => name.startsWith('eks:'))
      .reduce((sum, [, count]) => sum + count, 0);
    const since = now - this.#counted;
    this.#counted = now;
    return since;
  }

  #counted = 0;

  #newItem(key: KeyText): AssociationItem {
    const { desired: _, ...item } = anAssociationItem({ ...toKey(key), clusterArn: this.cluster.arn });
    return { ...item, clusterCreatedAt: this.cluster.createdAt };
  }

  async #commit(commit: {
    put: readonly (AssociationItem | ReturnType<typeof aClusterItem>)[];
  }): Promise<void> {
    const answer = await this.registry.commit({ id: this.#ids.next(), at: this.clock.now(), ...commit });
    if (answer !== 'done') throw new Error(`the test's own commit: ${answer}`);
  }
}

/** With the cluster enrolled. */
export async function aRegistryWorld(cluster: Partial<Cluster> = {}): Promise<RegistryReconcileWorld> {
  const world = new RegistryReconcileWorld(new FakeRegistry(), cluster);
  await world.enrol();
  return world;
}

/** How the keys of a reconcile ended: `applied`, `held frozen`, `hold brake`, `converged` … */
export function ended(answer: ReconcileAnswer): readonly string[] {
  if (answer.kind !== 'reconciled') return [answer.kind];
  return answer.outcomes.map(({ decision, outcome }) => {
    const { verdict } = decision;
    const held = verdict.kind === 'hold' ? `hold ${verdict.reason}` : verdict.kind;
    return outcome ? `${outcome.kind}${'reason' in outcome ? ` ${outcome.reason}` : ''}` : held;
  });
}

/** What the world's registry has told others, by type, oldest first. */
export function typesTold({ registry }: RegistryReconcileWorld): readonly string[] {
  return registry.told.map(({ type }) => type);
}

/** Somebody who was told of by an event. */
export const MALLORY: Cause = {
  principal: 'arn:aws:sts::111122223333:assumed-role/Admin/mallory',
  eventId: 'e-1',
  eventName: 'UpdatePodIdentityAssociation',
  at: 1_795_176_000_000,
};

export function toKey(text: string): ServiceAccountKey {
  const key = parseKey(text);
  if (!key) throw new Error(`the test's key is none: ${text}`);
  return key;
}
