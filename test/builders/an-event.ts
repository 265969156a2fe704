import { INBOUND_SAMPLES } from '#events/inbound/samples.ts';
import { NOON } from '#test/fakes/manual-clock.ts';

export interface EventChanges {
  /** Epoch milliseconds; noon unless said otherwise. */
  readonly at?: number;
  readonly eventId?: string;
  /** The association's id; the sample's own when left out. */
  readonly associationId?: string;
  /** Replaces what was asked for. */
  readonly request?: Readonly<Record<string, unknown>> | null;
  readonly response?: Readonly<Record<string, unknown>> | null;
  /** The name of the role that did it; an administrator's when left out. */
  readonly byRole?: string;
  readonly token?: string;
}

const SAMPLE_ID = 'a-0123456789abcdefg';

/** One of the samples of `events/`, about cluster `c1` and `payments/api`, as EventBridge puts it into the queue. */
export function anEvent(name: string, changes: EventChanges = {}): string {
  const sample = INBOUND_SAMPLES.find(({ kind }) => kind.name === name);
  if (!sample) throw new Error(`there is no sample of ${name}`);
  const text = JSON.stringify(sample.event).replaceAll(SAMPLE_ID, changes.associationId ?? SAMPLE_ID);
  const event = JSON.parse(text) as { time: string; detail: Record<string, unknown> };
  const time = new Date(changes.at ?? NOON).toISOString();
  const { detail } = event;
  const request = changes.request === undefined ? detail['requestParameters'] : changes.request;
  return JSON.stringify({
    ...event,
    time,
    detail: {
      ...detail,
      eventTime: time,
      ...(changes.eventId === undefined ? {} : { eventID: changes.eventId }),
      requestParameters:
        changes.token === undefined ? request : { ...(request as object), clientRequestToken: changes.token },
      ...(changes.response === undefined ? {} : { responseElements: changes.response }),
      ...(changes.byRole === undefined ? {} : { userIdentity: roleIdentity(changes.byRole) }),
    },
  });
}

function roleIdentity(roleName: string) {
  return {
    type: 'AssumedRole',
    arn: `arn:aws:sts::111122223333:assumed-role/${roleName}/reconcile-associations`,
    accountId: '111122223333',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: `arn:aws:iam::111122223333:role/${roleName}`, userName: roleName },
    },
  };
}

/** The principal of the samples. */
export const ALICE = 'arn:aws:sts::111122223333:assumed-role/Admin/alice';
