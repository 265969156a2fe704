import type { CallOptions } from './pod-identity.ts';

/** An event as EventBridge takes it. */
export interface PublishableEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The bus on which Rolecall publishes. Fails with `AppError`; then each event may have been published. */
export interface EventPublisher {
  publish(events: readonly PublishableEvent[], options?: CallOptions): Promise<void>;
}
