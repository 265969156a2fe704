import * as z from 'zod';
import type { Cloud } from '../cloud/cloud.ts';
import { cloudSummary } from '../play/cloud-summary.ts';
import { whenQuiet } from '../play/when-quiet.ts';
import type { WireRequest } from '../wire/protocol.ts';
import { AdminRefusal, adminJson, parsedBy } from './admin-input.ts';

type Handler = (cloud: Cloud, request: WireRequest) => unknown;

const trailDelay = z.strictObject({ trailDelayMs: z.number().int().min(0).max(86_400_000) });
const crash = z.strictObject({
  /** A function's name or ARN. */
  function: z.string(),
  crash: z
    .discriminatedUnion('when', [
      z.strictObject({ when: z.enum(['before', 'after']), invocation: z.int().min(1).default(1) }),
      z.strictObject({
        when: z.literal('during'),
        call: z.string().regex(/^[a-z-]+:[A-Za-z]+$/, 'must be like eks:TagResource'),
        nth: z.int().min(1).default(1),
      }),
    ])
    .nullable(),
});
const journalQuery = z.strictObject({ limit: z.string().regex(/^\d+$/).transform(Number).optional() });

/** What the admin endpoint answers where a cloud is played, by path and method. README.md describes each. */
export const CLOUD_HANDLERS: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  cloud: { GET: (cloud) => cloudSummary(cloud) },
  journal: {
    GET(cloud, request) {
      const { limit = 1000 } = parsedBy(journalQuery, Object.fromEntries(request.query));
      return { entries: limit === 0 ? [] : cloud.journal.entries().slice(-limit) };
    },
  },
  chaos: {
    GET: (cloud) => cloud.chaos.get(),
    PUT(cloud, request) {
      try {
        return cloud.chaos.set(adminJson(request));
      } catch (error) {
        if (error instanceof z.ZodError) throw new AdminRefusal(400, z.prettifyError(error));
        throw error;
      }
    },
  },
  trail: {
    GET: ({ trailDelayMs }) => ({ trailDelayMs }),
    PUT(cloud, request) {
      cloud.trailDelayMs = parsedBy(trailDelay, adminJson(request)).trailDelayMs;
      return { trailDelayMs: cloud.trailDelayMs };
    },
  },
  crash: {
    POST(cloud, request) {
      const given = parsedBy(crash, adminJson(request));
      const fn = [...cloud.functions.values()].find(
        ({ name, arn }) => name === given.function || arn === given.function,
      );
      if (!fn) throw new AdminRefusal(404, `There is no function ${given.function}.`);
      fn.crashOn(given.crash ?? undefined);
      return { function: fn.name, crash: given.crash };
    },
  },
  quiet: {
    async POST(cloud) {
      await whenQuiet(cloud);
      return cloudSummary(cloud);
    },
  },
};
