import { BRAKE_WINDOW_MS, type BrakeUse } from '#shared/domain/brake.ts';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import { formatKey, type KeyText } from '#shared/domain/key.ts';
import type { AssociationRecord, ClusterMemory } from '#shared/domain/record.ts';
import { BUCKETS } from '#shared/domain/verification-bucket.ts';
import type { Learnt, WriteIntent, WriteLeave } from '#shared/ports/memory.ts';

/** A memory's contents as plain data: what a file holds, by cluster ARN. */
export interface MemoryPages {
  readonly clusters: Readonly<Record<string, ClusterPage>>;
}

export interface ClusterPage {
  readonly clusterCreatedAt: number;
  readonly bucketsVerifiedAt: readonly number[];
  readonly records: Readonly<Record<string, AssociationRecord>>;
  /** Epoch milliseconds of the deletes and overwrites that count against the brake. */
  readonly brakeUses: readonly number[];
}

interface MutablePage {
  clusterCreatedAt: number;
  bucketsVerifiedAt: number[];
  records: Map<KeyText, AssociationRecord>;
  brakeUses: number[];
}

/** What both memories without a registry share: the bookkeeping. It knows no file and no clock. */
export class MemoryBook {
  private readonly pages = new Map<string, MutablePage>();

  constructor(pages: MemoryPages = { clusters: {} }) {
    for (const [arn, page] of Object.entries(pages.clusters)) {
      this.pages.set(arn, {
        clusterCreatedAt: page.clusterCreatedAt,
        bucketsVerifiedAt: Array.from(
          { length: BUCKETS },
          (_, bucket) => page.bucketsVerifiedAt[bucket] ?? 0,
        ),
        records: new Map(Object.entries(page.records) as [KeyText, AssociationRecord][]),
        brakeUses: [...page.brakeUses],
      });
    }
  }

  /** The contents, with keys in order, so that the same memory is the same text. */
  toPages(): MemoryPages {
    const clusters = [...this.pages]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([arn, page]) => [
        arn,
        {
          clusterCreatedAt: page.clusterCreatedAt,
          bucketsVerifiedAt: page.bucketsVerifiedAt,
          records: Object.fromEntries([...page.records].sort(([left], [right]) => (left < right ? -1 : 1))),
          brakeUses: page.brakeUses,
        },
      ]);
    return { clusters: Object.fromEntries(clusters) };
  }

  load(cluster: ClusterRef): ClusterMemory | undefined {
    const page = this.pages.get(clusterArn(cluster));
    if (!page || page.clusterCreatedAt === 0) return undefined;
    return {
      clusterCreatedAt: page.clusterCreatedAt,
      records: new Map(page.records),
      bucketsVerifiedAt: [...page.bucketsVerifiedAt],
    };
  }

  /** In one go, so that of two clusters that want the last of an allowance only one gets it. */
  beginWrite(cluster: ClusterRef, intent: WriteIntent): WriteLeave {
    if (!intent.braked) return 'go';
    const used = this.brakeUse(cluster, intent.at);
    const { caps } = intent;
    if (caps && (used.cluster >= caps.cluster || used.fleet >= caps.fleet)) return 'braked';
    this.page(cluster).brakeUses.push(intent.at);
    return 'go';
  }

  save(cluster: ClusterRef, learnt: Learnt): void {
    const page = this.page(cluster);
    if (page.clusterCreatedAt !== learnt.clusterCreatedAt) {
      page.records.clear();
      page.bucketsVerifiedAt = new Array<number>(BUCKETS).fill(0);
      page.clusterCreatedAt = learnt.clusterCreatedAt;
    }
    for (const { record, ...key } of learnt.changes) {
      if (record) page.records.set(formatKey(key), record);
      else page.records.delete(formatKey(key));
    }
    for (const [bucket, at] of Object.entries(learnt.bucketsVerifiedAt ?? {})) {
      page.bucketsVerifiedAt[Number(bucket)] = at;
    }
  }

  /** Counts what is within the window, and forgets what is not. */
  brakeUse(cluster: ClusterRef, now: number): BrakeUse {
    let fleet = 0;
    for (const page of this.pages.values()) {
      page.brakeUses = page.brakeUses.filter((at) => now - at < BRAKE_WINDOW_MS);
      fleet += page.brakeUses.length;
    }
    return { cluster: this.pages.get(clusterArn(cluster))?.brakeUses.length ?? 0, fleet };
  }

  private page(cluster: ClusterRef): MutablePage {
    const arn = clusterArn(cluster);
    let page = this.pages.get(arn);
    if (!page) {
      page = {
        clusterCreatedAt: 0,
        bucketsVerifiedAt: new Array<number>(BUCKETS).fill(0),
        records: new Map(),
        brakeUses: [],
      };
      this.pages.set(arn, page);
    }
    return page;
  }
}
