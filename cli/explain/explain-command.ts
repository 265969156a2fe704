import { type ExplainInput, explainKey } from '#shared/app/explain/explain-key.ts';
import type { Explanation } from '#shared/app/explain/explanation.ts';
import { discoverClusters, type FoundCluster, namedClusters } from '#shared/app/fleet/discover-clusters.ts';
import { processMemory } from '#shared/app/process-memory.ts';
import { DEFAULT_TIMES } from '#shared/app/reconcile/settings.ts';
import { DEFAULT_BRAKE } from '#shared/domain/brake.ts';
import { parseKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { hintFor } from '../check/find-clusters.ts';
import type { CliContext } from '../cli-context.ts';
import type { ConnectedPlace, Connection } from '../connect.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadMappings } from '../load-mappings.ts';
import { type OwnerMeant, ownerMeant, ownerNote, ownerWords } from '../owner-meant.ts';
import { stopSignal } from '../stop-signal.ts';
import { StoppedError } from '../stopped-error.ts';
import { paragraph } from '../text/paragraph.ts';
import { styleFor } from '../text/style.ts';
import { UsageError } from '../usage-error.ts';
import { explanationJson } from './explanation-json.ts';
import { renderExplanation } from './render-explanation.ts';

export interface ExplainOptions {
  readonly file: readonly string[];
  readonly cluster: string;
  readonly region?: string;
  readonly profile?: readonly string[];
  readonly owner?: string;
  readonly agentInstalled?: boolean;
  readonly timeout?: number;
  readonly output: 'text' | 'json';
}

const CALLS_AT_ONCE = 10;

/** `rolecall explain`: the first broken link between a mapping and the credentials of a pod, and its fix. */
export async function explainCommand(
  context: CliContext,
  keyText: string,
  options: ExplainOptions,
): Promise<ExitCode> {
  const { io } = context;
  const key = readKey(keyText);
  const owner = ownerMeant(options.owner, io);
  const note = ownerNote(owner);
  if (note !== undefined) {
    io.stderr.write(paragraph(note, styleFor(io.stderr, io, { color: context.color })));
  }
  const mappings = await loadMappings(options.file, io);
  const stop = stopSignal(io.signal, options.timeout);
  try {
    const connection = await context.connect({
      profiles: options.profile ?? [],
      regions: options.region === undefined ? [] : [options.region],
      concurrency: CALLS_AT_ONCE,
      signal: stop.signal,
    });
    try {
      const explained = await explain(context, {
        connection,
        mappings,
        key,
        owner,
        options,
        signal: stop.signal,
      });
      print(context, explained, { options, owner });
      return EXIT_OF[explained.explanation.verdict.kind];
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

interface Explained {
  readonly explanation: Explanation;
  /** The profile of the cluster's account, if one was named. */
  readonly profile: string | undefined;
}

interface ExplainWork {
  readonly connection: Connection;
  readonly mappings: readonly Mapping[];
  readonly key: ServiceAccountKey;
  readonly owner: OwnerMeant;
  readonly options: ExplainOptions;
  readonly signal: AbortSignal;
}

/** The cluster is in one of the accounts; the roles that it is about may be in any of them. */
async function explain({ clock }: CliContext, work: ExplainWork): Promise<Explained> {
  const { connection, options, signal } = work;
  const roles = rolesOfAll(connection.places);
  for (const connected of connection.places) {
    const [found] = namedClusters([{ ...connected, roles }], [options.cluster]);
    if (!found) continue;
    const deps = { memory: processMemory(), clock };
    const explanation = await explainKey(deps, inputOf(work, found, clock.now()), { signal });
    if (explanation) return { explanation, profile: connected.profile };
  }
  throw await noSuchCluster(work);
}

function inputOf(
  { key, mappings, owner, options }: ExplainWork,
  found: FoundCluster,
  now: number,
): ExplainInput {
  return {
    found,
    key,
    mappings,
    today: new Date(now).toISOString().slice(0, 10),
    agentInstalled: options.agentInstalled ?? false,
    settings: {
      installation: owner.name,
      authority: 'recordOrTag',
      prune: 'off',
      verify: 'full',
      concurrency: CALLS_AT_ONCE,
      ...DEFAULT_TIMES,
      brake: DEFAULT_BRAKE,
    },
  };
}

/** Reads a role with the credentials of its account, where we have them. */
function rolesOfAll(places: readonly ConnectedPlace[]): Roles {
  return {
    get: async (account, roleName, call) => {
      const own = places.find(({ place }) => place.account === account) ?? places[0];
      if (!own) throw new Error('a connection has at least one place');
      return await own.roles.get(account, roleName, call);
    },
  };
}

async function noSuchCluster({ connection, options, signal }: ExplainWork): Promise<UsageError> {
  const { clusters } = await discoverClusters(connection.places, { signal });
  const [place] = connection.places;
  const where = place ? ` in account ${place.place.account}, ${place.place.region}` : '';
  const hint = hintFor(
    options.cluster,
    clusters.map(({ ref }) => ref.name),
  );
  return new UsageError(
    `there is no cluster ${options.cluster}${where}: ${hint}`,
    'check the name, --region and --profile',
  );
}

function print(
  { io, color, invocation }: CliContext,
  { explanation, profile }: Explained,
  { options, owner }: Pick<ExplainWork, 'options' | 'owner'>,
): void {
  const profileWords = profile === undefined ? [] : ['--profile', profile];
  if (options.output === 'json') {
    const exitCode = EXIT_OF[explanation.verdict.kind];
    io.stdout.write(explanationJson(explanation, { exitCode, platform: io.platform, profileWords }));
    return;
  }
  const { name, region } = explanation.cluster;
  const repair = invocation.other([
    'check',
    ...options.file.flatMap((path) => ['-f', path]),
    ...['--cluster', name, '--region', region],
    ...profileWords,
    ...ownerWords(owner),
    '--repair',
  ]);
  const style = styleFor(io.stdout, io, { color });
  io.stdout.write(renderExplanation(explanation, style, { repair, platform: io.platform, profileWords }));
}
