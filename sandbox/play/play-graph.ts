import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Cloud } from '../cloud/cloud.ts';
import type { ResettableWorld } from '../create-world.ts';
import { accessControl } from '../front-door/access-control.ts';
import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import type { Graph, LeftOut } from './graph-schema.ts';
import { putBuses } from './parts/buses.ts';
import { putFunctions } from './parts/functions.ts';
import { putMappings } from './parts/mappings.ts';
import { putMessaging } from './parts/messaging.ts';
import { putRole } from './parts/roles.ts';
import { putTables } from './parts/tables.ts';
import { putAlarms, putSchedules } from './parts/watching.ts';
import { PlayError } from './play-error.ts';
import { readGraph } from './read-graph.ts';
import { applyTemplate } from './template/apply-template.ts';
import { readTemplate } from './template/read-template.ts';
import { whenQuiet } from './when-quiet.ts';

/** Accounts that get the stacks of a CloudFormation template. */
export interface TemplateStacks {
  /** YAML or JSON. */
  readonly file: string;
  readonly accounts: readonly string[];
  /** A stack in each, in this order: the home region first. */
  readonly regions: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

export interface PlayOptions {
  /** `graph.json` of a synthesis, its zips beside it: docs/graph-format.md. */
  readonly graphFile: string;
  /** Clusters, roles and associations that are there already, and the clock. */
  readonly world: ResettableWorld;
  /** 0, which is the default, takes any free port. */
  readonly port?: number | undefined;
  /** Logs (`logs/`) and unpacked zips (`functions/`) go there; without it logs stay in memory. */
  readonly dataDir?: string | undefined;
  /** Milliseconds between a call and its CloudTrail event, on the world's clock; 0 unless said otherwise. */
  readonly trailDelayMs?: number | undefined;
  /** What spoke accounts hold. */
  readonly stacks?: readonly TemplateStacks[] | undefined;
  /** The organisation that all accounts belong to; none unless given. */
  readonly organisationId?: string | undefined;
  /** Lists of the graph that are passed over although the sandbox cannot play them. */
  readonly leaveOut?: readonly LeftOut[] | undefined;
  /** How many functions run at once on this machine. */
  readonly slots?: number | undefined;
  /** Where an engine for DynamoDB is looked for; `process.env` unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A graph that is being played. */
export interface PlayedGraph {
  /** The endpoint for every service, `http://127.0.0.1:4566`. */
  readonly url: string;
  readonly port: number;
  readonly world: ResettableWorld;
  readonly cloud: Cloud;
  readonly graph: Graph;
  readonly callCounts: Sandbox['callCounts'];
  /**
   * Resolves when nothing is under way and no timer is due: no delivery, no function, no CloudTrail event on a bus. What
   * waits for the clock (a delay, a time-out of visibility, a retry) goes on waiting; `cloud.advance` moves it.
   */
  quiet(): Promise<void>;
  /** Ends functions, databases, timers and the server; leaves no process behind. Calling it again does nothing more. */
  stop(): Promise<void>;
}

/**
 * Brings up everything that a recorded graph says, in the account and regions where it says so, behind a front door that
 * knows every role of it. Rejects with `PlayError` for what cannot be played, and then leaves nothing running.
 *
 * @example
 * const world = createWorld({ populate });
 * const played = await playGraph({ graphFile: '.sst/offline/dev/graph.json', world, port: 4566 });
 */
export async function playGraph(options: PlayOptions): Promise<PlayedGraph> {
  const { graphFile, world, dataDir, leaveOut } = options;
  const graph = readGraph(graphFile, { leaveOut });
  const cloud = new Cloud({
    world,
    authorize: accessControl(world, { organisationId: options.organisationId }),
    trailDelayMs: options.trailDelayMs,
    slots: options.slots,
    environment: options.environment,
    ...(dataDir === undefined ? {} : foldersIn(dataDir)),
  });
  let sandbox: Sandbox | undefined;
  try {
    await bringUp(cloud, graph, dirname(graphFile), options.stacks ?? []);
    sandbox = await startSandbox({ port: options.port ?? 0, cloud });
    // Only now: a function that a mapping wakes is told where the sandbox is.
    await putMappings(cloud, graph);
  } catch (error) {
    await (sandbox ?? cloud).stop();
    throw error;
  }
  const { url, port, callCounts } = sandbox;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= sandbox.stop();
    return stopped;
  };
  return { url, port, world, cloud, graph, callCounts, quiet: () => whenQuiet(cloud), stop };
}

async function bringUp(
  cloud: Cloud,
  graph: Graph,
  graphFolder: string,
  stacks: readonly TemplateStacks[],
): Promise<void> {
  for (const role of graph.roles) putRole(cloud.world, role, graph.region);
  putMessaging(cloud, graph);
  putBuses(cloud, graph);
  putFunctions(cloud, graph, graphFolder);
  for (const one of stacks) putStacks(cloud, one);
  putAlarms(cloud, graph);
  putSchedules(cloud, graph);
  await putTables(cloud, graph);
}

function putStacks(cloud: Cloud, { file, accounts, regions, parameters }: TemplateStacks): void {
  if (!existsSync(file)) throw new PlayError('A template cannot be applied:', [`there is no ${file}`]);
  const template = readTemplate(file);
  for (const account of accounts) {
    for (const region of regions) applyTemplate(cloud, template, { account, region, parameters });
  }
}

function foldersIn(dataDir: string): { logFolder: string; cacheFolder: string } {
  mkdirSync(dataDir, { recursive: true });
  return { logFolder: join(dataDir, 'logs'), cacheFolder: join(dataDir, 'functions') };
}
