import * as z from 'zod';
import type { WireRequest } from '../wire/protocol.ts';

/** The request is refused, with the reason in the answer. */
export class AdminRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The body of a request to the admin endpoint. Throws `AdminRefusal`. */
export function adminJson(request: WireRequest): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    throw new AdminRefusal(400, 'The body is not JSON.');
  }
}

/** The input as a schema reads it. Throws `AdminRefusal`. */
export function parsedBy<T>(schema: z.ZodType<T>, input: unknown): T {
  const answer = schema.safeParse(input);
  if (answer.success) return answer.data;
  throw new AdminRefusal(400, z.prettifyError(answer.error));
}
