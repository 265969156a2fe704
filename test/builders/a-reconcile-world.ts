import { createCallCounter } from '#shared/app/call-counter.ts';
import { processMemory } from '#shared/app/process-memory.ts';
import { type CheckOptions, type ClusterCheck, checkCluster } from '#shared/app/reconcile/check-cluster.ts';
import type { ClusterRepair, RepairOptions } from '#shared/app/reconcile/repair.ts';
import { repairCluster } from '#shared/app/reconcile/repair-cluster.ts';
import { DEFAULT_TIMES, type ReconcileSettings } from '#shared/app/reconcile/settings.ts';
import type { ObservedAssociation } from '#shared/domain/association.ts';
import { DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import type { Cluster } from '#shared/domain/cluster.ts';
import { formatKey, type KeyText, parseKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { AssociationRecord } from '#shared/domain/record.ts';
import type { Wish } from '#shared/domain/wish.ts';
import type { CallCounts } from '#shared/ports/calls.ts';
import type { Memory } from '#shared/ports/memory.ts';
import type { PodIdentityWriter } from '#shared/ports/pod-identity.ts';
import { FakeEks } from '#test/fakes/fake-eks.ts';
import { FakeRoles } from '#test/fakes/fake-roles.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { SequenceIds } from '#test/fakes/sequence-ids.ts';
import { aCluster } from './a-cluster.ts';
import { aWish } from './a-situation.ts';
import { anAssociation } from './an-association.ts';

/** A call that would write, as the writer was asked for it. */
export interface WriteCall {
  readonly operation: keyof PodIdentityWriter;
  readonly token?: string;
  readonly arguments: readonly unknown[];
}

const WRITES = [
  'eks:CreatePodIdentityAssociation',
  'eks:DeletePodIdentityAssociation',
  'eks:TagResource',
  'eks:UntagResource',
  'eks:UpdatePodIdentityAssociation',
];

/**
 * Cluster `prod-1` of EKS in memory with everything that reconciling it takes. Time jumps where something waits.
 * The CLI's rules hold unless said otherwise: our tag `hub` is proof enough, and nothing is deleted.
 */
export class ReconcileWorld {
  readonly clock = new ManualClock({ autoAdvance: true });
  readonly counter = createCallCounter();
  readonly eks = new FakeEks({ clock: this.clock, counter: this.counter });
  readonly roles = new FakeRoles(this.counter);
  readonly cluster: Cluster;
  readonly wishes = new Map<KeyText, Wish>();
  /** Every write asked for, whether it went well or not. */
  readonly writeCalls: WriteCall[] = [];
  readonly writer: PodIdentityWriter;
  memory: Memory = processMemory();
  settings: ReconcileSettings = {
    installation: 'hub',
    authority: 'recordOrTag',
    prune: 'off',
    verify: 'full',
    concurrency: 4,
    ...DEFAULT_TIMES,
    brake: DEFAULT_BRAKE,
  };
  readonly #episodes = new SequenceIds('episode');

  constructor(cluster: Partial<Cluster> = {}) {
    this.cluster = aCluster(cluster);
    this.eks.addCluster(this.cluster, { createdAt: this.cluster.createdAt });
    this.writer = recording(this.eks.writer, this.writeCalls);
    this.roles.add('111122223333', 'payments-api');
  }

  /** Wishes that `key` have `payments-api`, or what else is given. */
  wish(key: KeyText, given: Partial<Wish & { kind: 'fields' }> = {}): void {
    const mapping = { clusterSet: 'default', ...toKey(key) };
    this.wishes.set(key, aWish({ mapping, ...given }));
  }

  /** Somebody made an association: equal to `anAssociation`, with no tags, but for what is given. */
  put(key: KeyText, given: Partial<ObservedAssociation> = {}): ObservedAssociation {
    return this.eks.put(this.cluster, toKey(key), { ...anAssociation(), ...given });
  }

  /** We made it earlier: it bears our tags. */
  putOurs(key: KeyText, given: Partial<ObservedAssociation> = {}): ObservedAssociation {
    const tags = { 'rolecall.dev/installation': 'hub', 'rolecall.dev/mapping': `default/${key}` };
    return this.put(key, { tags: { ...tags, ...given.tags }, ...without(given, 'tags') });
  }

  find(key: KeyText): ObservedAssociation | undefined {
    return this.eks.find(this.cluster, toKey(key));
  }

  async remember(records: Readonly<Record<KeyText, AssociationRecord>>): Promise<void> {
    const changes = Object.entries(records).map(([key, record]) => ({ ...toKey(key), record }));
    await this.memory.save(this.cluster, { clusterCreatedAt: this.cluster.createdAt, changes });
  }

  async record(key: KeyText): Promise<AssociationRecord | undefined> {
    return (await this.memory.load(this.cluster))?.records.get(key);
  }

  check(options: CheckOptions = {}): Promise<ClusterCheck> {
    return checkCluster(this.#deps(), this.cluster, this.settings, options);
  }

  /** Checks, and repairs what the check found. */
  async repair(options: RepairOptions = {}): Promise<ClusterRepair> {
    return await this.repairChecked(await this.check(), options);
  }

  repairChecked(check: ClusterCheck, options: RepairOptions = {}): Promise<ClusterRepair> {
    return repairCluster(this.#deps(), check, this.settings, options);
  }

  calls(): CallCounts {
    return this.counter.snapshot();
  }

  /** How often AWS was asked to write. */
  writes(): number {
    return WRITES.reduce((sum, operation) => sum + (this.calls()[operation] ?? 0), 0);
  }

  #deps() {
    return {
      reader: this.eks.reader,
      writer: this.writer,
      roles: this.roles,
      memory: this.memory,
      clock: this.clock,
      desired: { wishes: async () => new Map(this.wishes) },
      newId: () => this.#episodes.next(),
    };
  }
}

/** How each key ended: its outcome where there is one, or what was decided. */
export function endings(repair: ClusterRepair): Readonly<Record<KeyText, string>> {
  return Object.fromEntries(
    repair.outcomes.map(({ decision, outcome }) => [
      formatKey(decision),
      outcome === undefined
        ? `${decision.verdict.kind}${'reason' in decision.verdict ? ` ${decision.verdict.reason}` : ''}`
        : [outcome.kind, ...detailsOf(outcome)].join(' '),
    ]),
  );
}

function detailsOf(outcome: object): readonly string[] {
  if ('why' in outcome) return [String(outcome.why)];
  if ('finding' in outcome) return [String(outcome.finding)];
  if ('reason' in outcome) return [String(outcome.reason)];
  if ('error' in outcome && outcome.error instanceof Error) return [outcome.error.name];
  return [];
}

function toKey(text: string): ServiceAccountKey {
  const key = parseKey(text);
  if (!key) throw new Error(`the test's key is none: ${text}`);
  return key;
}

function without<Value extends object, Key extends keyof Value>(value: Value, key: Key): Omit<Value, Key> {
  const { [key]: _, ...rest } = value;
  return rest;
}

function recording(writer: PodIdentityWriter, calls: WriteCall[]): PodIdentityWriter {
  const note = (operation: keyof PodIdentityWriter, token: string | undefined, args: readonly unknown[]) => {
    calls.push({ operation, ...(token === undefined ? {} : { token }), arguments: args });
  };
  return {
    create: (cluster, key, fields, options) => {
      note('create', options.token, [key, fields]);
      return writer.create(cluster, key, fields, options);
    },
    update: (cluster, id, changes, options) => {
      note('update', options.token, [id, changes]);
      return writer.update(cluster, id, changes, options);
    },
    delete: (cluster, id, options) => {
      note('delete', undefined, [id]);
      return writer.delete(cluster, id, options);
    },
    tag: (cluster, arn, tags, options) => {
      note('tag', undefined, [arn, tags]);
      return writer.tag(cluster, arn, tags, options);
    },
    untag: (cluster, arn, keys, options) => {
      note('untag', undefined, [arn, keys]);
      return writer.untag(cluster, arn, keys, options);
    },
  };
}
