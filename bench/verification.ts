import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { createCallCounter, diffCallCounts } from '#shared/app/call-counter.ts';
import { desiredFromMappings } from '#shared/app/desired-from-mappings.ts';
import { clusterWithoutRegistry } from '#shared/app/fleet/check-fleet.ts';
import { MemoryBook } from '#shared/app/memory-book.ts';
import { checkCluster } from '#shared/app/reconcile/check-cluster.ts';
import { DEFAULT_TIMES, type ReconcileSettings } from '#shared/app/reconcile/settings.ts';
import { type AwsReading, awsReading } from '#shared/aws/aws-reading.ts';
import { systemClock } from '#shared/aws/system-clock.ts';
import { DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import type { Cluster } from '#shared/domain/cluster.ts';
import { parseManifests } from '#shared/domain/manifest/parse-manifests.ts';
import type { CallCounts } from '#shared/ports/calls.ts';
import type { DesiredState } from '#shared/ports/desired-state.ts';
import type { Memory } from '#shared/ports/memory.ts';
import { type Comparison, figures } from './measure.ts';

const N = 5_000;
const RUNS = 5;
const CONCURRENCY = 50;
const LATENCY_MS = 50;
const CREDENTIALS = { accessKeyId: '111122223333', secretAccessKey: 'any' };

/** Verification of one cluster of 5,000 associations with the real SDK, against the sandbox in another process. */
export async function benchVerification(): Promise<Comparison[]> {
  const fast = await withSandbox(0, async (bench) => [...(await calls(bench)), await cpu(bench)]);
  const slow = await withSandbox(LATENCY_MS, async (bench) => [await wall(bench)]);
  return [...fast, ...slow];
}

/** Exactly ceil(N / 100) + N reads for a full check, and ceil(N / 100) when nothing changed and no bucket is due. */
async function calls(bench: Bench): Promise<Comparison[]> {
  const memory = lastingMemory();
  const full = await check(bench, 'full', memory);
  const again = await check(bench, 'membership', memory);
  const lists = Math.ceil(N / 100);
  return [
    callComparison('calls of a full check', full.calls, lists + N),
    callComparison('calls of a membership check, nothing changed', again.calls, lists),
  ];
}

function callComparison(what: string, counts: CallCounts, expected: number): Comparison {
  const made = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    what: `${what}, N = ${N}`,
    measured: 'calls made',
    against: `${expected} calls`,
    ratios: [made / expected],
    budget: 1,
    detail: JSON.stringify(counts),
  };
}

/** CPU of a check against the CPU of the SDK alone making the same calls: in turns, in one process. */
async function cpu(bench: Bench): Promise<Comparison> {
  await check(bench, 'full', lastingMemory());
  await bareLoop(bench);
  const runs: { ours: number; bare: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const bare = await cpuMs(() => bareLoop(bench));
    const ours = await cpuMs(() => check(bench, 'full', lastingMemory()));
    runs.push({ ours: ours / N, bare: bare / N });
  }
  const ours = figures(
    runs.map((run) => run.ours),
    'ms',
  );
  const bare = figures(
    runs.map((run) => run.bare),
    'ms',
  );
  return {
    what: 'CPU per association verified',
    measured: 'a full check',
    against: '1.5 ms',
    ratios: runs.map((run) => run.ours / 1.5),
    budget: 1,
    detail: `${ours}; the SDK alone ${bare}`,
  };
}

/** Wall time at 50 ms added latency against calls × latency ÷ concurrency. */
async function wall(bench: Bench): Promise<Comparison> {
  const ideal = ((Math.ceil(N / 100) + N) * LATENCY_MS) / CONCURRENCY;
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const start = performance.now();
    await check(bench, 'full', lastingMemory());
    times.push(performance.now() - start);
  }
  return {
    what: `wall time of a full check, ${LATENCY_MS} ms latency, ${CONCURRENCY} at once`,
    measured: 'a full check',
    against: 'calls × latency ÷ concurrency',
    ratios: times.map((time) => time / ideal),
    budget: 1.3,
    detail: `${figures(
      times.map((time) => time / 1000),
      's',
    )} against ${(ideal / 1000).toFixed(2)} s`,
  };
}

