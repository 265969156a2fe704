import type { NormalizedSchema } from '@smithy/core/schema';
import { checkRequired } from './json-shape.ts';
import { numberedChildren, type QueryNode } from './query-tree.ts';
import type { ShapeProblem } from './shape-error.ts';

/** Reads a part of a query form as a schema describes it; what is wrong is added to `problems`. */
export function readQuery(
  schema: NormalizedSchema,
  node: QueryNode,
  path: string,
  problems: ShapeProblem[],
): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node, path, problems);
  if (schema.isListSchema()) return readList(schema, node, path, problems);
  if (schema.isMapSchema()) return readMap(schema, node, path, problems);
  return readScalar(schema, node.value, path, problems);
}

function readStructure(
  schema: NormalizedSchema,
  node: QueryNode,
  path: string,
  problems: ShapeProblem[],
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(member.getMergedTraits().xmlName ?? name);
    if (child) read[name] = readQuery(member, child, join(path, lowerFirst(name)), problems);
  }
  checkRequired(schema, read, (member) => join(path, lowerFirst(member)), problems);
  return read;
}

function readList(
  schema: NormalizedSchema,
  node: QueryNode,
  path: string,
  problems: ShapeProblem[],
): unknown[] {
  const member = schema.getValueSchema();
  const itemName = member.getMergedTraits().xmlName ?? 'member';
  const container = schema.getMergedTraits().xmlFlattened ? node : node.children.get(itemName);
  // `Tags=` is how an empty list is sent.
  if (!container) return [];
  return numberedChildren(container).map((item, index) =>
    readQuery(member, item, `${path}.${index + 1}.member`, problems),
  );
}

function readMap(
  schema: NormalizedSchema,
  node: QueryNode,
  path: string,
  problems: ShapeProblem[],
): Record<string, unknown> {
  const container = schema.getMergedTraits().xmlFlattened ? node : node.children.get('entry');
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueSchema = schema.getValueSchema();
  const valueName = valueSchema.getMergedTraits().xmlName ?? 'value';
  const entries = (container ? numberedChildren(container) : []).map((entry, index): [string, unknown] => {
    const value = entry.children.get(valueName) ?? { children: new Map() };
    return [
      entry.children.get(keyName)?.value ?? '',
      readQuery(valueSchema, value, `${path}.${index + 1}.value`, problems),
    ];
  });
  return Object.fromEntries(entries);
}

function readScalar(
  schema: NormalizedSchema,
  text: string | undefined,
  path: string,
  problems: ShapeProblem[],
): unknown {
  if (text === undefined) return malformed(problems, path, 'a value');
  if (schema.isStringSchema()) return text;
  if (schema.isBooleanSchema()) return readBoolean(text, path, problems);
  if (schema.isNumericSchema()) {
    return text.trim() === '' || Number.isNaN(Number(text))
      ? malformed(problems, path, 'a number')
      : Number(text);
  }
  if (schema.isTimestampSchema()) {
    const time = Date.parse(text);
    return Number.isNaN(time) ? malformed(problems, path, 'a date-time') : new Date(time);
  }
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return malformed(problems, path, 'a type that the sandbox can read');
}

function readBoolean(text: string, path: string, problems: ShapeProblem[]): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : malformed(problems, path, 'true or false');
}

function malformed(problems: ShapeProblem[], member: string, expected: string): undefined {
  problems.push({ kind: 'malformed', member, expected });
  return undefined;
}

/** AWS's validation messages spell members in lower camel case: `roleName`. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
