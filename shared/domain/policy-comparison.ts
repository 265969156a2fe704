import { isJsonObject, type JsonObject, type JsonValue, readJson } from '#shared/iam/json-text.ts';
import { compareText } from './key.ts';
import type { PolicyDocumentText } from './policy-text.ts';

/**
 * Whether two policies are the same document, however they are written: key order, white space, one string or a
 * list of one, order and repetition within lists, order of statements, and the case of actions, condition
 * operators and condition keys do not matter. Sid and Id do.
 *
 * Never true when in doubt: a text that is not a policy of known elements is the same as itself only.
 */
export function isSamePolicy(left: PolicyDocumentText, right: PolicyDocumentText): boolean {
  return left === right || canonicalPolicy(left) === canonicalPolicy(right);
}

/**
 * The one text that stands for all the ways to write a policy, for comparing and for digests. A text that is not
 * a policy of known elements is returned unchanged.
 */
export function canonicalPolicy(text: PolicyDocumentText): string {
  const reading = readJson(text);
  if (reading.kind !== 'value' || !isJsonObject(reading.value)) return text;
  const document = canonicalDocument(reading.value);
  return document === undefined ? text : JSON.stringify(document);
}

/** `undefined` all the way up for whatever is not understood. */
type Canonical = JsonValue | undefined;
type Canonicalise = (value: JsonValue) => Canonical;

function canonicalDocument(document: JsonObject): Canonical {
  const canonical = canonicalMembers(document, DOCUMENT);
  // A document that names no version is of 2008.
  return canonical && sortKeys({ Version: '2008-10-17', ...canonical });
}

const text: Canonicalise = (value) => (typeof value === 'string' ? value : undefined);

const sortedTexts = (fold: (entry: string) => string): Canonicalise => {
  return (value) => {
    const entries = Array.isArray(value) ? value : [value];
    const texts = entries.map((entry: JsonValue) => (typeof entry === 'string' ? fold(entry) : undefined));
    return texts.every((entry) => entry !== undefined) ? unique(texts) : undefined;
  };
};

const texts = sortedTexts((entry) => entry);
const actions = sortedTexts((entry) => entry.toLowerCase());

const principals: Canonicalise = (value) => {
  if (typeof value === 'string') return value;
  return isJsonObject(value) ? canonicalValues(value, (key) => key, texts) : undefined;
};

/** Booleans and numbers mean their text. A number that JSON cannot carry exactly is not understood. */
const conditionValues: Canonicalise = (value) => {
  const entries = Array.isArray(value) ? value : [value];
  const asTexts = entries.map((entry: JsonValue) => {
    if (typeof entry === 'number') return Number.isSafeInteger(entry) ? String(entry) : undefined;
    return typeof entry === 'boolean' ? String(entry) : entry;
  });
  return asTexts.every((entry) => typeof entry === 'string') ? unique(asTexts) : undefined;
};

const conditions: Canonicalise = (value) => {
  if (!isJsonObject(value)) return undefined;
  return canonicalValues(value, lowerCase, (keys) =>
    isJsonObject(keys) ? canonicalValues(keys, lowerCase, conditionValues) : undefined,
  );
};

const STATEMENT = new Map<string, Canonicalise>([
  ['Sid', text],
  ['Effect', text],
  ['Principal', principals],
  ['NotPrincipal', principals],
  ['Action', actions],
  ['NotAction', actions],
  ['Resource', texts],
  ['NotResource', texts],
  ['Condition', conditions],
]);

const statements: Canonicalise = (value) => {
  const entries = Array.isArray(value) ? value : [value];
  const canonical = entries.map((entry: JsonValue) => {
    const members = isJsonObject(entry) ? canonicalMembers(entry, STATEMENT) : undefined;
    return members && JSON.stringify(sortKeys(withoutEmptyCondition(members)));
  });
  if (!canonical.every((entry) => entry !== undefined)) return undefined;
  return canonical.toSorted(compareText).map((entry) => JSON.parse(entry) as JsonValue);
};

const DOCUMENT = new Map<string, Canonicalise>([
  ['Version', text],
  ['Id', text],
  ['Statement', statements],
]);

function canonicalMembers(
  json: JsonObject,
  members: ReadonlyMap<string, Canonicalise>,
): JsonObject | undefined {
  const canonical: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(json)) {
    const member = members.get(key)?.(value);
    if (member === undefined) return undefined;
    canonical.push([key, member]);
  }
  return Object.fromEntries(canonical);
}

/** The values of an object under folded keys; not understood when two keys fold to one. */
function canonicalValues(json: JsonObject, fold: (key: string) => string, each: Canonicalise): Canonical {
  const folded = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(json)) {
    const canonical = each(value);
    if (canonical === undefined || folded.has(fold(key))) return undefined;
    folded.set(fold(key), canonical);
  }
  return sortKeys(Object.fromEntries(folded));
}

function withoutEmptyCondition(statement: JsonObject): JsonObject {
  const { Condition: condition, ...rest } = statement;
  const isEmpty = isJsonObject(condition) && Object.keys(condition).length === 0;
  return isEmpty ? rest : statement;
}

function sortKeys(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).toSorted(([left], [right]) => compareText(left, right)));
}

function unique(entries: readonly string[]): readonly string[] {
  return [...new Set(entries)].toSorted(compareText);
}

function lowerCase(entry: string): string {
  return entry.toLowerCase();
}
