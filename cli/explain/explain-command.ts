import { explainKey } from '#shared/app/explain/explain-key.ts';
import type { Explanation } from '#shared/app/explain/explanation.ts';
import { discoverClusters, namedClusters } from '#shared/app/fleet/discover-clusters.ts';
import { processMemory } from '#shared/app/process-memory.ts';
import { DEFAULT_TIMES } from '#shared/app/reconcile/settings.ts';
import { DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import { parseKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import { nearestName } from '#shared/domain/manifest/nearest-name.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import type { CliContext } from '../cli-context.ts';
import type { Connection } from '../connect.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadMappings } from '../load-mappings.ts';
import { stopSignal } from '../stop-signal.ts';
import { StoppedError } from '../stopped-error.ts';
import { listText } from '../text/count-text.ts';
import { styleFor } from '../text/style.ts';
import { UsageError } from '../usage-error.ts';
import { explanationJson } from './explanation-json.ts';
import { renderExplanation } from './render-explanation.ts';

export interface ExplainOptions {
  readonly file: readonly string[];
  readonly cluster: string;
  readonly region?: string;
  readonly profile?: string;
  readonly owner?: string;
  readonly agentInstalled?: boolean;
  readonly timeout?: number;
  readonly output: 'text' | 'json';
}

/** `rolecall explain`: the first broken link between a mapping and the credentials of a pod, and its fix. */
export async function explainCommand(
  context: CliContext,
  keyText: string,
  options: ExplainOptions,
): Promise<ExitCode> {
  const { io } = context;
  const key = readKey(keyText);
  const mappings = await loadMappings(options.file, io);
  const stop = stopSignal(io.signal, options.timeout);
  try {
    const connection = await context.connect({
      profiles: options.profile === undefined ? [] : [options.profile],
      regions: options.region === undefined ? [] : [options.region],
      concurrency: 10,
      signal: stop.signal,
    });
    try {
      const explanation = await explain(context, { connection, mappings, key, options, signal: stop.signal });
      print(context, explanation, options);
      return EXIT_OF[explanation.verdict.kind];
    } finally {
      connection.close();
    }
  } catch (error) {
    const reason = stop.reason();
    throw reason === undefined
      ? error
      : new StoppedError(`${reason}: nothing was changed`, 'run the same command again');
  } finally {
    stop.clear();
  }
}

const EXIT_OF: Readonly<Record<Explanation['verdict']['kind'], ExitCode>> = {
  holds: EXIT.clean,
  unknown: EXIT.error,
  broken: EXIT.differences,
};

function readKey(text: string): ServiceAccountKey {
  const key = parseKey(text);
  if (key) return key;
  throw new UsageError(
    `${JSON.stringify(text)} is no service account`,
    'write NAMESPACE/SERVICE-ACCOUNT, such as payments/api',
  );
}

interface ExplainWork {
  readonly connection: Connection;
  readonly mappings: readonly Mapping[];
  readonly key: ServiceAccountKey;
  readonly options: ExplainOptions;
  readonly signal: AbortSignal;
}

async function explain({ clock }: CliContext, work: ExplainWork): Promise<Explanation> {
  const { connection, mappings, key, options, signal } = work;
  const [found] = namedClusters(connection.places, [options.cluster]);
  if (!found) throw new Error('a connection has at least one place');
  const explanation = await explainKey(
    { memory: processMemory(), clock },
    {
      found,
      key,
      mappings,
      today: new Date(clock.now()).toISOString().slice(0, 10),
      agentInstalled: options.agentInstalled ?? false,
      settings: {
        installation: options.owner ?? 'rolecall',
        authority: 'recordOrTag',
        prune: 'off',
        verify: 'full',
        concurrency: 10,
        ...DEFAULT_TIMES,
        brake: DEFAULT_BRAKE,
      },
    },
    { signal },
  );
  if (explanation) return explanation;
  throw await noSuchCluster(work);
}

async function noSuchCluster({ connection, options, signal }: ExplainWork): Promise<UsageError> {
  const { clusters } = await discoverClusters(connection.places, { signal });
  const names = clusters.map(({ ref }) => ref.name);
  const near = nearestName(options.cluster, names);
  const [place] = connection.places;
  const where = place ? ` in account ${place.place.account}, ${place.place.region}` : '';
  const others =
    names.length === 0
      ? 'there is none at all that these credentials can see'
      : `there is ${listText(names, 8)}`;
  return new UsageError(
    `there is no cluster ${options.cluster}${where}`,
    `${near === undefined ? others : `did you mean ${near}?`} Otherwise check --region and --profile`,
  );
}

function print(
  { io, color, invocation }: CliContext,
  explanation: Explanation,
  options: ExplainOptions,
): void {
  if (options.output === 'json') {
    io.stdout.write(explanationJson(explanation, EXIT_OF[explanation.verdict.kind], io.platform));
    return;
  }
  const words = options.file.flatMap((path) => ['-f', path]);
  const owner = options.owner === undefined ? [] : ['--owner', options.owner];
  const profile = options.profile === undefined ? [] : ['--profile', options.profile];
  const { name, region } = explanation.cluster;
  const repair = invocation.other([
    'check',
    ...words,
    '--cluster',
    name,
    '--region',
    region,
    ...profile,
    ...owner,
    '--repair',
  ]);
  const style = styleFor(io.stdout, io, { color });
  io.stdout.write(renderExplanation(explanation, style, { repair, platform: io.platform }));
}
