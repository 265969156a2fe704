import { MessageCauseShape, MessageClusterShape } from './cluster-part.ts';
import { type ReadMessage, readMessage } from './read-message.ts';
import { flag, listOf, number, object, oneOf, optional, type Shape, type Shaped, text } from './shape.ts';

const KeyShape = object({
  namespace: text,
  serviceAccount: text,
  /** Where it is expected. */
  associationId: optional(text),
  /** An event says that it was deleted. */
  gone: optional(flag),
  /** When the key was first refused because of its role, epoch milliseconds, if it comes back for that. */
  refusedSince: optional(number),
  /**
   * When the answer to its write was first lost, or the key first turned out to be other than just seen, epoch
   * milliseconds, if it comes back for that.
   */
  failingSince: optional(number),
});

const ALL = oneOf('all');
const KEYS = listOf(KeyShape);
const allOrKeys: Shape<'all' | Shaped<typeof KEYS>> = (given, ...rest) =>
  typeof given === 'string' ? ALL(given, ...rest) : KEYS(given, ...rest);

const ReconcileMessageShape = object({
  version: oneOf(1),
  cluster: MessageClusterShape,
  keys: allOrKeys,
  /** With all keys: every one is described, also those of which the listing and the registry tell nothing new. */
  verify: optional(oneOf('full')),
  /** For people who read queues and logs. */
  why: text,
  cause: optional(MessageCauseShape),
  /** Noted as dealt with, together with what follows from it. */
  eventId: optional(text),
  /** A role that these keys use has changed: it is looked at, too. */
  roleChanged: optional(flag),
  /**
   * The episode that goes on, for keys whose write is still under way: tried again it bears the same token, and the brake
   * does not count it again. Without it a message is an episode of its own.
   */
  episode: optional(text),
  /** Names what has to be done once although several ask for it: messages that wait for the same thing have the same. */
  mergeBy: optional(text),
});

/** What is to be reconciled: the body of the reconcile queue's messages, and of those that wait to come there. */
export type ReconcileMessage = Shaped<typeof ReconcileMessageShape>;
export type ReconcileKey = Shaped<typeof KeyShape>;

/** Reads the body of a message. Never throws. */
export function readReconcileMessage(body: string): ReadMessage<ReconcileMessage> {
  return readMessage(ReconcileMessageShape, body);
}
