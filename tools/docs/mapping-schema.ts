import * as z from 'zod';
import { ManifestSchema } from '#shared/domain/manifest/schema.ts';

/** As much of a JSON Schema as the generated pages look at. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** The JSON Schema of a mapping manifest, in draft 7: the one that editors' YAML support reads. */
export function mappingJsonSchema(): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(ManifestSchema, { io: 'input', target: 'draft-7' });
  // `~standard` and the like are not part of the document.
  return JSON.parse(JSON.stringify({ $schema, title: 'Rolecall mapping', ...schema })) as JsonSchema;
}
