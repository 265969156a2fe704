import type { AssociationSummary, ObservedAssociation } from '#shared/domain/association.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import { formatKey, type KeyText, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { Observation } from '#shared/domain/plan.ts';
import type { ClusterMemory } from '#shared/domain/record.ts';
import { BUCKETS, bucketOf, dueBuckets } from '#shared/domain/verification-bucket.ts';
import type { Wishes } from '#shared/domain/wish.ts';
import type { AppError } from '#shared/ports/app-error.ts';
import type { CallOptions, PodIdentityReader } from '#shared/ports/pod-identity.ts';
import { readAhead } from '../read-ahead.ts';
import { type BoundedOptions, runBounded } from '../run-bounded.ts';
import { wishDigest } from './wish-digest.ts';
import { worldFailure } from './world-failure.ts';

/** How much is described: everything, or only what the listing and the memory cannot answer for. */
export type Verification = 'full' | 'membership';

export interface ObserveInput {
  readonly cluster: ClusterRef;
  readonly wishes: Wishes;
  readonly memory: ClusterMemory | undefined;
  /** Whether the memory can answer for earlier looks at all: see `Memory.lasting`. */
  readonly lasting: boolean;
  /** Our installation's name: a wish matched under another name does not count. */
  readonly installation: string;
  readonly verify: Verification;
  /** Describes under way at once. */
  readonly concurrency: number;
  /** Past so many, an association is left unknown instead of described. */
  readonly describeAtMost?: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly call: CallOptions;
  readonly onProgress?: (progress: ObserveProgress) => void;
}

export interface ObserveProgress {
  readonly listed: number;
  readonly described: number;
}

/** What was seen of a cluster. */
export interface ClusterObservation {
  /** Every key that was listed. A key without an entry is absent, unless the listing is incomplete: then it is unknown. */
  readonly observations: ReadonlyMap<KeyText, Observation>;
  readonly keys: ReadonlyMap<KeyText, ServiceAccountKey>;
  /** The failure that cut the listing short; then what is not in it is not known to be absent. */
  readonly listFailure?: AppError;
  /** The first failure of a describe; the keys it befell are `unseen`. */
  readonly describeFailure?: AppError;
  /** The verification buckets of which every listed key was described. */
  readonly verifiedBuckets: readonly number[];
}

/**
 * Lists a cluster's associations, and describes what has to be described while further pages are still being listed.
 * Calls: ceil(N / 100) lists, one describe for each association that is described.
 */
export async function observeCluster(
  reader: PodIdentityReader,
  input: ObserveInput,
): Promise<ClusterObservation> {
  const due = bucketsToVerify(input);
  const seen = new Sightings(input);
  const toDescribe = listAndChoose(reader, input, due, seen);
  let listFailure: AppError | undefined;
  try {
    const described = runBounded(toDescribe, boundsOf(input), (summary, signal) =>
      reader.describe(input.cluster, summary.associationId, { ...input.call, signal }),
    );
    for await (const outcome of described) {
      if (outcome.kind === 'done') seen.described(outcome.item, outcome.result);
      else seen.failed(outcome.item, worldFailure(outcome.error));
    }
  } catch (error) {
    listFailure = worldFailure(error);
  }
  return seen.result(listFailure, due);
}

/** How many at once, and until when. */
export function boundsOf(input: ObserveInput): BoundedOptions {
  return { concurrency: input.concurrency, signal: input.call.signal };
}

/** Lists page by page, notes every association, and hands on those to describe. */
async function* listAndChoose(
  reader: PodIdentityReader,
  input: ObserveInput,
  due: ReadonlySet<number>,
  seen: Sightings,
): AsyncGenerator<AssociationSummary, void, undefined> {
  const chooses = choosing(input, due);
  let left = input.describeAtMost ?? Number.POSITIVE_INFINITY;
  for await (const page of readAhead(reader.list(input.cluster, input.call))) {
    seen.countListed(page.length);
    for (const summary of page) {
      if (!chooses(summary)) {
        seen.listed(summary, input.lasting);
        continue;
      }
      left -= 1;
      if (left >= 0) yield summary;
      else seen.listed(summary, false);
    }
  }
}

