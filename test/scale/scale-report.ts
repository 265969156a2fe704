import type { CallCounts } from '#sandbox/call-counter.ts';
import { cloudSummary } from '#sandbox/play/cloud-summary.ts';
import type { PlayedGraph } from '#sandbox/play/play-graph.ts';
import type { FindingKind } from '#shared/domain/registry/finding.ts';
import { METRIC } from '#shared/runtime/names.ts';
import { INSTALLATION, rightAssociation, SCALE_KEYS, wrongIn } from './scale-fleet.ts';
import type { ScaleHub } from './scale-hub.ts';
import type { EpisodeKind } from './scale-load.ts';

/** What a run knows of itself. */
export interface ScaleFacts {
  /** Events of changes by others, duplicates included. */
  readonly events: number;
  /** Distinct changes by others. */
  readonly changes: number;
  readonly episodes: Readonly<Partial<Record<EpisodeKind, number>>>;
  readonly callsBefore: CallCounts;
  readonly repaired: number;
  readonly realMs: number;
  readonly playedMs: number;
}

export interface ScaleReport extends Omit<ScaleFacts, 'callsBefore'> {
  readonly clusters: number;
  readonly keys: number;
  /** Rolecall's calls since the fleet was enrolled, by `service:Operation`. */
  readonly calls: CallCounts;
  /** Of them, to EKS. */
  readonly eksCalls: number;
  /** Invocations by function, the whole run. */
  readonly invocations: Readonly<Record<string, number>>;
  /** What is not as it must be; empty when the run is good. */
  readonly problems: readonly string[];
}

/** What we promise for each distinct change. */
export const EKS_CALLS_A_CHANGE = 3;
/** Metrics that stay at zero when all goes well. */
const ERROR_METRICS = [
  METRIC.repairFailed,
  METRIC.throttled,
  METRIC.clusterUnread,
  METRIC.brakeEngaged,
  METRIC.frozen,
  METRIC.eventUnreadable,
];
/** What the noise leaves behind: associations of strangers, and tags of clusters that differ from their labels. */
const NOISE_FINDINGS: readonly FindingKind[] = ['unmanaged', 'foreign', 'labelDrift', 'agentMissing'];
const TROUBLE = ['denied', 'dropped', 'deadLettered', 'crashed', 'repaired'] as const;
const SHOWN = 5;

/** The calls that Rolecall's functions and its roles in the spokes made. */
export function rolecallCalls(played: PlayedGraph): CallCounts {
  return played.callCounts((arn) => arn.includes(`:assumed-role/rolecall-${INSTALLATION}-`));
}

/** Keys of the fleet that are not as they should be, each with what is wrong. Asks nobody. */
export function wrongKeys(hub: ScaleHub): readonly string[] {
  const now = hub.played.world.clock.now();
  return hub.clusters.flatMap((cluster) => {
    const { associations } = hub.stateOf(cluster);
    return SCALE_KEYS.flatMap((key) => {
      const found = associations.byKey(key.namespace, key.serviceAccount, now);
      const wrong = wrongIn(found, rightAssociation(cluster, key));
      return wrong === undefined ? [] : [`${cluster.name} ${key.namespace}/${key.serviceAccount} ${wrong}`];
    });
  });
}

/** Looks at everything that must hold at the end. */
export async function scaleReport(hub: ScaleHub, facts: ScaleFacts): Promise<ScaleReport> {
  const { callsBefore, ...rest } = facts;
  const calls = since(callsBefore, rolecallCalls(hub.played));
  const eksCalls = sumOf(Object.entries(calls).filter(([name]) => name.startsWith('eks:')));
  const most = EKS_CALLS_A_CHANGE * facts.changes;
  return {
    ...rest,
    clusters: hub.clusters.length,
    keys: hub.clusters.length * SCALE_KEYS.length,
    calls,
    eksCalls,
    invocations: Object.fromEntries(
      cloudSummary(hub.played.cloud).functions.map(({ name, invocations }) => [name, invocations]),
    ),
    problems: [
      ...some('keys are not as they should be', wrongKeys(hub)),
      ...(eksCalls > most ? [`${eksCalls} calls to EKS, where ${most} are allowed`] : []),
      ...queueProblems(hub.played),
      ...metricProblems(hub.played),
      ...some(
        'troubles in the journal',
        TROUBLE.flatMap((kind) => hub.played.cloud.journal.entries(kind)).map(
          ({ kind, subject, text }) => `${kind} ${subject} ${text}`,
        ),
      ),
      ...some('findings are open', await openFindings(hub)),
      ...scanProblem(hub.played),
    ],
  };
}

/** Nothing may be left over, and nothing given up. */
function queueProblems({ cloud }: PlayedGraph): readonly string[] {
  return cloudSummary(cloud).queues.flatMap(({ arn, visible, inFlight, delayed, isDeadLetterQueue }) => {
    const messages = visible + inFlight + delayed;
    const what = isDeadLetterQueue ? 'dead letters' : 'messages';
    return messages > 0 ? [`${messages} ${what} in ${arn.split(':').at(-1)}`] : [];
  });
}

function metricProblems({ cloud }: PlayedGraph): readonly string[] {
  const { functions, metrics } = cloudSummary(cloud);
  return [
    ...functions.flatMap(({ name, errors, throttles }) => [
      ...(errors > 0 ? [`${errors} errors of ${name}`] : []),
      ...(throttles > 0 ? [`${throttles} throttles of ${name}`] : []),
    ]),
    ...ERROR_METRICS.flatMap((name) => {
      const sum = sumOf(metrics.filter((metric) => metric.name === name).map((one) => [name, one.sum]));
      return sum > 0 ? [`the metric ${name} is ${sum}`] : [];
    }),
  ];
}

async function openFindings({ registry: { registry } }: ScaleHub): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await registry.findings('open', { cursor });
    for (const { kind, clusterArn, id, message } of page.items) {
      if (!NOISE_FINDINGS.includes(kind)) found.push(`${clusterArn} ${id}: ${message}`);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

function scanProblem(played: PlayedGraph): readonly string[] {
  const scans = played.callCounts()['dynamodb:Scan'] ?? 0;
  return scans > 0 ? [`${scans} scans of a table`] : [];
}

function some(what: string, entries: readonly string[]): readonly string[] {
  if (entries.length === 0) return [];
  const more = entries.length > SHOWN ? ' …' : '';
  return [`${entries.length} ${what}: ${entries.slice(0, SHOWN).join('; ')}${more}`];
}

function since(before: CallCounts, after: CallCounts): CallCounts {
  const entries = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(
    entries.filter(([, count]) => count > 0).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function sumOf(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((sum, [, count]) => sum + count, 0);
}
