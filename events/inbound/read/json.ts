/** A JSON object of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** SQS and EventBridge carry 1 MiB at most; a longer text cannot have come from them and is not even parsed. */
const MAX_TEXT = 1_048_576;

/** The longest text that is taken out of an event, but for the texts that have their own rules. */
const MAX_VALUE = 2048;

/** An object, or JSON text of one; `undefined` for everything else. */
export function asObject(value: unknown): JsonObject | undefined {
  const given = typeof value === 'string' ? parse(value) : value;
  return typeof given === 'object' && given !== null && !Array.isArray(given)
    ? (given as JsonObject)
    : undefined;
}

function parse(text: string): unknown {
  if (text.length > MAX_TEXT) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The value under the first of these names that is there and not null, each in lower and in upper camel case: EKS and
 * IAM log lower camel case (facts §5), and not every event was seen.
 */
export function pick(object: JsonObject | undefined, ...names: readonly string[]): unknown {
  if (object === undefined) return undefined;
  for (const name of names) {
    for (const spelling of [name, name.charAt(0).toUpperCase() + name.slice(1)]) {
      const value = Object.hasOwn(object, spelling) ? object[spelling] : undefined;
      if (value !== undefined && value !== null) return value;
    }
  }
  return undefined;
}

/** A text as it stands, not empty and not too long; anything else is `undefined`. */
export function rawText(value: unknown, maxLength = MAX_VALUE): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= maxLength ? value : undefined;
}

/** A text to be shown to people, without its control characters. */
export function shownText(value: unknown, maxLength = MAX_VALUE): string | undefined {
  return rawText(value, maxLength)?.replaceAll(/\p{Cc}/gu, '') || undefined;
}

/**
 * Undoes percent-encoding, once. Values from a URI may stand encoded in a record (facts §5); a value that is not
 * encoded, or not validly so, stays as it is.
 */
export function decodeOnce(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Twelve digits, as text or as a number that lost its leading zeros. */
export function asAccount(value: unknown): string | undefined {
  // A short number is none that lost zeros, but something else: 0 is not account 000000000000.
  const isNumber = typeof value === 'number' && Number.isInteger(value) && value >= 1e9;
  const text = isNumber ? String(value).padStart(12, '0') : value;
  return typeof text === 'string' && /^\d{12}$/.test(text) ? text : undefined;
}

/** The name of a region, by its form only: new ones come. */
export function asRegion(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 32 && /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/.test(value)
    ? value
    : undefined;
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that have a value. */
export function withoutAbsent<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}
