/** What is known of one condition key of a request. */
export type KeyState =
  | { readonly state: 'known'; readonly values: readonly string[] }
  /** Known not to be in the request. */
  | { readonly state: 'absent' }
  /** May be there with any value, or not be there at all. */
  | { readonly state: 'unknown' };

/** The condition keys of one request. Keys are compared without regard to case, tag names in them included. */
export interface RequestContext {
  lookup(key: string): KeyState;
}

export interface ContextDescription {
  /** One value, or the values of a multivalued key. Binary values are given in base64. */
  readonly known?: Readonly<Record<string, string | readonly string[]>>;
  /** Keys, or all keys with a prefix: `aws:PrincipalTag/*`. */
  readonly absent?: readonly string[];
  /** Keys, or all keys with a prefix: `aws:RequestTag/*`. */
  readonly unknown?: readonly string[];
  /** What holds for every key not named here. */
  readonly otherwise: 'absent' | 'unknown';
}

const ABSENT: KeyState = { state: 'absent' };
const UNKNOWN: KeyState = { state: 'unknown' };

/**
 * The context of a request. A key named outright beats a prefix, a prefix beats `otherwise`.
 *
 * @example
 * requestContext({
 *   known: { 'aws:SourceAccount': '111122223333' },
 *   absent: ['aws:PrincipalTag/*'],
 *   otherwise: 'unknown',
 * });
 */
export function requestContext(description: ContextDescription): RequestContext {
  const exact = new Map<string, KeyState>();
  const prefixes = new Map<string, KeyState>();
  const put = (name: string, state: KeyState) => {
    const key = name.toLowerCase();
    if (key.endsWith('/*')) prefixes.set(key.slice(0, -1), state);
    else exact.set(key, state);
  };
  for (const key of description.unknown ?? []) put(key, UNKNOWN);
  for (const key of description.absent ?? []) put(key, ABSENT);
  for (const [key, value] of Object.entries(description.known ?? {})) {
    put(key, { state: 'known', values: typeof value === 'string' ? [value] : value });
  }
  const fallback = description.otherwise === 'absent' ? ABSENT : UNKNOWN;
  return {
    lookup(name) {
      const key = name.toLowerCase();
      const prefix = key.slice(0, key.indexOf('/') + 1);
      return exact.get(key) ?? prefixes.get(prefix) ?? fallback;
    },
  };
}
