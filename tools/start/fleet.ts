import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createWorld, type ResettableWorld } from '#sandbox/create-world.ts';
import { isRunning } from '#sandbox/is-running.ts';
import { type PlayedGraph, playGraph } from '#sandbox/play/play-graph.ts';
import { applySeed } from '#sandbox/seed/apply-seed.ts';
import { DATA, PAYMENTS, PLATFORM } from '#sandbox/seed/demo-clusters.ts';
import { unmanagedFleet } from '#sandbox/seed/demo-fleet.ts';
import { storyClock } from './story-clock.ts';

/** The stage of `stacks/settings.ts` that names the fleet's accounts; it is played and never deployed. */
export const STAGE = 'sandbox';
/** Also an account with clusters of its own. */
export const HUB = PAYMENTS;
export const ACCOUNTS = [PAYMENTS, PLATFORM, DATA] as const;
export const REGIONS = ['eu-west-1', 'us-east-1'] as const;
/** What people work with; it may do everything, as it does in many an account. */
export const PEOPLE_ROLE = 'developer';

/** Half of the demo fleet, so that taking it on takes seconds. */
const CLUSTERS = [
  'pay-prod-euw1',
  'pay-prod-use1',
  'shop-prod-euw1',
  'shop-stage-euw1',
  'lab-euw1',
  'data-prod-euw1',
];

/** Prefixes of the roles that Rolecall may bind: one for each namespace of the fleet. */
const NAMESPACES =
  'accounts bi catalog checkout ci experiments lab ledger marketing ml observability orders payments platform-system portal risk search security streams warehouse';

export interface FleetOptions {
  readonly root: string;
  /** Holds `graph.json` and the zips. */
  readonly synthesis: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Between a call and its CloudTrail event. */
  readonly trailDelayMs: number;
  readonly dataDir: string;
}

/** Plays the product's graph with a fleet that nobody manages yet. Fails as `playGraph` does. */
export async function startFleet(options: FleetOptions): Promise<PlayedGraph> {
  const { root, synthesis, port, trailDelayMs, dataDir } = options;
  return await playGraph({
    graphFile: join(synthesis, 'graph.json'),
    world: aWorld(),
    port,
    dataDir,
    trailDelayMs,
    stacks: [
      {
        file: join(root, 'stacks', 'spoke.yaml'),
        accounts: ACCOUNTS,
        regions: REGIONS,
        parameters: {
          HubAccount: HUB,
          Installation: STAGE,
          ExternalId: `rolecall-${STAGE}`,
          PassableRoles: NAMESPACES.split(' ')
            .map((namespace) => `${namespace}-*`)
            .join(','),
        },
      },
    ],
  });
}

function aWorld(): ResettableWorld {
  const AWS = ACCOUNTS.map((account) => `arn:aws:iam::${account}:root`);
  const trust = { Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }] };
  const roles = { [PEOPLE_ROLE]: { trust, policies: ['AdministratorAccess'] } };
  const fleet = unmanagedFleet({ clusters: CLUSTERS, roles });
  return createWorld({ clock: storyClock(), populate: (world) => applySeed(world, fleet) });
}

/** A folder of this run's own for logs; those of runs that have ended are removed first. */
export function ownDataDir(root: string): string {
  const all = join(root, '.rolecall', 'runs');
  mkdirSync(all, { recursive: true });
  for (const name of readdirSync(all)) {
    if (!isRunning(Number(name))) rmSync(join(all, name), { recursive: true, force: true });
  }
  const own = join(all, String(process.pid));
  if (existsSync(own)) rmSync(own, { recursive: true });
  return own;
}
