import * as z from 'zod/mini';
import { MessageCauseSchema, MessageClusterSchema } from './cluster-part.ts';
import { type ReadMessage, readMessage } from './read-message.ts';

const EnrolMessageSchema = z.object({
  version: z.literal(1),
  cluster: MessageClusterSchema,
  change: z.enum(['created', 'deleted', 'tags']),
  /** When it happened, epoch milliseconds. */
  at: z.number(),
  cause: z.optional(MessageCauseSchema),
  eventId: z.optional(z.string()),
});

/** A cluster that came, went or was tagged: the body of the enrol queue's messages. */
export type EnrolMessage = z.infer<typeof EnrolMessageSchema>;

/** Reads the body of a message. Never throws. */
export function readEnrolMessage(body: string): ReadMessage<EnrolMessage> {
  return readMessage(EnrolMessageSchema, body);
}
