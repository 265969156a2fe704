import * as z from 'zod/mini';
import { MessageCauseSchema, MessageClusterSchema } from './cluster-part.ts';
import { type ReadMessage, readMessage } from './read-message.ts';

const KeySchema = z.object({
  namespace: z.string(),
  serviceAccount: z.string(),
  /** Where it is expected. */
  associationId: z.optional(z.string()),
  /** An event says that it was deleted. */
  gone: z.optional(z.boolean()),
  /** When the key was first refused because of its role, epoch milliseconds, if it comes back for that. */
  refusedSince: z.optional(z.number()),
});

const ReconcileMessageSchema = z.object({
  version: z.literal(1),
  cluster: MessageClusterSchema,
  keys: z.union([z.literal('all'), z.array(KeySchema)]),
  /** For people who read queues and logs. */
  why: z.string(),
  cause: z.optional(MessageCauseSchema),
  /** Noted as dealt with, together with what follows from it. */
  eventId: z.optional(z.string()),
  /** A role that these keys use has changed: it is looked at, too. */
  roleChanged: z.optional(z.boolean()),
  /** Names what has to be done once although several ask for it: messages that wait for the same thing have the same. */
  mergeBy: z.optional(z.string()),
});

/** What is to be reconciled: the body of the reconcile queue's messages, and of those that wait to come there. */
export type ReconcileMessage = z.infer<typeof ReconcileMessageSchema>;
export type ReconcileKey = z.infer<typeof KeySchema>;

/** Reads the body of a message. Never throws. */
export function readReconcileMessage(body: string): ReadMessage<ReconcileMessage> {
  return readMessage(ReconcileMessageSchema, body);
}
