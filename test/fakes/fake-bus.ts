import { AppError } from '#shared/ports/app-error.ts';
import type { EventPublisher, PublishableEvent } from '#shared/ports/event-publisher.ts';

/** A bus in memory. */
export class FakeBus implements EventPublisher {
  readonly published: PublishableEvent[] = [];
  #failures = 0;

  /** The next calls fail, and nothing is published. */
  failNext(times: number): void {
    this.#failures = times;
  }

  async publish(events: readonly PublishableEvent[]): Promise<void> {
    if (this.#failures > 0) {
      this.#failures -= 1;
      throw new AppError('aws.unavailable', 'the bus is away', { retryable: true });
    }
    // What leaves as JSON comes back without what JSON does not know.
    this.published.push(...(JSON.parse(JSON.stringify(events)) as PublishableEvent[]));
  }

  types(): readonly string[] {
    return this.published.map((event) => event['detail-type']);
  }
}
