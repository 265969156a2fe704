export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [key: string]: JsonValue };

/** JSON that was read, or why it was not. `path` is `$` for the whole text. */
export type JsonReading =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'notJson'; readonly message: string }
  | { readonly kind: 'duplicateKeys'; readonly paths: readonly string[] };

/**
 * Reads JSON and refuses an object that has the same key twice.
 *
 * `JSON.parse` keeps the last of two equal keys and says nothing. In a policy that silently drops a whole
 * condition block, so a document that has one is never evaluated.
 */
export function readJson(text: string): JsonReading {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    return { kind: 'notJson', message: error instanceof Error ? error.message : String(error) };
  }
  const paths = duplicateKeys(text);
  return paths.length > 0 ? { kind: 'duplicateKeys', paths } : { kind: 'value', value };
}

/** Whether a JSON value is an object: not null and not an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON path of a member: `$.Statement`, `$["aws:SourceArn"]`. */
export function memberPath(parent: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`;
}

interface Frame {
  readonly path: string;
  /** The keys met so far; undefined inside an array. */
  readonly keys: Set<string> | undefined;
  /** The key or index that the next value stands at. */
  at: string | number;
  awaitsKey: boolean;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** Walks the tokens of valid JSON text. */
function duplicateKeys(text: string): string[] {
  const duplicates: string[] = [];
  const stack: Frame[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const top = stack.at(-1);
    if (token === '{' || token === '[') stack.push(openFrame(token, top));
    else if (token === '}' || token === ']') stack.pop();
    else if (top === undefined || token === ':') continue;
    else if (token === ',') nextMember(top);
    else if (top.awaitsKey) takeKey(top, JSON.parse(token) as string, duplicates);
  }
  return duplicates;
}

function openFrame(token: '{' | '[', parent: Frame | undefined): Frame {
  const isObject = token === '{';
  return {
    path: parent ? pathOf(parent) : '$',
    keys: isObject ? new Set() : undefined,
    at: isObject ? '' : 0,
    awaitsKey: isObject,
  };
}

function nextMember(frame: Frame): void {
  frame.awaitsKey = frame.keys !== undefined;
  if (typeof frame.at === 'number') frame.at += 1;
}

function takeKey(frame: Frame, key: string, duplicates: string[]): void {
  frame.at = key;
  frame.awaitsKey = false;
  if (frame.keys?.has(key)) duplicates.push(pathOf(frame));
  frame.keys?.add(key);
}

function pathOf(frame: Frame): string {
  return typeof frame.at === 'number' ? `${frame.path}[${frame.at}]` : memberPath(frame.path, frame.at);
}
