import type { Cluster } from '#shared/domain/cluster.ts';
import type { Decision } from '#shared/domain/decision.ts';
import {
  compareKeys,
  formatKey,
  type KeyText,
  parseKey,
  type ServiceAccountKey,
} from '#shared/domain/key.ts';
import { isSameRecord, recordAfterLook } from '#shared/domain/learn.ts';
import { type KeySituation, type Observation, type PlanningRules, planKey } from '#shared/domain/plan.ts';
import type { ClusterMemory } from '#shared/domain/record.ts';
import type { Wish, Wishes } from '#shared/domain/wish.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DesiredState } from '#shared/ports/desired-state.ts';
import type { Memory, RecordChange } from '#shared/ports/memory.ts';
import type { CallOptions, PodIdentityReader } from '#shared/ports/pod-identity.ts';
import { type ClusterObservation, type ObserveProgress, observeCluster } from './observe-cluster.ts';
import { type KeyHint, observeKeys } from './observe-keys.ts';
import type { ReconcileSettings } from './settings.ts';
import { wishDigest } from './wish-digest.ts';

/** What a check needs: nothing in here can write to AWS. */
export interface CheckDeps {
  readonly reader: PodIdentityReader;
  readonly desired: DesiredState;
  readonly memory: Memory;
  readonly clock: Clock;
}

export interface CheckOptions {
  /** Only these keys, each with the id it is expected at, if any. All keys when left out. */
  readonly keys?: readonly KeyHint[];
  readonly call?: CallOptions;
  readonly onProgress?: (progress: ObserveProgress) => void;
}

/** What a check found out about one cluster. */
export interface ClusterCheck {
  readonly cluster: Cluster;
  /** One decision for each key that somebody wishes for or that is there, sorted by key. */
  readonly decisions: readonly Decision[];
  readonly situations: ReadonlyMap<KeyText, KeySituation>;
  /** How many associations were listed; of a check of single keys, how many of them exist. */
  readonly associations: number;
  /** What could not be read. Not empty means: partly read, so nothing is deleted and nothing is called clean. */
  readonly failures: readonly AppError[];
}

/**
 * Finds out what differs on one cluster, and decides what would be right: loads, observes, plans. Remembers what it
 * saw; writes nothing to AWS. A failure to read is part of the answer; a failure to load wishes or memory rejects,
 * because without them nothing can be decided.
 */
export async function checkCluster(
  deps: CheckDeps,
  cluster: Cluster,
  settings: ReconcileSettings,
  options: CheckOptions = {},
): Promise<ClusterCheck> {
  const [wishes, loaded] = await Promise.all([
    deps.desired.wishes(cluster, options.keys),
    deps.memory.load(cluster, options.keys),
  ]);
  const memory = sameCluster(loaded, cluster);
  const now = deps.clock.now();
  const observeInput = {
    cluster,
    wishes,
    memory,
    lasting: deps.memory.lasting,
    now,
    installation: settings.installation,
    verify: settings.verify,
    concurrency: settings.concurrency,
    call: options.call ?? {},
    ...(settings.describeAtMost === undefined ? {} : { describeAtMost: settings.describeAtMost }),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  };
  const observed = options.keys
    ? await observeKeys(deps.reader, { ...observeInput, keys: options.keys })
    : await observeCluster(deps.reader, observeInput);
  const situations = situationsOf(wishes, memory, observed, options.keys);
  const failures = [observed.listFailure, observed.describeFailure].filter(
    (failure) => failure !== undefined,
  );
  const rules: PlanningRules = {
    installation: settings.installation,
    authority: settings.authority,
    clusterMode: cluster.mode,
    clusterStatus: cluster.status,
    partlyRead: failures.length > 0,
    prune: settings.prune,
    now,
    settleMs: settings.settleMs,
  };
  const decisions = [...situations.values()].map((situation) => planKey(situation, rules)).sort(compareKeys);
  await remember(deps.memory, cluster, { decisions, situations, observed, rules, loaded });
  const associations = [...observed.observations.values()].filter(({ kind }) => kind !== 'absent').length;
  return { cluster, decisions, situations, associations, failures };
}

/** Memory of a cluster that was deleted and made again under the same name is memory of another cluster. */
function sameCluster(memory: ClusterMemory | undefined, cluster: Cluster): ClusterMemory | undefined {
  if (memory === undefined || memory.clusterCreatedAt === cluster.createdAt) return memory;
  return { clusterCreatedAt: cluster.createdAt, records: new Map(), bucketsVerifiedAt: [] };
}

/** One situation for every key wished for, seen or asked about. */
function situationsOf(
  wishes: Wishes,
  memory: ClusterMemory | undefined,
  observed: ClusterObservation,
  asked: readonly KeyHint[] | undefined,
): Map<KeyText, KeySituation> {
  const unlisted: Observation = observed.listFailure
    ? { kind: 'unseen', reason: 'clusterUnread', detail: observed.listFailure.message }
    : { kind: 'absent' };
  const situations = new Map<KeyText, KeySituation>();
  const add = (text: KeyText, key: ServiceAccountKey, wish: Wish | undefined) => {
    const observation = observed.observations.get(text) ?? unlisted;
    situations.set(text, { key, wish, observation, record: memory?.records.get(text) });
  };
  if (!asked) {
    for (const [text, wish] of wishes) add(text, keyOf(wish), wish);
    // Remembered, not wished for and not listed: looked at so that it is forgotten.
    for (const text of memory?.records.keys() ?? []) {
      const key = situations.has(text) ? undefined : parseKey(text);
      if (key) add(text, key, undefined);
    }
  }
  for (const [text, key] of observed.keys) if (!situations.has(text)) add(text, key, wishes.get(text));
  return situations;
}

function keyOf(wish: Wish): ServiceAccountKey {
  return { namespace: wish.mapping.namespace, serviceAccount: wish.mapping.serviceAccount };
}

/** The revision that a wish is of; none where there is nothing to wish for, or nothing concrete. */
export function revisionOf(wish: Wish | undefined): string | undefined {
  return wish === undefined || wish.kind === 'unresolvable' ? undefined : wish.revision;
}

interface Looked {
  readonly decisions: readonly Decision[];
  readonly situations: ReadonlyMap<KeyText, KeySituation>;
  readonly observed: ClusterObservation;
  readonly rules: PlanningRules;
  readonly loaded: ClusterMemory | undefined;
}

/** Saves what changed in what we know, and nothing when nothing did. */
async function remember(memory: Memory, cluster: Cluster, looked: Looked): Promise<void> {
  const { now, settleMs, installation } = looked.rules;
  const changes: RecordChange[] = [];
  for (const decision of looked.decisions) {
    const situation = looked.situations.get(formatKey(decision));
    if (!situation) continue;
    const digest = situation.wish?.kind === 'fields' ? wishDigest(situation.wish, installation) : undefined;
    const status = memory.keepsStatus ? { revision: revisionOf(situation.wish) } : undefined;
    const record = recordAfterLook(situation, decision, { wishDigest: digest, now, settleMs, status });
    if (!isSameRecord(record, situation.record)) changes.push({ ...situation.key, record });
  }
  const first = looked.loaded?.clusterCreatedAt !== cluster.createdAt;
  if (changes.length === 0 && looked.observed.verifiedBuckets.length === 0 && !first) return;
  const bucketsVerifiedAt = Object.fromEntries(
    looked.observed.verifiedBuckets.map((bucket) => [bucket, now]),
  );
  await memory.save(cluster, { clusterCreatedAt: cluster.createdAt, changes, bucketsVerifiedAt });
}
