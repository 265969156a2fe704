import type { Shape } from './shape.ts';

export type ReadMessage<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Reads JSON by a shape. A message of a later version is unreadable to this one, and says so. Never throws. */
export function readMessage<Message>(shape: Shape<Message>, body: string): ReadMessage<Message> {
  const problems: string[] = [];
  const message = shape(parsedJson(body), '', problems);
  if (problems.length === 0) return { kind: 'message', message };
  return { kind: 'unreadable', detail: problems.join('; ') };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
