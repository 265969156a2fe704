import * as z from 'zod';
import { ManifestSchema, RULE_KIND, RuleManifestSchema } from '#shared/domain/manifest/schema.ts';

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

/** The JSON Schema of a mapping, in draft 7: the one that editors' YAML support reads. */
export function mappingJsonSchema(): JsonSchema {
  return jsonSchemaOf(ManifestSchema);
}

/** The JSON Schema of an enrolment rule. */
export function ruleJsonSchema(): JsonSchema {
  return jsonSchemaOf(RuleManifestSchema);
}

/** One schema for both, since a file may hold both: by its `kind`, a document is judged as what it says it is. */
export function manifestJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Rolecall manifest',
    if: { properties: { kind: { const: RULE_KIND } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { title: 'Rolecall enrolment rule', ...ruleJsonSchema() },
    else: { title: 'Rolecall mapping', ...mappingJsonSchema() },
  };
}

function jsonSchemaOf(manifest: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(manifest, { io: 'input', target: 'draft-7' });
  // `~standard` and the like are not part of the document.
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}
