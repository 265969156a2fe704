import { createCallCounter, type ReadableCallCounter } from '#shared/app/call-counter.ts';
import { placeText } from '#shared/app/fleet/discover-clusters.ts';
import type { PlaceReaders } from '#shared/app/fleet/fleet.ts';
import type { AwsReading } from '#shared/aws/aws-reading.ts';
import type { EksCalls } from '#shared/aws/eks-calls.ts';
import { nearestName } from '#shared/domain/manifest/nearest-name.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { Place } from '#shared/ports/clusters.ts';
import { listText } from './text/count-text.ts';
import { UsageError } from './usage-error.ts';

export interface ConnectOptions {
  /** Each is an account; none means the credentials that the SDK finds by itself. */
  readonly profiles: readonly string[];
  /** None means the region that is configured. */
  readonly regions: readonly string[];
  /** Calls under way at once for each service in each account and region. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** One account and region that can be read; `eks` is what a writer is made from. */
export interface ConnectedPlace extends PlaceReaders {
  readonly eks: EksCalls;
  /** The profile that it was reached by, if one was named. */
  readonly profile?: string | undefined;
}

/** The way to AWS for one run. */
export interface Connection {
  readonly places: readonly ConnectedPlace[];
  /** Every call of the run. */
  readonly counter: ReadableCallCounter;
  /** Calls a second that AWS lets us make where it lets us make the fewest; absent while it does not hold us back. */
  slowedTo(): number | undefined;
  close(): void;
}

/** Finds out whose credentials these are, and for which regions. Fails with `AppError`, or `UsageError`. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { awsReading } = await import('#shared/aws/aws-reading.ts');
  const { systemClock } = await import('#shared/aws/system-clock.ts');
  const counter = createCallCounter();
  const profiles: readonly (string | undefined)[] =
    options.profiles.length > 0 ? options.profiles : [undefined];
  const readings = profiles.map((profile) => ({
    profile,
    reading: awsReading({
      clock: systemClock,
      random: Math.random,
      counter,
      profile,
      region: options.regions[0],
      limits: { concurrency: options.concurrency },
    }),
  }));
  const close = () => {
    for (const { reading } of readings) reading.close();
  };
  try {
    const found = await Promise.all(
      readings.map(({ profile, reading }) => placesOf(reading, profile, options)),
    );
    const places = withoutTwins(found.flat());
    return { places, counter, slowedTo: () => slowest(places), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function placesOf(
  reading: AwsReading,
  profile: string | undefined,
  { regions, signal }: ConnectOptions,
): Promise<readonly ConnectedPlace[]> {
  const wanted = regions.length > 0 ? regions : [await reading.eks.access.region()];
  const { partition, account } = await identityOf(reading, profile, signal);
  return wanted.map((region) => {
    if (region === undefined) {
      const whose = profile === undefined ? '' : ` for profile ${profile}`;
      throw new UsageError(`no region is configured${whose}`, 'give --region, or set AWS_REGION');
    }
    const { podIdentity, clusters, addons, roles, eks } = reading;
    return { place: { partition, account, region }, podIdentity, clusters, addons, roles, eks, profile };
  });
}

async function identityOf(reading: AwsReading, profile: string | undefined, signal: AbortSignal) {
  try {
    return await reading.caller.identity({ signal });
  } catch (error) {
    if (profile === undefined || !(error instanceof AppError)) throw error;
    if (error.code === 'aws.credentials') await refuseUnknownProfile(profile);
    throw new AppError(error.code, `profile ${profile}: ${error.message}`, {
      retryable: error.retryable,
      cause: error,
    });
  }
}

/** A name that is in no file is a slip of the pen, which to sign in does not mend. */
async function refuseUnknownProfile(profile: string): Promise<void> {
  const { configuredProfiles } = await import('#shared/aws/configured.ts');
  const known = await configuredProfiles();
  if (known.includes(profile)) return;
  const near = nearestName(profile, known);
  const hint =
    known.length === 0
      ? 'there is none at all: see AWS_CONFIG_FILE, or leave out --profile'
      : near === undefined
        ? `there is ${listText(known, 8)}`
        : `did you mean ${near}?`;
  throw new UsageError(`no AWS profile is called ${profile}`, hint);
}

/** Two profiles of one account would look at every cluster twice; the first one does. */
function withoutTwins(places: readonly ConnectedPlace[]): readonly ConnectedPlace[] {
  const byPlace = new Map<string, ConnectedPlace>();
  for (const connected of places) {
    const name = placeText(connected.place);
    if (!byPlace.has(name)) byPlace.set(name, connected);
  }
  return [...byPlace.values()];
}

function slowest(places: readonly ConnectedPlace[]): number | undefined {
  const rates = places.map(({ eks, place }) => rateOf(eks, place));
  const least = Math.min(...rates);
  return Number.isFinite(least) ? least : undefined;
}

function rateOf(eks: EksCalls, { account, region }: Place): number {
  return eks.access.limiter('EKS', { account, region }).ratePerSecond;
}
