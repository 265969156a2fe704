import type { NormalizedSchema } from '@smithy/core/schema';

/** The members of a structure as XML elements, in the schema's order; absent ones are left out. */
export function writeXml(schema: NormalizedSchema, value: unknown): string {
  if (!schema.isStructSchema()) return '';
  const members = value as Readonly<Record<string, unknown>>;
  let xml = '';
  for (const [name, member] of schema.structIterator()) {
    const given = members[name];
    if (given === undefined || given === null) continue;
    xml += writeMember(member.getMergedTraits().xmlName ?? name, member, given);
  }
  return xml;
}

/** An element with text in it. */
export function xmlElement(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

function writeMember(name: string, schema: NormalizedSchema, value: unknown): string {
  if (schema.isStructSchema()) return `<${name}>${writeXml(schema, value)}</${name}>`;
  if (schema.isListSchema()) return writeList(name, schema, value as readonly unknown[]);
  if (schema.isMapSchema()) return writeMap(name, schema, value as Readonly<Record<string, unknown>>);
  return xmlElement(name, scalarText(value));
}

function writeList(name: string, schema: NormalizedSchema, items: readonly unknown[]): string {
  const member = schema.getValueSchema();
  const flattened = schema.getMergedTraits().xmlFlattened;
  const itemName = flattened ? name : (member.getMergedTraits().xmlName ?? 'member');
  const xml = items.map((item) => writeMember(itemName, member, item)).join('');
  return flattened ? xml : `<${name}>${xml}</${name}>`;
}

function writeMap(name: string, schema: NormalizedSchema, map: Readonly<Record<string, unknown>>): string {
  const flattened = schema.getMergedTraits().xmlFlattened;
  const entryName = flattened ? name : 'entry';
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueSchema = schema.getValueSchema();
  const valueName = valueSchema.getMergedTraits().xmlName ?? 'value';
  const xml = Object.entries(map)
    .map(
      ([key, value]) =>
        `<${entryName}>${xmlElement(keyName, key)}${writeMember(valueName, valueSchema, value)}</${entryName}>`,
    )
    .join('');
  return flattened ? xml : `<${name}>${xml}</${name}>`;
}

/** IAM and STS give times in whole seconds. */
function scalarText(value: unknown): string {
  return value instanceof Date ? `${value.toISOString().slice(0, 19)}Z` : String(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would turn a bare carriage return into a line feed.
  '\r': '&#xD;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (char) => ESCAPES[char] ?? char);
}
