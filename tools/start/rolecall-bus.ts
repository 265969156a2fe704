import type { OutboundEvent } from '#events/outbound/outbound-event.ts';
import { parseOutbound } from '#events/outbound/parse-outbound.ts';
import type { PlayedGraph } from '#sandbox/play/play-graph.ts';
import { STAGE } from './fleet.ts';

/** Hears what Rolecall says on its own bus, as anybody's rule on it would. */
export class RolecallBus {
  private readonly heard: OutboundEvent[] = [];
  private readonly listeners = new Set<(event: OutboundEvent) => void>();

  constructor({ cloud, graph }: PlayedGraph) {
    const bus = graph.buses.find(({ arn }) => arn.endsWith(`/rolecall-${STAGE}-events`));
    if (!bus) throw new Error('the graph has no bus of Rolecall’s own');
    const place = `${graph.partition}:demo:${graph.region}:${graph.account}`;
    cloud.otherTargets.set('demo', (delivery) => {
      this.take(delivery.payload);
      return Promise.resolve({ kind: 'delivered' });
    });
    cloud.addRule(bus.arn, {
      arn: bus.arn.replace(':event-bus/', ':rule/').concat('/demo'),
      name: 'demo',
      eventPattern: JSON.stringify({ source: ['rolecall'] }),
      targets: [{ id: 'demo', arn: `arn:${place}:audience` }],
    });
  }

  /** Calls `listener` with every event from now on. Answers how to stop. */
  onEvent(listener: (event: OutboundEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Everything so far, oldest first. */
  all(): readonly OutboundEvent[] {
    return this.heard;
  }

  private take(payload: string): void {
    const parsed = parseOutbound(payload);
    if (parsed.kind !== 'event') throw new Error(`an event cannot be read: ${parsed.detail}`);
    this.heard.push(parsed.event);
    for (const listener of this.listeners) listener(parsed.event);
  }
}
