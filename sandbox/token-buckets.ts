interface Bucket {
  tokens: number;
  /** Epoch milliseconds. */
  filledAt: number;
}

/** Token buckets by name, all with the same rate; full at first. Time is the caller's. */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  /** Takes one token from a bucket; false when there is none. */
  take(name: string, ratePerSecond: number, burst: number, now: number): boolean {
    const bucket = this.buckets.get(name) ?? { tokens: burst, filledAt: now };
    this.buckets.set(name, bucket);
    const elapsed = Math.max(0, now - bucket.filledAt);
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsed * ratePerSecond) / 1000);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  clear(): void {
    this.buckets.clear();
  }
}
