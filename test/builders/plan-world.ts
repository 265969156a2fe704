import type { Association } from '#sandbox/eks/eks-state.ts';
import type { World } from '#sandbox/world.ts';
import type { ObservedAssociation } from '#shared/domain/association.ts';
import { CLUSTER_SET_TAG, DEFAULT_CLUSTER_SET } from '#shared/domain/cluster.ts';
import type { Decision } from '#shared/domain/decision.ts';
import { formatKey, type KeyText } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import { type PlanningRules, planKey } from '#shared/domain/plan.ts';
import { selectTargets } from '#shared/domain/resolve-target.ts';
import type { Wish } from '#shared/domain/wish.ts';

/** Where a cluster of a sandbox is. */
export interface ClusterPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** Everything that a sandbox's cluster has now, by key. */
export function observedIn(world: World, place: ClusterPlace): Map<KeyText, ObservedAssociation> {
  const now = world.clock.now();
  const { items, next } = stateOf(world, place).associations.page({}, 0, 1_000_000, now);
  if (next !== undefined) throw new Error(`cluster ${place.name} has more associations than one page`);
  return new Map(items.map((one) => [formatKey(one), observed(one)]));
}

/** Everything that the mappings wish for a sandbox's cluster, by key. Throws when a wish cannot be made concrete. */
export function wishesFor(
  world: World,
  place: ClusterPlace,
  mappings: readonly Mapping[],
): Map<KeyText, Wish & { kind: 'fields' }> {
  const tags = stateOf(world, place).tags.at(world.clock.now()) ?? {};
  const cluster = {
    partition: 'aws',
    ...place,
    labels: tags,
    clusterSet: tags[CLUSTER_SET_TAG] ?? DEFAULT_CLUSTER_SET,
  };
  const wishes = new Map<KeyText, Wish & { kind: 'fields' }>();
  for (const [key, { mapping, resolution }] of selectTargets(mappings, cluster)) {
    if (resolution.kind !== 'fields') throw new Error(`${key}: ${resolution.problem.message}`);
    const { fields, takeover } = resolution;
    wishes.set(key, {
      kind: 'fields',
      fields,
      takeover,
      mapping: mapping.key,
      mode: mapping.mode,
      revision: '1',
    });
  }
  return wishes;
}

/** What the product's own domain decides about a sandbox's cluster, with neither memory nor network between. */
export function decisionsFor(
  world: World,
  place: ClusterPlace,
  mappings: readonly Mapping[],
  installation: string,
): readonly Decision[] {
  const wishes = wishesFor(world, place, mappings);
  const there = observedIn(world, place);
  const keys = new Set([...wishes.keys(), ...there.keys()]);
  return [...keys].map((text) => {
    const [namespace = '', serviceAccount = ''] = text.split('/');
    const association = there.get(text);
    return planKey(
      {
        key: { namespace, serviceAccount },
        wish: wishes.get(text),
        observation: association ? { kind: 'described', association } : { kind: 'absent' },
      },
      rulesFor(installation, world.clock.now()),
    );
  });
}

function rulesFor(installation: string, now: number): PlanningRules {
  return {
    installation,
    authority: 'recordOrTag',
    clusterMode: 'enforce',
    clusterStatus: 'ACTIVE',
    partlyRead: false,
    prune: 'off',
    now,
    settleMs: 0,
  };
}

function stateOf(world: World, { account, region, name }: ClusterPlace) {
  const cluster = world.eks(account, region).cluster(name);
  if (!cluster) throw new Error(`there is no cluster ${name}`);
  return cluster;
}

function observed({ clusterName: _, ...association }: Association): ObservedAssociation {
  return association;
}
