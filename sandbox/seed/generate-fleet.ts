import { partitionOf } from '#sandbox/partition.ts';
import type { World } from '#sandbox/world.ts';
import { type FleetCluster, type FleetPlan, generatedAssociations } from './generated-associations.ts';
import { generatedRoles } from './generated-roles.ts';
import { PLANTED_KINDS, type PlantedCounts, plantedCounts } from './planted-drift.ts';
import { FleetSize, type FleetSizeInput } from './seed-schema.ts';

/** A fleet made from a few numbers. */
export interface Fleet {
  readonly clusters: readonly FleetCluster[];
  readonly plan: FleetPlan;
  /** How many associations there are in all clusters. */
  readonly associations: number;
  /** How much drift was planted, over all clusters. */
  readonly planted: PlantedCounts;
  /** Puts the fleet into a world; its objects are made when they are asked for. */
  populate(world: World): void;
}

/** The account of every access key that names none: a fleet's first, so that it is found without configuration. */
const FIRST_ACCOUNT = '111122223333';
const REGIONS = [
  'eu-west-1',
  'us-east-1',
  'eu-central-1',
  'us-west-2',
  'ap-southeast-1',
  'eu-north-1',
  'us-east-2',
  'ap-northeast-1',
];
/** 2026-01-15T09:00:00Z: all of it was there before. */
const CREATED = Date.UTC(2026, 0, 15, 9, 0, 0);
const DAY_MS = 24 * 3_600_000;
/** Of ten clusters, six are production. */
const ENVIRONMENTS = [
  'prod',
  'prod',
  'stage',
  'prod',
  'prod',
  'stage',
  'prod',
  'lab',
  'prod',
  'stage',
] as const;

/**
 * Makes a fleet of any size from numbers alone: the same numbers give the same fleet. Clusters are dealt to accounts
 * and regions in turn; every cluster has the same service accounts, so that `fleetManifests` can describe them all.
 *
 * Takes no time and memory to speak of: associations and roles are functions of their index.
 */
export function generateFleet(size: FleetSizeInput): Fleet {
  const checked = FleetSize.parse(size);
  const { clusters: count, associationsPerCluster: mappings, driftRate, managedBy, seed } = checked;
  const regions = typeof checked.regions === 'number' ? REGIONS.slice(0, checked.regions) : checked.regions;
  const accounts = Array.from({ length: checked.accounts }, (_, index) => accountNumber(index));
  const perCluster = plantedCounts(mappings, driftRate);
  const [firstRegion = 'eu-west-1'] = regions;
  const plan: FleetPlan = {
    partition: partitionOf(firstRegion),
    mappings,
    managedBy,
    hub: FIRST_ACCOUNT,
    seed,
    planted: perCluster,
  };
  const clusters = Array.from({ length: count }, (_, index) => clusterAt(index, accounts, regions));
  return {
    clusters,
    plan,
    associations: count * (mappings - perCluster.missing + perCluster.extra),
    planted: times(perCluster, count),
    populate: (world) => populate(world, clusters, accounts, plan),
  };
}

function accountNumber(index: number): string {
  return index === 0 ? FIRST_ACCOUNT : String(200_000_000_000 + index);
}

function clusterAt(index: number, accounts: readonly string[], regions: readonly string[]): FleetCluster {
  const account = accounts[index % accounts.length] ?? FIRST_ACCOUNT;
  const region = regions[Math.floor(index / accounts.length) % regions.length] ?? 'eu-west-1';
  const env = ENVIRONMENTS[index % ENVIRONMENTS.length] ?? 'prod';
  return {
    account,
    region,
    name: `${env}-${region}-${String(index + 1).padStart(4, '0')}`,
    tags: { env, tier: index % 3 === 0 ? 'critical' : 'standard' },
    createdAt: CREATED - (index % 300) * DAY_MS,
  };
}

function populate(
  world: World,
  clusters: readonly FleetCluster[],
  accounts: readonly string[],
  plan: FleetPlan,
): void {
  const createdAt = CREATED - 400 * DAY_MS;
  for (const account of accounts)
    world.iam(account).addGeneratedRoles(generatedRoles({ account, createdAt }, plan));
  for (const cluster of clusters) {
    const { account, region, name, tags } = cluster;
    world.eks(account, region).addCluster({
      name,
      tags,
      createdAt: cluster.createdAt,
      generated: generatedAssociations(cluster, plan),
      addons: [{ addonName: 'eks-pod-identity-agent' }],
    });
  }
}

function times(counts: PlantedCounts, factor: number): PlantedCounts {
  const total = { ...counts };
  for (const kind of PLANTED_KINDS) total[kind] = counts[kind] * factor;
  return total;
}
