import { resolve } from 'node:path';
import type { WorldSummary } from '#sandbox/create-world.ts';
import type { startSandbox } from '#sandbox/start-sandbox.ts';
import type { SwitchesInput } from '#sandbox/switches.ts';
import type { World } from '#sandbox/world.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { countText } from '../text/count-text.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { UsageError } from '../usage-error.ts';

export interface SandboxOptions {
  readonly awsOnly?: boolean;
  readonly port: number;
  readonly seed?: string;
  readonly clusters?: number;
  readonly associationsPerCluster?: number;
  readonly latency?: number;
  readonly throttle?: number;
  readonly staleReads?: number;
  readonly loseAnswers?: number;
  readonly iamDelay?: number;
}

/** `rolecall sandbox`: plays AWS until somebody presses Ctrl-C. */
export async function sandboxCommand({ io }: CliContext, options: SandboxOptions): Promise<ExitCode> {
  refuseContradictions(options);
  const { startSandbox } = await import('#sandbox/start-sandbox.ts');
  const sandbox = await start(startSandbox, seedFrom(options, io.cwd));
  try {
    const summary = sandbox.world.summary();
    io.stdout.write(`${readyLine(sandbox.url, summary, io.platform)}\n`);
    const accounts = [...new Set(summary.regions.map(({ account }) => account))];
    if (accounts.length > 1) {
      io.stderr.write(`accounts: ${accounts.join(', ')}; the access key names the account\n`);
    }
    await aborted(io.signal);
  } finally {
    await sandbox.stop();
  }
  return EXIT.clean;
}

/** Paths are relative to where the person is. */
function seedFrom(options: SandboxOptions, cwd: string): SandboxOptions {
  return options.seed === undefined ? options : { ...options, seed: resolve(cwd, options.seed) };
}

function refuseContradictions(options: SandboxOptions): void {
  if (!options.awsOnly) {
    throw new UsageError(
      'the whole system on this machine is npm start, in a clone of the repository',
      'for the AWS endpoints alone: rolecall sandbox --aws-only',
    );
  }
  if (options.seed !== undefined && options.clusters !== undefined) {
    throw new UsageError(
      '--seed and --clusters both say what is there',
      'give one of them; a seed may say generate: itself',
    );
  }
  if (options.associationsPerCluster !== undefined && options.clusters === undefined) {
    throw new UsageError('--associations-per-cluster goes with --clusters', 'add --clusters N');
  }
}

type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/** A seed and a port come from a person: what is wrong with them is no bug. */
async function start(startWith: typeof startSandbox, options: SandboxOptions): Promise<Sandbox> {
  try {
    const populate = await populationOf(options);
    return await startWith({
      port: options.port,
      switches: switchesOf(options),
      ...(populate ? { populate } : {}),
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'PortError')
      throw new UsageError(error.message, 'give another --port; 0 takes any free one');
    if (error.name === 'SeedError')
      throw new UsageError(error.message, 'sandbox/seed/README.md says what a seed may hold');
    throw error;
  }
}

async function populationOf(options: SandboxOptions): Promise<((world: World) => void) | undefined> {
  if (options.seed !== undefined) {
    const { loadSeed } = await import('#sandbox/seed/read-seed.ts');
    const { applySeed } = await import('#sandbox/seed/apply-seed.ts');
    const seed = loadSeed(options.seed);
    return (world) => applySeed(world, seed);
  }
  if (options.clusters === undefined) return undefined;
  const { generateFleet } = await import('#sandbox/seed/generate-fleet.ts');
  const fleet = generateFleet({
    clusters: options.clusters,
    associationsPerCluster: options.associationsPerCluster ?? DEFAULT_ASSOCIATIONS,
  });
  return (world) => fleet.populate(world);
}

const DEFAULT_ASSOCIATIONS = 100;

function switchesOf(options: SandboxOptions): SwitchesInput {
  const { latency, throttle, staleReads, loseAnswers, iamDelay } = options;
  return {
    ...(latency === undefined ? {} : { latencyMs: latency }),
    ...(throttle === undefined ? {} : { throttle: { ratePerSecond: throttle } }),
    ...(staleReads === undefined ? {} : { staleReadsMs: staleReads }),
    ...(loseAnswers === undefined ? {} : { loseAnswers: { every: loseAnswers } }),
    ...(iamDelay === undefined ? {} : { iamPropagationMs: iamDelay }),
  };
}

/** The account of every access key that names none. */
const USUAL_ACCOUNT = '111122223333';
const USUAL_REGION = 'eu-west-1';

/** One line to paste into the shell of the platform: what to export, and in a comment what is there. */
export function readyLine(url: string, summary: WorldSummary, platform: NodeJS.Platform): string {
  const [first] = summary.regions.filter(({ clusters }) => clusters > 0);
  const variables = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: first?.account ?? USUAL_ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: first?.region ?? USUAL_REGION,
  };
  const clusters = summary.regions.reduce((sum, region) => sum + region.clusters, 0);
  const associations = summary.regions.reduce((sum, region) => sum + region.associations, 0);
  const ready = `# sandbox ready: ${countText(clusters, 'cluster')}, ${countText(associations, 'association')}; Ctrl-C ends it`;
  const pairs = Object.entries(variables);
  return platform === 'win32'
    ? `${pairs.map(([name, value]) => `$env:${name}='${value}'`).join('; ')}  ${ready}`
    : `export ${pairs.map(([name, value]) => `${name}=${shellQuote(value)}`).join(' ')}  ${ready}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
