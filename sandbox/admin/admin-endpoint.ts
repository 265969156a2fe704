import * as z from 'zod';
import type { CallHandler } from '../call-handler.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { CloudCalls } from '../cloud/cloud-calls.ts';
import type { ResettableWorld } from '../create-world.ts';
import { SwitchesError } from '../switches.ts';
import type { WireAnswer, WireRequest } from '../wire/protocol.ts';
import { AdminRefusal, adminJson, parsedBy } from './admin-input.ts';
import { CLOUD_HANDLERS } from './cloud-handlers.ts';

/** Everything under this path is about the sandbox itself and not AWS. */
export const ADMIN_PREFIX = '/_sandbox/';

/** What the admin endpoint works on. */
export interface Administered {
  readonly world: ResettableWorld;
  readonly calls: CallHandler;
  /** What is played beside the control plane. */
  readonly cloud?: { readonly cloud: Cloud; readonly calls: CloudCalls } | undefined;
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
      const filter = parsedBy(eventsQuery, Object.fromEntries(request.query));
      return { events: trail.events(filter), oldest: trail.oldestSequence(), latest: trail.latestSequence() };
    },
  },
  switches: {
    GET: ({ world }) => world.switches.get(),
    PUT: ({ world }, request) => world.switches.set(adminJson(request)),
    PATCH: ({ world }, request) => world.switches.change(adminJson(request)),
  },
  clock: {
    GET: ({ world }) => clockView(world),
    async POST({ world, cloud }, request) {
      const { advanceMs } = parsedBy(clockChange, adminJson(request));
      // Timer by timer, so that what one of them sets off has happened when the next is due.
      if (cloud) await cloud.cloud.advance(advanceMs);
      else world.clock.advance(advanceMs);
      return clockView(world);
    },
  },
  reset: {
    POST({ world, calls, cloud }) {
      if (cloud) {
        throw new AdminRefusal(
          409,
          'A cloud that is played cannot begin again: functions and tables remember. Stop it and start it.',
        );
      }
      world.reset();
      calls.reset();
      return world.summary();
    },
  },
  calls: { GET: ({ calls, cloud }) => ({ ...calls.callCounts(), ...cloud?.calls.callCounts() }) },
  state: { GET: ({ world }) => world.summary() },
};

/** Answers a request under `/_sandbox/`. Never rejects for what a request could bring about. */
export async function answerAdmin(administered: Administered, request: WireRequest): Promise<WireAnswer> {
  try {
    checkLocal(request);
    const handlers = handlersFor(administered);
    const methods = handlers[request.path.slice(ADMIN_PREFIX.length)];
    if (!methods)
      throw new AdminRefusal(404, `There is ${Object.keys(handlers).join(', ')} under ${ADMIN_PREFIX}.`);
    const handler = methods[request.method];
    if (!handler) throw new AdminRefusal(405, `${request.path} takes ${Object.keys(methods).join(', ')}.`);
    return json(200, await handler(request));
  } catch (error) {
    if (error instanceof AdminRefusal) return json(error.status, { message: error.message });
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
    throw new AdminRefusal(403, 'The admin endpoint does not answer web pages.');
  const host = headers['host'];
  if (typeof host !== 'string' || !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host)) {
    throw new AdminRefusal(
      403,
      'The admin endpoint answers requests to localhost, 127.0.0.1 and [::1] only.',
    );
  }
}

function clockView({ clock }: ResettableWorld) {
  const now = clock.now();
  return { nowMs: now, now: new Date(now).toISOString() };
}

type BoundHandler = (request: WireRequest) => unknown;

/** What can be asked here: more where a cloud is played. */
function handlersFor(
  administered: Administered,
): Readonly<Record<string, Readonly<Record<string, BoundHandler>>>> {
  const { cloud } = administered;
  return {
    ...bound(HANDLERS, administered),
    ...(cloud ? bound(CLOUD_HANDLERS, cloud.cloud) : {}),
  };
}

function bound<Subject>(
  handlers: Readonly<
    Record<string, Readonly<Record<string, (subject: Subject, request: WireRequest) => unknown>>>
  >,
  subject: Subject,
): Record<string, Record<string, BoundHandler>> {
  return Object.fromEntries(
    Object.entries(handlers).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, handler]) => [
          method,
          (request: WireRequest) => handler(subject, request),
        ]),
      ),
    ]),
  );
}

function json(status: number, value: unknown): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
