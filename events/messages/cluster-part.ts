import { number, object, optional, text } from './shape.ts';

/** A cluster, as our own messages name it. */
export const MessageClusterShape = object({
  partition: text,
  account: text,
  region: text,
  name: text,
  /** The life of the cluster that is meant, epoch milliseconds; left out where nobody knows it. */
  createdAt: optional(number),
});

/** Who brought it about, as `Cause` in the domain. */
export const MessageCauseShape = object({
  principal: text,
  eventId: text,
  eventName: optional(text),
  at: number,
  affected: optional(object({ serviceAccounts: number, clusters: number })),
});
