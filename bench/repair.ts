import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TagResourceCommand } from '@aws-sdk/client-eks';
import type { CallCounts } from '#sandbox/call-counter.ts';
import { itemSize } from '#test/builders/item-size.ts';
import { createFleet, type ScaleHub, startScaleHub } from '#test/scale/scale-hub.ts';
import { rolecallCalls, wrongKeys } from '#test/scale/scale-report.ts';
import { synthesise } from '#tools/synth/synthesise.ts';
import { BareRepair } from './bare-repair.ts';
import { associationsOf } from './fleet-associations.ts';
import { type Comparison, figures } from './measure.ts';
import { swapRole } from './swap-role.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const RUNS = 5;
/** Between a call and its event, so that a repair is over before its echo comes. */
const TRAIL_MS = 5_000;
/** Nobody fights over a key that is changed once in so long a time; and no read can be stale any more. */
const PAUSE_MS = 2 * 3_600_000;
/** The event, the look, and the second look that makes sure that the first was not too early. */
const PAUSE_AFTER_LOOK_MS = 60_000;
const EKS_CALLS = 2;
const REGISTRY_CALLS = 5;
const ECHO_REGISTRY_CALLS = 1;
/** Of an association's item. */
const ITEM_BYTES = 1_536;
/** Rule, bus, two queues, three functions and an outbox in all, against seven calls one after the other. */
const TIME_BUDGET = 5;

/** From the event of a swapped role to its repair, and the echo of that, through the deployed functions. */
export async function benchRepair(): Promise<Comparison[]> {
  const { folder } = await synthesise({ app: ROOT, stage: 'sandbox' });
  const hub = await startScaleHub({ folder, clusters: 1 });
  try {
    await createFleet(hub);
    while (wrongKeys(hub).length > 0) await hub.played.cloud.advance(5_000);
    hub.played.cloud.trailDelayMs = TRAIL_MS;
    const bare = new BareRepair(hub);
    const runs: Run[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const measured = { ...(await repairAll(hub)), bareMs: await bare.repairAll() };
      // The first run warms up.
      if (run > 0) runs.push(measured);
    }
    const sizes = (await bare.registryItems()).map(itemSize);
    const looks = await lookAtAll(hub);
    bare.end();
    return [...comparisons(runs), ...nothingMore(looks), sizeComparison(sizes)];
  } finally {
    await hub.stop();
  }
}

/** A repair of every key of the cluster but one, one after the other. */
interface Run {
  readonly repair: readonly CallCounts[];
  readonly echo: readonly CallCounts[];
  /** For one key. */
  readonly repairMs: number;
  readonly bareMs: number;
}

async function repairAll(hub: ScaleHub): Promise<Omit<Run, 'bareMs'>> {
  const repair: CallCounts[] = [];
  const echo: CallCounts[] = [];
  let ms = 0;
  await hub.played.cloud.advance(PAUSE_MS);
  const [first, ...others] = associationsOf(hub);
  // In the pause the environments of the functions have ended: the first repair starts them.
  if (first) await swapRole(hub, ...first);
  await hub.played.cloud.advance(60_000);
  for (const [cluster, found] of others) {
    await swapRole(hub, cluster, found);
    const began = performance.now();
    repair.push(await callsIn(hub, TRAIL_MS));
    ms += performance.now() - began;
    if (wrongKeys(hub).length > 0) throw new Error('a role that was swapped is not put back');
    echo.push(await callsIn(hub, TRAIL_MS));
    await hub.played.cloud.advance(60_000);
  }
  return { repair, echo, repairMs: ms / repair.length };
}

/** Somebody's own tag on every association: each is looked at, and there is nothing to put right. */
async function lookAtAll(hub: ScaleHub): Promise<readonly CallCounts[]> {
  const looks: CallCounts[] = [];
  for (const [cluster, { associationArn: resourceArn }] of associationsOf(hub)) {
    await hub.eks(cluster).send(new TagResourceCommand({ resourceArn, tags: { ticket: 'OPS-1' } }));
    const calls = await callsIn(hub, PAUSE_AFTER_LOOK_MS);
    if (!calls['eks:DescribePodIdentityAssociation']) throw new Error('nobody looked at what was tagged');
    looks.push(calls);
  }
  return looks;
}

/** What Rolecall calls while so much time passes. */
async function callsIn({ played }: ScaleHub, ms: number): Promise<CallCounts> {
  const before = rolecallCalls(played);
  await played.cloud.advance(ms);
  const after = Object.entries(rolecallCalls(played));
  return Object.fromEntries(after.map(([name, times]) => [name, times - (before[name] ?? 0)]));
}

function comparisons(runs: readonly Run[]): Comparison[] {
  const repairMs = runs.map((run) => run.repairMs);
  const bareMs = runs.map((run) => run.bareMs);
  const repairs = runs.flatMap(({ repair }) => repair);
  const echoes = runs.flatMap(({ echo }) => echo);
  return [
    most('deployed: calls to EKS, event to repair', repairs, 'eks:', EKS_CALLS),
    most('deployed: requests to the registry, event to repair', repairs, 'dynamodb:', REGISTRY_CALLS),
    most('deployed: calls to EKS, echo of our own write', echoes, 'eks:', 0),
    most(
      'deployed: requests to the registry, echo of our own write',
      echoes,
      'dynamodb:',
      ECHO_REGISTRY_CALLS,
    ),
    {
      what: 'deployed: time from event to repair',
      measured: 'rule, queues, functions, outbox',
      against: 'a script with the same seven calls',
      ratios: repairMs.map((ms, run) => ms / (bareMs[run] ?? Number.NaN)),
      budget: TIME_BUDGET,
      detail: `${figures(repairMs, 'ms', 1)} against ${figures(bareMs, 'ms', 1)}`,
    },
  ];
}

/** Writing nothing when nothing changed. */
function nothingMore(looks: readonly CallCounts[]): Comparison[] {
  return [
    most('deployed: writes to the registry, nothing to put right', looks, 'dynamodb:TransactWriteItems', 0),
    most('deployed: single writes to it, nothing to put right', looks, 'dynamodb:PutItem', 0),
  ];
}

function sizeComparison(sizes: readonly number[]): Comparison {
  return {
    what: "size of an association's item, repaired six times",
    measured: 'bytes',
    against: `${ITEM_BYTES} bytes`,
    ratios: sizes.map((size) => size / ITEM_BYTES),
    budget: 1,
    detail: figures(sizes, 'bytes', 0),
  };
}

/** The most calls that any of them made. None against none is as it should be. */
function most(what: string, all: readonly CallCounts[], prefix: string, allowed: number): Comparison {
  const made = all.map((calls) =>
    Object.entries(calls).reduce((sum, [name, times]) => sum + (name.startsWith(prefix) ? times : 0), 0),
  );
  const worst = Math.max(...made);
  const none = worst === 0 ? 1 : Number.POSITIVE_INFINITY;
  const ratio = allowed === 0 ? none : worst / allowed;
  const detail = `at most ${worst} in ${made.length}`;
  return { what, measured: 'made', against: `${allowed} allowed`, ratios: [ratio], budget: 1, detail };
}
