import * as z from 'zod/mini';

/** A cluster, as our own messages name it. */
export const MessageClusterSchema = z.object({
  partition: z.string(),
  account: z.string(),
  region: z.string(),
  name: z.string(),
  /** The life of the cluster that is meant, epoch milliseconds; left out where nobody knows it. */
  createdAt: z.optional(z.number()),
});

/** Who brought it about, as `Cause` in the domain. */
export const MessageCauseSchema = z.object({
  principal: z.string(),
  eventId: z.string(),
  eventName: z.optional(z.string()),
  at: z.number(),
  affected: z.optional(z.object({ serviceAccounts: z.number(), clusters: z.number() })),
});
