import { isNamespace, isServiceAccountName } from '#shared/domain/key.ts';
import { parseRoleArn } from '#shared/domain/role.ts';
import { type EksArn, isAssociationId, isClusterName, parseEksArn } from './eks-arn.ts';
import type { EventRecord } from './event-record.ts';
import { asObject, decodeOnce, type JsonObject, pick, rawText, shownText } from './json.ts';
import { asTime } from './time.ts';

/**
 * Schemas of events: which value is taken from where. A validator that refuses an event as a whole would serve us
 * badly, since most shapes are inferred (facts §5.2): each value is read by itself from the first place that has a
 * valid one, and an event is unreadable only when what it is about is nowhere.
 */
export type Schema = Readonly<Record<string, Field<unknown>>>;

/** One value of an event. */
export interface Field<T> {
  /** Where it may stand, the most trusted first: what the service answered before what was asked for. */
  readonly places: readonly Place[];
  /** The value, or `undefined` when what stands there is not valid. */
  readonly read: (found: unknown) => T | undefined;
}

/**
 * `request.name` is `requestParameters.name`, `response.…` is `responseElements.…`, `detail.…` the detail of an event that
 * is no API call, `resources` the ARN of any resource that the event lists.
 */
export type Place = `request.${string}` | `response.${string}` | `detail.${string}` | 'resources';

/** The values that were found, by the names of a schema. */
export type Values<S extends Schema> = {
  readonly [K in keyof S]: S[K] extends Field<infer T> ? T | undefined : never;
};

/** Reads every field of a schema. */
export function readFields<S extends Schema>(record: EventRecord, schema: S): Values<S> {
  const values = Object.entries(schema).map(([name, field]) => [name, readField(record, field)]);
  return Object.fromEntries(values) as Values<S>;
}

function readField(record: EventRecord, { places, read }: Field<unknown>): unknown {
  for (const place of places) {
    for (const found of valuesAt(record, place)) {
      const value = read(found);
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

function valuesAt(record: EventRecord, place: Place): readonly unknown[] {
  if (place === 'resources') return record.resourceArns;
  const [part, ...path] = place.split('.');
  let value: unknown = part === 'request' || part === 'response' ? record[part] : record.detail;
  for (const step of path) value = pick(objectOf(value), step);
  return [value];
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' ? asObject(value) : undefined;
}

/** A text that may come from a URI and is valid once decoded. Such values have no percent sign of their own. */
function uriText(isValid: (text: string) => boolean) {
  return (found: unknown): string | undefined => {
    const text = rawText(found);
    const decoded = text === undefined ? undefined : decodeOnce(text);
    return decoded !== undefined && isValid(decoded) ? decoded : undefined;
  };
}

function bodyText(isValid: (text: string) => boolean) {
  return (found: unknown): string | undefined => {
    const text = rawText(found);
    return text !== undefined && isValid(text) ? text : undefined;
  };
}

type FieldMaker<T> = (...places: readonly Place[]) => Field<T>;

function maker<T>(read: Field<T>['read']): FieldMaker<T> {
  return (...places) => ({ places, read });
}

export const clusterName = maker(uriText(isClusterName));
export const associationId = maker(uriText(isAssociationId));
export const eksArn: FieldMaker<EksArn> = maker((found) => {
  const text = rawText(found);
  return text === undefined ? undefined : parseEksArn(decodeOnce(text));
});
export const namespace = maker(bodyText(isNamespace));
export const serviceAccount = maker(bodyText(isServiceAccountName));
/** A role ARN, valid: it also tells the account that the role is in. */
export const roleArn = maker(bodyText((text) => parseRoleArn(text) !== undefined));
/** A role's name; where somebody wrote its ARN, the name in it. */
export const roleName = maker((found) => {
  const text = rawText(found);
  if (text === undefined) return undefined;
  return /^[\w+=,.@-]{1,64}$/.test(text) ? text : parseRoleArn(text)?.roleName;
});
export const time = maker(asTime);
/** Yes or no, also as text. */
export const flag = maker((found): boolean | undefined =>
  found === true || found === 'true' ? true : found === false || found === 'false' ? false : undefined,
);
/** Any text, for people. */
export const shown = maker((found) => shownText(found, 512));

/** Only so many tag keys are kept; 50 is AWS's own limit. */
const MAX_TAGS = 50;

/** Tag keys: of `{key: value}`, of `[{key, value}]`, or a list of keys. */
export const tagKeys: FieldMaker<readonly string[]> = maker((found) => {
  const keys = Array.isArray(found)
    ? found
        .slice(0, MAX_TAGS)
        .map((tag: unknown) => (typeof tag === 'string' ? tag : pick(objectOf(tag), 'key')))
    : Object.keys(objectOf(found) ?? {});
  const texts = keys.slice(0, MAX_TAGS).flatMap((key) => shownText(key, 128) ?? []);
  return texts.length === 0 ? undefined : texts;
});
