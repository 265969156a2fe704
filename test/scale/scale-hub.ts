import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { manualClock } from '#sandbox/clock.ts';
import { createWorld } from '#sandbox/create-world.ts';
import type { ClusterState } from '#sandbox/eks/cluster-state.ts';
import { type PlayedGraph, playGraph } from '#sandbox/play/play-graph.ts';
import { loadManifests } from '#shared/app/registry/load-manifests.ts';
import type { RegistryDeps } from '#shared/app/registry/registry-deps.ts';
import { withRules } from '#shared/domain/registry/enrolment-rules.ts';
import { ENV, physicalName } from '#shared/runtime/names.ts';
import { aPlayedRegistry } from '#test/builders/a-played-registry.ts';
import { readGraph } from '#tools/synth/graph.ts';
import {
  ACCOUNTS,
  HUB,
  INSTALLATION,
  PASSABLE_ROLES,
  putScaleRoles,
  REGIONS,
  SCALE_MAPPINGS,
  type ScaleCluster,
  scaleClusters,
} from './scale-fleet.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** 2026-11-20T10:00:00Z */
const BEGINNING = Date.UTC(2026, 10, 20, 10, 0, 0);
/** More than this helps nobody on a laptop. */
const SLOTS = 6;
/** A load of thousands of changes is what the brake is there to hold: this installation's stage lets it pass. */
const BRAKE_IS_OPEN = {
  [ENV.brakeClusterFloor]: '100000000',
  [ENV.brakeClusterShare]: '1',
  [ENV.brakeFleet]: '100000000',
};
const ASKED = { by: 'scale', why: 'a fleet for the scale run' };

export interface ScaleHubOptions {
  /** Of a synthesis of the stage `sandbox`: its graph and zips. */
  readonly folder: string;
  readonly clusters: number;
}

/** The product's own graph, played, with a fleet in the sandbox of which nothing is enrolled yet. */
export interface ScaleHub {
  readonly played: PlayedGraph;
  readonly clusters: readonly ScaleCluster[];
  readonly registry: RegistryDeps;
  /** Somebody's own clients: of the account itself, which may do everything in it. */
  eks(cluster: Pick<ScaleCluster, 'account' | 'region'>): EKSClient;
  iam(account: string): IAMClient;
  /** A cluster as it is in the sandbox; asks nobody, and is counted by nobody. */
  stateOf(cluster: ScaleCluster): ClusterState;
  stop(): Promise<void>;
}

/** Plays a synthesis with roles for a fleet in it. Clusters come with `createFleet`. */
export async function startScaleHub({ folder, clusters }: ScaleHubOptions): Promise<ScaleHub> {
  const own = mkdtempSync(join(tmpdir(), 'scale-'));
  const world = createWorld({ clock: manualClock(BEGINNING), populate: putScaleRoles });
  let played: PlayedGraph;
  try {
    played = await playGraph({
      graphFile: withOpenBrake(folder, own),
      world,
      slots: SLOTS,
      stacks: [
        {
          file: join(ROOT, 'stacks', 'spoke.yaml'),
          accounts: ACCOUNTS,
          regions: REGIONS,
          parameters: {
            HubAccount: HUB,
            Installation: INSTALLATION,
            ExternalId: `rolecall-${INSTALLATION}`,
            PassableRoles: PASSABLE_ROLES,
          },
        },
      ],
    });
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    throw error;
  }
  const clients = new Clients(played.url);
  return {
    played,
    clusters: scaleClusters(clusters),
    registry: aPlayedRegistry(played, { account: HUB, region: REGIONS[0], installation: INSTALLATION }),
    eks: ({ account, region }) => clients.eks(account, region),
    iam: (account) => clients.iam(account),
    stateOf({ account, region, name }) {
      const state = world.eks(account, region).cluster(name);
      if (!state) throw new Error(`there is no cluster ${name} in ${account} ${region}`);
      return state;
    },
    async stop() {
      clients.destroy();
      await played.stop();
      rmSync(own, { recursive: true, force: true });
    },
  };
}

/** Loads the mappings, says that new clusters are enforced, and creates the clusters: the events enrol them. */
export async function createFleet(hub: ScaleHub): Promise<void> {
  const { registry, played } = hub;
  const at = registry.clock.now();
  const rule = { name: 'everything', priority: 1, clusters: 'all', mode: 'enforce' } as const;
  const put = [withRules(undefined, [rule], { ...ASKED, at })];
  if ((await registry.registry.commit({ id: registry.newId(), at, put })) !== 'done') {
    throw new Error('the enrolment rules could not be put into the registry');
  }
  const loaded = await loadManifests(registry, SCALE_MAPPINGS, ASKED);
  if (loaded.kind !== 'loaded') throw new Error('the mappings could not be loaded');
  for (const cluster of hub.clusters) {
    const { account, name } = cluster;
    await hub.eks(cluster).send(
      new CreateClusterCommand({
        name,
        roleArn: `arn:aws:iam::${account}:role/cluster`,
        resourcesVpcConfig: { subnetIds: ['subnet-1'] },
      }),
    );
  }
  await played.quiet();
}

/** The graph with the brake's caps out of the way; its zips beside it. */
function withOpenBrake(folder: string, own: string): string {
  const graph = readGraph(readFileSync(join(folder, 'graph.json'), 'utf8'));
  const reconcile = physicalName(INSTALLATION, 'reconcile-associations');
  const functions = graph.functions.map((fn) =>
    fn.functionName === reconcile ? { ...fn, environment: { ...fn.environment, ...BRAKE_IS_OPEN } } : fn,
  );
  cpSync(join(folder, 'zips'), join(own, 'zips'), { recursive: true });
  const file = join(own, 'graph.json');
  writeFileSync(file, JSON.stringify({ ...graph, functions }));
  return file;
}

/** A client for each account and region, made when first asked for. */
class Clients {
  readonly #url: string;
  readonly #made = new Map<string, EKSClient | IAMClient>();

  constructor(url: string) {
    this.#url = url;
  }

  eks(account: string, region: string): EKSClient {
    return this.#get(`eks ${account} ${region}`, () => new EKSClient(this.#config(account, region)));
  }

  iam(account: string): IAMClient {
    return this.#get(`iam ${account}`, () => new IAMClient(this.#config(account, 'us-east-1')));
  }

  destroy(): void {
    for (const client of this.#made.values()) client.destroy();
  }

  #get<Client extends EKSClient | IAMClient>(name: string, make: () => Client): Client {
    const known = this.#made.get(name);
    // The name says which kind it is.
    if (known) return known as Client;
    const made = make();
    this.#made.set(name, made);
    return made;
  }

  #config(account: string, region: string) {
    const credentials = { accessKeyId: account, secretAccessKey: 'any' };
    return { endpoint: this.#url, region, credentials, maxAttempts: 1 };
  }
}
