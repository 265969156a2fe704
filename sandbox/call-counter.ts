/** Calls by `service:Operation`, however they ended. */
export type CallCounts = Readonly<Record<string, number>>;

/** Counts calls by who made them. */
export class CallCounter {
  /** By the caller's ARN, then by call. */
  private readonly counts = new Map<string, Map<string, number>>();

  /** @param call `eks:DescribeCluster` */
  count(callerArn: string, call: string): void {
    let own = this.counts.get(callerArn);
    if (!own) {
      own = new Map();
      this.counts.set(callerArn, own);
    }
    own.set(call, (own.get(call) ?? 0) + 1);
  }

  /** The calls of the callers that `isBy` names, of all of them unless given. */
  read(isBy: (callerArn: string) => boolean = () => true): CallCounts {
    const sums: Record<string, number> = {};
    for (const [callerArn, own] of this.counts) {
      if (!isBy(callerArn)) continue;
      for (const [call, times] of own) sums[call] = (sums[call] ?? 0) + times;
    }
    return sums;
  }

  clear(): void {
    this.counts.clear();
  }
}