interface Bench {
  readonly url: string;
  readonly aws: AwsReading;
  readonly counter: ReturnType<typeof createCallCounter>;
  readonly cluster: Cluster;
  readonly desired: DesiredState;
  readonly installation: string;
}

async function check(
  bench: Bench,
  verify: 'full' | 'membership',
  memory: Memory,
): Promise<{ calls: CallCounts }> {
  const settings: ReconcileSettings = {
    installation: bench.installation,
    authority: 'recordOrTag',
    prune: 'off',
    verify,
    concurrency: CONCURRENCY,
    brake: DEFAULT_BRAKE,
    ...DEFAULT_TIMES,
  };
  const before = bench.counter.snapshot();
  const deps = { reader: bench.aws.podIdentity, desired: bench.desired, memory, clock: systemClock };
  const result = await checkCluster(deps, bench.cluster, settings);
  const wrong = result.decisions.find((decision) => decision.verdict.kind !== 'converged');
  if (wrong || result.decisions.length !== N)
    throw new Error(`not clean: ${JSON.stringify(wrong ?? result.decisions.length)}`);
  return { calls: diffCallCounts(before, bench.counter.snapshot()) };
}

async function bareLoop({ url, cluster }: Bench): Promise<void> {
  const client = new EKSClient({ endpoint: url, region: cluster.region, credentials: CREDENTIALS });
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListPodIdentityAssociationsCommand({ clusterName: cluster.name, nextToken }),
    );
    for (const { associationId } of page.associations ?? []) ids.push(associationId ?? '');
    nextToken = page.nextToken;
  } while (nextToken);
  const workers = Array.from({ length: CONCURRENCY }, async () => {
    for (let associationId = ids.pop(); associationId; associationId = ids.pop()) {
      await client.send(
        new DescribePodIdentityAssociationCommand({ clusterName: cluster.name, associationId }),
      );
    }
  });
  await Promise.all(workers);
  client.destroy();
}

/** A memory that is kept, without a file: the disk is not what is measured. */
function lastingMemory(): Memory {
  const book = new MemoryBook();
  return {
    lasting: true,
    load: async (cluster) => book.load(cluster),
    beginWrite: async () => 'go',
    save: async (cluster, learnt) => book.save(cluster, learnt),
    brakeUse: async (cluster, now) => book.brakeUse(cluster, now),
  };
}

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

interface Ready {
  readonly url: string;
  readonly cluster: { readonly account: string; readonly region: string; readonly name: string };
  readonly managedBy: string;
  readonly manifests: readonly { readonly file: string; readonly text: string }[];
}

async function withSandbox<Result>(
  latencyMs: number,
  work: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const child = spawn(process.execPath, [childPath(), String(N), String(latencyMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const ready = JSON.parse(await firstLine(child)) as Ready;
    return await work(await benchOn(ready));
  } finally {
    child.stdin?.end();
  }
}

async function benchOn(ready: Ready): Promise<Bench> {
  const counter = createCallCounter();
  const aws = awsReading({
    clock: systemClock,
    random: Math.random,
    counter,
    endpoint: ready.url,
    region: ready.cluster.region,
    credentialsFor: () => CREDENTIALS,
  });
  const described = await aws.clusters.describe({ partition: 'aws', ...ready.cluster });
  if (!described) throw new Error(`no cluster ${ready.cluster.name}`);
  const files = ready.manifests.map(({ file, text }) => ({ path: file, text }));
  const { mappings, problems } = parseManifests(files);
  if (problems.length > 0) throw new Error(JSON.stringify(problems[0]));
  return {
    url: ready.url,
    aws,
    counter,
    cluster: clusterWithoutRegistry(described),
    desired: desiredFromMappings(mappings, systemClock),
    installation: ready.managedBy,
  };
}

function childPath(): string {
  return fileURLToPath(new URL('sandbox-child.ts', import.meta.url));
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the sandbox has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the sandbox ended before it was ready');
}
