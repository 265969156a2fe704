import type { NormalizedSchema } from '@smithy/core/schema';
import { requiredMembers } from './schema.ts';
import type { ShapeProblem } from './shape-error.ts';

type JsonObject = Record<string, unknown>;

/**
 * Reads a JSON value as a schema describes it. Null is absent, members that the schema does not know are ignored,
 * timestamps (epoch seconds) become Dates, blobs (base64) bytes. What is wrong is added to `problems`, all of it.
 */
export function readJson(
  schema: NormalizedSchema,
  value: unknown,
  path: string,
  problems: ShapeProblem[],
): unknown {
  if (schema.isStructSchema()) return readStructure(schema, value, path, problems);
  if (schema.isListSchema()) return readList(schema, value, path, problems);
  if (schema.isMapSchema()) return readMap(schema, value, path, problems);
  return readScalar(schema, value, path, problems);
}

/** Reports the required members that a structure lacks. */
export function checkRequired(
  structure: NormalizedSchema,
  value: JsonObject,
  pathOf: (member: string) => string,
  problems: ShapeProblem[],
): void {
  for (const member of requiredMembers(structure)) {
    if (value[member] === undefined) {
      problems.push({ kind: 'missing', member: pathOf(member), expected: 'a value' });
    }
  }
}

function readStructure(
  schema: NormalizedSchema,
  value: unknown,
  path: string,
  problems: ShapeProblem[],
): unknown {
  if (!isObject(value)) return malformed(problems, path, 'an object');
  const read: JsonObject = {};
  for (const [name, member] of schema.structIterator()) {
    const wireName = member.getMergedTraits().jsonName ?? name;
    const given = Object.hasOwn(value, wireName) ? value[wireName] : undefined;
    if (given === undefined || given === null) continue;
    read[name] = readJson(member, given, join(path, wireName), problems);
  }
  checkRequired(schema, read, (member) => join(path, member), problems);
  return read;
}

function readList(schema: NormalizedSchema, value: unknown, path: string, problems: ShapeProblem[]): unknown {
  if (!Array.isArray(value)) return malformed(problems, path, 'a list');
  const member = schema.getValueSchema();
  return value
    .filter((item: unknown) => item !== null)
    .map((item: unknown, index) => readJson(member, item, join(path, String(index + 1)), problems));
}

function readMap(schema: NormalizedSchema, value: unknown, path: string, problems: ShapeProblem[]): unknown {
  if (!isObject(value)) return malformed(problems, path, 'a map');
  const member = schema.getValueSchema();
  const entries = Object.entries(value)
    .filter(([, item]) => item !== null)
    .map(([key, item]) => [key, readJson(member, item, join(path, key), problems)]);
  return Object.fromEntries(entries);
}

function readScalar(
  schema: NormalizedSchema,
  value: unknown,
  path: string,
  problems: ShapeProblem[],
): unknown {
  if (schema.isStringSchema())
    return typeof value === 'string' ? value : malformed(problems, path, 'a string');
  if (schema.isBooleanSchema())
    return typeof value === 'boolean' ? value : malformed(problems, path, 'a boolean');
  if (schema.isNumericSchema())
    return typeof value === 'number' ? value : malformed(problems, path, 'a number');
  if (schema.isTimestampSchema()) {
    return typeof value === 'number' ? new Date(value * 1000) : malformed(problems, path, 'epoch seconds');
  }
  if (schema.isDocumentSchema()) return value;
  if (schema.isBlobSchema()) {
    return typeof value === 'string' ? Buffer.from(value, 'base64') : malformed(problems, path, 'base64');
  }
  return malformed(problems, path, 'a type that the sandbox can read');
}

function malformed(problems: ShapeProblem[], member: string, expected: string): undefined {
  problems.push({ kind: 'malformed', member, expected });
  return undefined;
}

/**
 * A value of the SDK's own type as JSON carries it: Dates as epoch seconds (a number with a fraction, facts §1.1), bytes as
 * base64, absent members left out, members that the schema does not know dropped.
 */
export function writeJson(schema: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (schema.isStructSchema() && isObject(value)) {
    const written: JsonObject = {};
    for (const [name, member] of schema.structIterator()) {
      const json = writeJson(member, value[name]);
      if (json !== undefined) written[member.getMergedTraits().jsonName ?? name] = json;
    }
    return written;
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    const member = schema.getValueSchema();
    return value.map((item: unknown) => writeJson(member, item));
  }
  if (schema.isMapSchema() && isObject(value)) {
    const member = schema.getValueSchema();
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, writeJson(member, item)]));
  }
  return value;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
