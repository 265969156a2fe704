import * as z from 'zod';
import type { CallHandler } from '../call-handler.ts';
import type { ResettableWorld } from '../create-world.ts';
import { SwitchesError } from '../switches.ts';
import type { WireAnswer, WireRequest } from '../wire/protocol.ts';

/** Everything under this path is about the sandbox itself and not AWS. */
export const ADMIN_PREFIX = '/_sandbox/';

/** What the admin endpoint works on. */
export interface Administered {
  readonly world: ResettableWorld;
  readonly calls: CallHandler;
}

/** The request is refused, with the reason in the answer. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Handler = (administered: Administered, request: WireRequest) => unknown;

const numberText = z.string().regex(/^\d+$/).transform(Number);
const eventsQuery = z.strictObject({
  since: numberText.optional(),
  limit: numberText.optional(),
  eventName: z.string().optional(),
  account: z.string().optional(),
});
const clockChange = z.strictObject({ advanceMs: z.number().int().min(0) });

/** By path, then by method. README.md describes each. */
const HANDLERS: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  health: { GET: () => ({ status: 'ok' }) },
  events: {
    GET({ world: { trail } }, request) {
      const filter = parsed(eventsQuery, Object.fromEntries(request.query));
      return { events: trail.events(filter), oldest: trail.oldestSequence(), latest: trail.latestSequence() };
    },
  },
  switches: {
    GET: ({ world }) => world.switches.get(),
    PUT: ({ world }, request) => world.switches.set(jsonBody(request)),
    PATCH: ({ world }, request) => world.switches.change(jsonBody(request)),
  },
  clock: {
    GET: ({ world }) => clockView(world),
    POST({ world }, request) {
      world.clock.advance(parsed(clockChange, jsonBody(request)).advanceMs);
      return clockView(world);
    },
  },
  reset: {
    POST({ world, calls }) {
      world.reset();
      calls.reset();
      return world.summary();
    },
  },
  calls: { GET: ({ calls }) => calls.callCounts() },
  state: { GET: ({ world }) => world.summary() },
};

/** Answers a request under `/_sandbox/`. */
export function answerAdmin(administered: Administered, request: WireRequest): WireAnswer {
  try {
    checkLocal(request);
    const methods = HANDLERS[request.path.slice(ADMIN_PREFIX.length)];
    if (!methods)
      throw new Refusal(404, `There is ${Object.keys(HANDLERS).join(', ')} under ${ADMIN_PREFIX}.`);
    const handler = methods[request.method];
    if (!handler) throw new Refusal(405, `${request.path} takes ${Object.keys(methods).join(', ')}.`);
    return json(200, handler(administered, request));
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, { message: error.message });
    if (error instanceof SwitchesError)
      return json(400, { message: error.message, problems: error.problems });
    throw error;
  }
}

/**
 * Refuses what a web page could make a browser send: requests with an Origin, and requests to a name that is not
 * loopback, which a page can have pointed here (DNS rebinding).
 */
function checkLocal({ headers }: WireRequest): void {
  if (headers['origin'] !== undefined)
    throw new Refusal(403, 'The admin endpoint does not answer web pages.');
  const host = headers['host'];
  if (typeof host !== 'string' || !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host)) {
    throw new Refusal(403, 'The admin endpoint answers requests to localhost, 127.0.0.1 and [::1] only.');
  }
}

function clockView({ clock }: ResettableWorld) {
  const now = clock.now();
  return { nowMs: now, now: new Date(now).toISOString() };
}

function jsonBody(request: WireRequest): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
}

function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const answer = schema.safeParse(input);
  if (answer.success) return answer.data;
  throw new Refusal(400, z.prettifyError(answer.error));
}

function json(status: number, value: unknown): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