/** The buckets that this look is to verify in full: with a limit, as many as fit into it, those first that waited longest. */
function bucketsToVerify(input: ObserveInput): ReadonlySet<number> {
  const { memory, describeAtMost } = input;
  const verifiedAt = input.verify === 'membership' ? (memory?.bucketsVerifiedAt ?? []) : [];
  const due = dueBuckets(verifiedAt, input.now);
  if (input.verify === 'full' || describeAtMost === undefined || memory === undefined) return due;
  const keysABucket = Math.max(1, memory.records.size / BUCKETS);
  const fitting = Math.max(1, Math.floor(describeAtMost / keysABucket));
  const oldestFirst = [...due].sort((left, right) => (verifiedAt[left] ?? 0) - (verifiedAt[right] ?? 0));
  return new Set(oldestFirst.slice(0, fitting));
}

/**
 * Which listed associations to describe. `membership` describes what the memory cannot answer for: another id or
 * owner than remembered, a wish other than the one that was matched, or a bucket that is due. With a memory that
 * does not last it describes nothing: the fields then stay unknown, and are never taken for clean.
 */
function choosing(input: ObserveInput, due: ReadonlySet<number>): (summary: AssociationSummary) => boolean {
  const { memory, wishes } = input;
  if (input.verify === 'full') return () => true;
  if (!input.lasting) return () => false;
  return (summary) => {
    const key = formatKey(summary);
    const record = memory?.records.get(key);
    if (record === undefined || record.associationId !== summary.associationId) return true;
    if (record.ownerArn !== summary.ownerArn || due.has(bucketOf(key))) return true;
    const wish = wishes.get(key);
    // Somebody else's, reported before, and still nobody wishes for it: the listing is all there is to know.
    if (wish === undefined && record.finding !== undefined) return false;
    return wish?.kind !== 'fields' || record.matchedWish !== wishDigest(wish, input.installation);
  };
}

const TELLS: Readonly<Record<Observation['kind'], number>> = {
  absent: 0,
  listed: 1,
  described: 2,
  unseen: 3,
};

/** Collects what is seen. Exists so that the steps above read as steps. */
class Sightings {
  private readonly observations = new Map<KeyText, Observation>();
  private readonly keys = new Map<KeyText, ServiceAccountKey>();
  private readonly unverifiedBuckets = new Set<number>();
  private readonly input: ObserveInput;
  private describeFailure: AppError | undefined;
  private listedCount = 0;
  private describedCount = 0;

  constructor(input: ObserveInput) {
    this.input = input;
  }

  countListed(count: number): void {
    this.listedCount += count;
    this.report();
  }

  listed(summary: AssociationSummary, remembered: boolean): void {
    this.put(summary, { kind: 'listed', summary, remembered });
    this.unverifiedBuckets.add(bucketOf(formatKey(summary)));
  }

  /** Gone between List and Describe: then it is absent, which is the newest that anybody can know. */
  described(summary: AssociationSummary, association: ObservedAssociation | undefined): void {
    this.put(summary, association ? { kind: 'described', association } : { kind: 'absent' });
    this.describedCount += 1;
    this.report();
  }

  failed(summary: AssociationSummary, failure: AppError): void {
    this.put(summary, { kind: 'unseen', reason: 'describeFailed', detail: failure.message });
    this.unverifiedBuckets.add(bucketOf(formatKey(summary)));
    this.describeFailure ??= failure;
  }

  result(listFailure: AppError | undefined, due: ReadonlySet<number>): ClusterObservation {
    const verified = listFailure ? [] : [...due].filter((bucket) => !this.unverifiedBuckets.has(bucket));
    return {
      observations: this.observations,
      keys: this.keys,
      verifiedBuckets: verified,
      ...(listFailure ? { listFailure } : {}),
      ...(this.describeFailure ? { describeFailure: this.describeFailure } : {}),
    };
  }

  /**
   * Pages are not cut from one moment: an association that is replaced meanwhile may show in both its forms, or the
   * new one before the old. What tells less gives way to what tells more; a failure stands, since it hides something.
   */
  private put(summary: AssociationSummary, observation: Observation): void {
    const key = formatKey(summary);
    const earlier = this.observations.get(key);
    if (earlier && TELLS[earlier.kind] > TELLS[observation.kind]) return;
    this.observations.set(key, observation);
    this.keys.set(key, { namespace: summary.namespace, serviceAccount: summary.serviceAccount });
  }

  private report(): void {
    this.input.onProgress?.({ listed: this.listedCount, described: this.describedCount });
  }
}
