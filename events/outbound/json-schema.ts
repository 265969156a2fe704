import * as z from 'zod';
import { OUTBOUND_SOURCE } from './outbound-event.ts';
import { OUTBOUND_EVENTS } from './registry.ts';

/** A JSON Schema, as much as it is passed on. */
export type JsonSchemaDocument = Readonly<Record<string, unknown>>;

/** The JSON Schema of all our events in EventBridge's envelope, one definition for each detail. */
export function outboundJsonSchema(): JsonSchemaDocument {
  const definitions = Object.entries(OUTBOUND_EVENTS).map(([type, schema]) => {
    // As consumers should read: what a later addition to the version brings is not an error.
    const { $schema, ...definition } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
    return [type, definition] as const;
  });
  return JSON.parse(
    JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Rolecall’s own events',
      oneOf: definitions.map(([type]) => ({
        type: 'object',
        properties: {
          source: { const: OUTBOUND_SOURCE },
          'detail-type': { const: type },
          detail: { $ref: `#/$defs/${type}` },
        },
        required: ['source', 'detail-type', 'detail'],
      })),
      $defs: Object.fromEntries(definitions),
    }),
  ) as JsonSchemaDocument;
}
