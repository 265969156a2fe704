import { MessageCauseShape, MessageClusterShape } from './cluster-part.ts';
import { type ReadMessage, readMessage } from './read-message.ts';
import { number, object, oneOf, optional, type Shape, type Shaped, text } from './shape.ts';

const EnrolMessageShape = object({
  version: oneOf(1),
  cluster: MessageClusterShape,
  /** `asked`: nothing happened to it; somebody wants it enrolled. */
  change: oneOf('created', 'deleted', 'tags', 'asked'),
  /** When it happened, epoch milliseconds. */
  at: number,
  cause: optional(MessageCauseShape),
  eventId: optional(text),
  /** Who asked, and for which request how it ends is to be written down. */
  request: optional(object({ id: text, by: text, why: text })),
});

const PlaceMessageShape = object({
  version: oneOf(1),
  change: oneOf('place'),
  requestId: text,
  place: object({ partition: text, account: text, region: text }),
});

const AnyMessageShape: Shape<Shaped<typeof EnrolMessageShape> | Shaped<typeof PlaceMessageShape>> = (
  given,
  ...rest
) =>
  (given as { readonly change?: unknown } | undefined)?.change === 'place'
    ? PlaceMessageShape(given, ...rest)
    : EnrolMessageShape(given, ...rest);

/** A cluster that came, went or was tagged, or that somebody wants enrolled. */
export type EnrolMessage = Shaped<typeof EnrolMessageShape>;
/** Somebody wants the clusters of an account and region enrolled; the request in the registry says which. */
export type PlaceMessage = Shaped<typeof PlaceMessageShape>;

/** Reads the body of a message of the enrol queue. Never throws. */
export function readEnrolMessage(body: string): ReadMessage<EnrolMessage | PlaceMessage> {
  return readMessage(AnyMessageShape, body);
}
