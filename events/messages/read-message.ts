import * as z from 'zod/mini';

export type ReadMessage<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Reads JSON by a schema. A message of a later version is unreadable to this one, and says so. Never throws. */
export function readMessage<Message>(schema: z.ZodMiniType<Message>, body: string): ReadMessage<Message> {
  const parsed = z.safeParse(schema, parsedJson(body));
  if (parsed.success) return { kind: 'message', message: parsed.data };
  return { kind: 'unreadable', detail: parsed.error.issues.map(problemText).join('; ') };
}

function problemText({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
