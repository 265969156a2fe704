import type { ReconcileMessage } from '#events/messages/reconcile-message.ts';
import type { Cause } from '#shared/domain/registry/cause.ts';

/** The cause that a message names, as the registry keeps it. */
export function causeOf({
  principal,
  eventId,
  eventName,
  at,
  affected,
}: NonNullable<ReconcileMessage['cause']>): Cause {
  return {
    principal,
    eventId,
    ...(eventName === undefined ? {} : { eventName }),
    at,
    ...(affected === undefined ? {} : { affected }),
  };
}
