import * as z from 'zod/mini';
import { MessageCauseSchema, MessageClusterSchema } from './cluster-part.ts';
import { type ReadMessage, readMessage } from './read-message.ts';

const EnrolMessageSchema = z.object({
  version: z.literal(1),
  cluster: MessageClusterSchema,
  /** `asked`: nothing happened to it; somebody wants it enrolled. */
  change: z.enum(['created', 'deleted', 'tags', 'asked']),
  /** When it happened, epoch milliseconds. */
  at: z.number(),
  cause: z.optional(MessageCauseSchema),
  eventId: z.optional(z.string()),
  /** Who asked, and for which request how it ends is to be written down. */
  request: z.optional(z.object({ id: z.string(), by: z.string(), why: z.string() })),
});

const PlaceMessageSchema = z.object({
  version: z.literal(1),
  change: z.literal('place'),
  requestId: z.string(),
  place: z.object({ partition: z.string(), account: z.string(), region: z.string() }),
});

const AnyMessageSchema = z.discriminatedUnion('change', [EnrolMessageSchema, PlaceMessageSchema]);

/** A cluster that came, went or was tagged, or that somebody wants enrolled. */
export type EnrolMessage = z.infer<typeof EnrolMessageSchema>;
/** Somebody wants the clusters of an account and region enrolled; the request in the registry says which. */
export type PlaceMessage = z.infer<typeof PlaceMessageSchema>;

/** Reads the body of a message of the enrol queue. Never throws. */
export function readEnrolMessage(body: string): ReadMessage<EnrolMessage | PlaceMessage> {
  return readMessage(AnyMessageSchema, body);
}
