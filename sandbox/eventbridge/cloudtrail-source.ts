import type { AdvanceableClock } from '../clock.ts';
import type { Chaos } from '../cloud/chaos.ts';
import type { Trail, TrailEvent } from '../cloudtrail/trail.ts';
import type { EventBus } from './bus.ts';

export interface CloudTrailSource {
  readonly trail: Trail;
  readonly clock: AdvanceableClock;
  readonly chaos: Chaos;
  /** The default bus of an account and region. */
  defaultBus(account: string, region: string): EventBus;
  /** Milliseconds on the sandbox's clock between a call and its event; asked anew for each. */
  delayMs(): number;
}

/**
 * Puts the event of every mutating call on the default bus of its account and region (facts §6.2), after the delay and
 * whatever chaos does to it. Answers how to stop.
 */
export function connectCloudTrail(source: CloudTrailSource): () => void {
  const { trail, clock, chaos } = source;
  const arrive = (event: TrailEvent) => {
    source.defaultBus(event.account, event.region).publish({ ...event, detail: { ...event.detail } });
  };
  return trail.subscribe((event) => {
    chaos.pass('trail', `${event.source} ${event.detail.eventName} ${event.detail.eventID}`, () => {
      const delay = source.delayMs();
      // Even without a delay the call is answered first.
      clock.at(clock.now() + delay, () => arrive(event));
    });
  });
}
