import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackZip } from '#sandbox/lambda/unpack.ts';
import { type FunctionName, physicalName } from '#shared/runtime/names.ts';
import { INSTALLATION } from '#test/scale/scale-fleet.ts';
import { createFleet, type ScaleHub, startScaleHub } from '#test/scale/scale-hub.ts';
import { wrongKeys } from '#test/scale/scale-report.ts';
import { type Graph, readGraph } from '#tools/synth/graph.ts';
import { synthesise } from '#tools/synth/synthesise.ts';
import type { StartOrder, StartPair, StartsOrder } from './cold-start-child.ts';
import { associationsOf } from './fleet-associations.ts';
import { type Comparison, figures } from './measure.ts';
import { swapRole } from './swap-role.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Both lie between a change behind our back and its repair. */
const FUNCTIONS = ['detect-drift', 'reconcile-associations'] as const satisfies readonly FunctionName[];
const STARTS = 41;
const EVENTS = 7;
const START_BUDGET = 3;
const EVENT_BUDGET = 4;
const ZIP_BYTES = 300 * 1024;
/** Environments end when nobody used them for ten minutes; and nobody fights over a key that is changed so seldom. */
const PAUSE_MS = 2 * 3_600_000;

type Deployed = Graph['functions'][number];

/**
 * The start of two functions from their deploy zips, and their first event after it: what a start leaves for later is paid there.
 * Of a synthesis that is there already, if its folder is given.
 */
export async function benchColdStart(folder?: string): Promise<Comparison[]> {
  const from = folder ?? (await synthesise({ app: ROOT, stage: 'sandbox' })).folder;
  const graph = readGraph(readFileSync(join(from, 'graph.json'), 'utf8'));
  const functions = FUNCTIONS.map((name) => functionOf(graph, name));
  const starts = timeStarts(from, functions);
  const events = await timeEvents(from, functions);
  return FUNCTIONS.flatMap((name, index) => {
    const pairs = starts[index] ?? [];
    return [
      startComparison(name, pairs),
      eventComparison(name, pairs, events[index] ?? []),
      zipComparison(name, functions[index]?.zipBytes ?? Number.NaN),
    ];
  });
}

function functionOf(graph: Graph, name: FunctionName): Deployed {
  const functionName = physicalName(INSTALLATION, name);
  const found = graph.functions.find((fn) => fn.functionName === functionName);
  if (!found) throw new Error(`the graph has no function ${functionName}`);
  return found;
}

function timeStarts(folder: string, functions: readonly Deployed[]): readonly (readonly StartPair[])[] {
  const own = mkdtempSync(join(tmpdir(), 'rolecall-cold-start-'));
  try {
    const orders = functions.map((fn): StartOrder => {
      const cwd = unpackZip(join(folder, fn.zip), own);
      return { module: join(cwd, `${fn.handler.split('.')[0]}.mjs`), cwd, env: environmentOf(fn, cwd) };
    });
    const order: StartsOrder = { folder: own, rounds: STARTS, functions: orders };
    const child = fileURLToPath(new URL('cold-start-child.ts', import.meta.url));
    const args = [child, JSON.stringify(order)];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the functions do not start: ${stderr}`);
    return JSON.parse(stdout) as StartPair[][];
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** As it is deployed, and what Lambda adds: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function environmentOf(fn: Deployed, root: string): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    ...fn.environment,
    AWS_REGION: fn.region,
    AWS_DEFAULT_REGION: fn.region,
    AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: root,
    _HANDLER: fn.handler,
  };
}

/** How long an invocation took right after a start, and the next one, in milliseconds. */
interface Events {
  readonly first: number;
  readonly next: number;
}

/** A role swapped when no environment is there, and another one right after it, through the played graph. */
async function timeEvents(
  folder: string,
  functions: readonly Deployed[],
): Promise<readonly (readonly Events[])[]> {
  const hub = await startScaleHub({ folder, clusters: 1 });
  try {
    await createFleet(hub);
    while (wrongKeys(hub).length > 0) await hub.played.cloud.advance(5_000);
    const taken: Events[][] = functions.map(() => []);
    for (let run = 0; run < EVENTS; run += 1) {
      await hub.played.cloud.advance(PAUSE_MS);
      const cold = await repairOne(hub, 2 * run);
      const warm = await repairOne(hub, 2 * run + 1);
      for (const [index, { functionName }] of functions.entries()) {
        const first = durationIn(cold, functionName, 'cold');
        taken[index]?.push({ first, next: durationIn(warm, functionName, 'warm') });
      }
    }
    return taken;
  } finally {
    await hub.stop();
  }
}

interface Report {
  readonly name: string;
  readonly text: string;
}

/** What Lambda reports while the role of one association is swapped and put back. */
async function repairOne(hub: ScaleHub, index: number): Promise<readonly Report[]> {
  const reports: Report[] = [];
  const stop = hub.played.cloud.logs.subscribe((name, { text }) => {
    if (text.startsWith('REPORT ')) reports.push({ name, text });
  });
  const [cluster, association] = associationsOf(hub)[index] ?? [];
  if (!cluster || !association) throw new Error(`there is no association ${index}`);
  await swapRole(hub, cluster, association);
  await hub.played.cloud.advance(60_000);
  stop();
  if (wrongKeys(hub).length > 0) throw new Error('a role that was swapped is not put back');
  return reports;
}

/** The first invocation of a function among the reports, which is to be of that kind. */
function durationIn(reports: readonly Report[], functionName: string, kind: 'cold' | 'warm'): number {
  const text = reports.find(({ name }) => name === functionName)?.text ?? '';
  const duration = /\tDuration: ([\d.]+) ms/.exec(text)?.[1];
  if (duration === undefined || text.includes('Init Duration') !== (kind === 'cold')) {
    throw new Error(`${functionName} was not invoked ${kind}: ${text}`);
  }
  return Number(duration);
}

function startComparison(name: string, pairs: readonly StartPair[]): Comparison {
  return {
    what: `cold start of ${name}`,
    measured: 'its zip, until it is ready',
    against: 'an empty handler',
    ratios: pairs.map(({ deployed, bare }) => deployed / bare),
    budget: START_BUDGET,
    detail: `${msFigures(pairs.map(({ deployed }) => deployed))} against ${msFigures(pairs.map(({ bare }) => bare))}`,
  };
}

function eventComparison(name: string, pairs: readonly StartPair[], events: readonly Events[]): Comparison {
  const deployed = medianOf(pairs.map((pair) => pair.deployed));
  const bare = medianOf(pairs.map((pair) => pair.bare));
  const first = msFigures(events.map((event) => event.first));
  const next = msFigures(events.map((event) => event.next));
  return {
    what: `cold start of ${name}, and its first event`,
    measured: 'both',
    against: 'an empty handler, and a later event',
    ratios: events.map((event) => (deployed + event.first) / (bare + event.next)),
    budget: EVENT_BUDGET,
    detail: `the event ${first} against ${next}`,
  };
}

function zipComparison(name: string, bytes: number): Comparison {
  return {
    what: `zip of ${name}`,
    measured: 'bytes',
    against: `${ZIP_BYTES} bytes`,
    ratios: [bytes / ZIP_BYTES],
    budget: 1,
    detail: `${bytes} bytes`,
  };
}

function msFigures(values: readonly number[]): string {
  return figures(values, 'ms', 0);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
