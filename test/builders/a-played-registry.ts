import type { PlayedGraph } from '#sandbox/play/play-graph.ts';
import { createCallCounter } from '#shared/app/call-counter.ts';
import type { RegistryDeps } from '#shared/app/registry/registry-deps.ts';
import { AwsAccess } from '#shared/aws/aws-access.ts';
import { DynamoRegistry } from '#shared/aws/registry/dynamo-registry.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import { physicalName } from '#shared/runtime/names.ts';
import { SequenceIds } from '#test/fakes/sequence-ids.ts';

export interface RegistryPlace {
  readonly account: string;
  readonly region: string;
  readonly installation: string;
}

/** The registry of a played graph as a person in the hub's account reaches it, on the sandbox's time. */
export function aPlayedRegistry({ url, world }: PlayedGraph, place: RegistryPlace): RegistryDeps {
  const { account, region, installation } = place;
  const clock = { now: () => world.clock.now(), sleep: systemClock.sleep };
  const access = new AwsAccess({
    clock,
    random: () => 0.5,
    counter: createCallCounter(),
    endpoint: url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'any' },
  });
  const tables = {
    registry: physicalName(installation, 'registry'),
    outbox: physicalName(installation, 'outbox'),
  };
  const ids = new SequenceIds('person');
  return { registry: new DynamoRegistry({ access, tables }), clock, newId: () => ids.next() };
}
