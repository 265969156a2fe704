/**
 * The arithmetic of a token bucket: tokens come in at a rate, each call takes one, and what is not taken is saved up
 * to a burst. Over any stretch of time at most `rate × time + burst` tokens are handed out.
 */
export interface TokenBucket {
  /** Tokens a second; `Infinity` means no limit. */
  readonly ratePerSecond: number;
  /** The most tokens saved up; at least 1. */
  readonly burst: number;
  /** May be a fraction. */
  readonly tokens: number;
  /** Epoch milliseconds up to which tokens have come in. */
  readonly refilledAt: number;
}

/** Sums of fractions miss a whole token by less than this. */
const ROUNDING = 1e-9;

/** A bucket with `tokens` in it (default: the whole burst). */
export function tokenBucket(
  size: { readonly ratePerSecond: number; readonly burst: number },
  now: number,
  tokens = size.burst,
): TokenBucket {
  const burst = Math.max(1, size.burst);
  return { ratePerSecond: size.ratePerSecond, burst, tokens: Math.min(burst, tokens), refilledAt: now };
}

/** The bucket at `now`. A clock that went back adds nothing. */
export function refill(bucket: TokenBucket, now: number): TokenBucket {
  const elapsedMs = now - bucket.refilledAt;
  if (elapsedMs <= 0) return bucket;
  const tokens =
    bucket.ratePerSecond === Number.POSITIVE_INFINITY
      ? bucket.burst
      : Math.min(bucket.burst, bucket.tokens + (bucket.ratePerSecond * elapsedMs) / 1000);
  return { ...bucket, tokens, refilledAt: now };
}

/** The bucket with one token less, or `undefined` when there is none to take. */
export function takeToken(bucket: TokenBucket, now: number): TokenBucket | undefined {
  if (bucket.ratePerSecond === Number.POSITIVE_INFINITY) return bucket;
  const filled = refill(bucket, now);
  if (filled.tokens < 1 - ROUNDING) return undefined;
  return { ...filled, tokens: Math.max(0, filled.tokens - 1) };
}

/** Whole milliseconds until a token can be taken, 0 when one is there. */
export function msUntilToken(bucket: TokenBucket, now: number): number {
  if (bucket.ratePerSecond === Number.POSITIVE_INFINITY) return 0;
  const lacking = 1 - refill(bucket, now).tokens;
  if (lacking <= ROUNDING) return 0;
  return Math.max(1, Math.ceil((lacking / bucket.ratePerSecond) * 1000 - ROUNDING));
}

/** The same bucket with another rate and burst from `now` on; what was saved stays, as far as it fits. */
export function resizeBucket(
  bucket: TokenBucket,
  size: { readonly ratePerSecond: number; readonly burst: number },
  now: number,
): TokenBucket {
  const filled = refill(bucket, now);
  return tokenBucket(size, filled.refilledAt, filled.tokens);
}
