import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { AppError } from '#shared/ports/app-error.ts';
import type { EventPublisher, PublishableEvent } from '#shared/ports/event-publisher.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { AwsAccess } from './aws-access.ts';
import { expectOutput } from './call-aws.ts';
import { inChunks } from './chunks.ts';
import { ServiceCalls } from './service-calls.ts';

/** What one PutEvents takes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const BATCH = { count: 10, bytes: 262_144 } as const;

/** Publishes on one bus of our own account. */
export class EventBridgePublisher implements EventPublisher {
  readonly #calls: ServiceCalls<EventBridgeClient>;
  readonly #busName: string;

  constructor(access: AwsAccess, busName: string) {
    this.#calls = new ServiceCalls(access, {
      service: 'EVENTBRIDGE',
      createClient: (config) => new EventBridgeClient(config),
    });
    this.#busName = busName;
  }

  async publish(events: readonly PublishableEvent[], options?: CallOptions): Promise<void> {
    const entries = events.map((event) => toEntry(event, this.#busName));
    for (const batch of inChunks(entries, BATCH, sizeOf)) await this.#put(batch, options);
  }

  async #put(batch: readonly PutEventsRequestEntry[], options: CallOptions | undefined): Promise<void> {
    const answer = await this.#calls.call(
      {},
      { operation: 'events:PutEvents', subject: () => this.#busName },
      (client, send) => client.send(new PutEventsCommand({ Entries: [...batch] }), send),
      options,
    );
    const { Entries = [], FailedEntryCount = 0 } = expectOutput(answer);
    if (FailedEntryCount === 0) return;
    if (Entries.some(({ ErrorCode }) => ErrorCode === 'ThrottlingException')) {
      this.#calls.access.options.counter.throttled?.('events:PutEvents');
    }
    const first = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
    const said = [first?.ErrorCode, first?.ErrorMessage].filter(Boolean).join(': ');
    const message = `${this.#busName} did not take ${FailedEntryCount} events: ${said}`;
    throw new AppError('aws.unavailable', message, { retryable: true });
  }
}

function toEntry(event: PublishableEvent, busName: string): PutEventsRequestEntry {
  return {
    EventBusName: busName,
    Source: event.source,
    DetailType: event['detail-type'],
    Resources: [...event.resources],
    Detail: JSON.stringify(event.detail),
  };
}

/** As AWS counts it: source, type, detail and resources in UTF-8. */
function sizeOf({
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number {
  return [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
