/** How many answers are remembered; how long EKS remembers a token is unknown (facts §1.3). */
const CAPACITY = 10_000;

interface Remembered {
  readonly fingerprint: string;
  readonly output: unknown;
}

/** What is known of a token. */
export type TokenAnswer =
  | { readonly kind: 'new' }
  /** The call was carried out before: this is what it answered. */
  | { readonly kind: 'repeated'; readonly output: unknown }
  /** The token belongs to another call. */
  | { readonly kind: 'mismatch' };

/** The answers to calls that were made with an idempotency token. Failed calls are not remembered. */
export class IdempotencyStore {
  private readonly remembered = new Map<string, Remembered>();

  /** `scope` is the account, region and operation; `fingerprint` everything in the input but the token. */
  ask(scope: string, token: string, fingerprint: string): TokenAnswer {
    const known = this.remembered.get(`${scope} ${token}`);
    if (!known) return { kind: 'new' };
    return known.fingerprint === fingerprint
      ? { kind: 'repeated', output: known.output }
      : { kind: 'mismatch' };
  }

  remember(scope: string, token: string, fingerprint: string, output: unknown): void {
    this.remembered.set(`${scope} ${token}`, { fingerprint, output });
    if (this.remembered.size <= CAPACITY) return;
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined) this.remembered.delete(oldest);
  }

  clear(): void {
    this.remembered.clear();
  }
}

/** An input as text, the same for equal inputs whatever the order of their members. */
export function fingerprintOf(input: Readonly<Record<string, unknown>>, tokenMember: string): string {
  const { [tokenMember]: _, ...rest } = input;
  return JSON.stringify(rest, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
