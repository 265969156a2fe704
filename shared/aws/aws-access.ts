import { partition } from '@aws-sdk/core/client';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { AppError } from '#shared/ports/app-error.ts';
import type { CallCounter } from '#shared/ports/calls.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { configuredEndpoint, configuredRegion, type ServiceId } from './configured.ts';
import { CallLimiter, type CallLimits } from './limits/call-limiter.ts';
import { DEFAULT_RETRY_LIMITS, type RetryLimits } from './retry-delay.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Past it they are asked for again. */
  readonly expiration?: Date;
}
export type AwsCredentialsProvider = () => Promise<AwsCredentials>;

/** How to reach AWS. What is left out is found as every AWS tool finds it. */
export interface AwsOptions {
  readonly clock: Clock;
  /** Spreads retries; between 0 and 1, as `Math.random` gives it. */
  readonly random: () => number;
  /** Counts every attempt of every call. */
  readonly counter: CallCounter;
  readonly profile?: string | undefined;
  /** For calls that name no region of their own (STS; and the partition whose IAM is asked). */
  readonly region?: string | undefined;
  /** Of every service; overrides what is configured. */
  readonly endpoint?: string | undefined;
  /** Instead of what is configured. */
  readonly credentials?: AwsCredentials | AwsCredentialsProvider | undefined;
  /** Credentials by account; where it answers `undefined`, and without it, the others are used. */
  readonly credentialsFor?:
    | ((account: string) => AwsCredentials | AwsCredentialsProvider | undefined)
    | undefined;
  /** For each service in each account and region. */
  readonly limits?: CallLimits | undefined;
  readonly retries?: Partial<RetryLimits> | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

export interface Timeouts {
  readonly connectMs: number;
  /** Until the answer begins, and between two parts of it. */
  readonly answerMs: number;
}

/** Where a call goes; what is left out is the caller's own. */
export interface CallPlace {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** What the SDK's clients are made with. */
export interface ClientConfig {
  readonly credentials: AwsCredentials | AwsCredentialsProvider;
  readonly requestHandler: NodeHttpHandler;
  /** One: trying again is `callAws`'s work, so that every attempt is counted and limited. */
  readonly maxAttempts: 1;
  readonly customUserAgent: [[string]];
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
}

/** As many as the bench asks for: 50 calls of 50 ms are 1,000 a second. */
const DEFAULT_LIMITS: CallLimits = { concurrency: 50 };
const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 5_000, answerMs: 20_000 };

/** IAM is one for all regions of a partition; requests to it are signed for this one. */
const IAM_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
  'aws-eusc': 'eusc-de-east-1',
};

/** Everything that clients share: credentials, sockets, limits. Nothing is read or opened before it is needed. */
export class AwsAccess {
  readonly options: AwsOptions;
  readonly retries: RetryLimits;
  readonly #requestHandler: NodeHttpHandler;
  readonly #limiters = new Map<string, CallLimiter>();
  #defaultCredentials: AwsCredentialsProvider | undefined;
  #region: Promise<string | undefined> | undefined;

  constructor(options: AwsOptions) {
    this.options = options;
    this.retries = { ...DEFAULT_RETRY_LIMITS, ...options.retries };
    this.#requestHandler = requestHandler({ ...DEFAULT_TIMEOUTS, ...options.timeouts });
  }

  /** Rejects with `AppError` `aws.refused` when what is configured cannot be meant. */
  async clientConfig(service: ServiceId, place: CallPlace): Promise<ClientConfig> {
    const { profile } = this.options;
    const region = place.region ?? (await this.region());
    const endpoint = this.options.endpoint ?? (await configuredEndpoint(service, profile));
    if (endpoint !== undefined && !isHttpUrl(endpoint)) {
      throw new AppError(
        'aws.refused',
        `the endpoint configured for ${service} is no http or https URL: '${endpoint}'; it looks like http://127.0.0.1:4566`,
        { retryable: false },
      );
    }
    return {
      credentials: this.#credentials(place.account),
      requestHandler: this.#requestHandler,
      maxAttempts: 1,
      customUserAgent: [['rolecall']],
      ...(profile === undefined ? {} : { profile }),
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
    };
  }

  /** The region for calls that name none, if there is any. */
  region(): Promise<string | undefined> {
    this.#region ??= this.options.region
      ? Promise.resolve(this.options.region)
      : configuredRegion(this.options.profile);
    return this.#region;
  }

  /** The region in which IAM of our partition is signed for: us-east-1 in the commercial one. */
  async iamRegion(): Promise<string> {
    const region = (await this.region()) ?? 'us-east-1';
    return IAM_REGIONS[partition(region).name ?? 'aws'] ?? region;
  }

  /** One limiter for all that call a service in an account and region. */
  limiter(service: ServiceId, place: CallPlace): CallLimiter {
    const name = placeName(service, place);
    let limiter = this.#limiters.get(name);
    if (limiter === undefined) {
      limiter = new CallLimiter(this.options.clock, this.options.limits ?? DEFAULT_LIMITS);
      this.#limiters.set(name, limiter);
    }
    return limiter;
  }

  /** Closes the sockets. Calls under way fail. */
  close(): void {
    this.#requestHandler.destroy();
  }

  #credentials(account: string | undefined): AwsCredentials | AwsCredentialsProvider {
    const own = account === undefined ? undefined : this.options.credentialsFor?.(account);
    if (own !== undefined) return own;
    if (this.options.credentials !== undefined) return this.options.credentials;
    // Shared by all clients, so that a profile that assumes a role, or asks a person, does it once.
    const { profile } = this.options;
    this.#defaultCredentials ??= defaultProvider(profile === undefined ? {} : { profile });
    return this.#defaultCredentials;
  }
}

/** `localhost:4566` is a URL, too: one of the scheme `localhost:`. */
function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** A key for caches: `EKS 111122223333 eu-west-1`. */
export function placeName(service: ServiceId, place: CallPlace): string {
  return `${service} ${place.account ?? '-'} ${place.region ?? '-'}`;
}

/**
 * No bound on sockets: the limiters bound the calls, and a call that waits for a socket would count that wait as time
 * to connect. Accounts and regions share an endpoint in the sandbox.
 */
function requestHandler(timeouts: Timeouts): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
  return new NodeHttpHandler({
    httpAgent: agent,
    httpsAgent: agent,
    connectionTimeout: timeouts.connectMs,
    requestTimeout: timeouts.answerMs,
    throwOnRequestTimeout: true,
    socketTimeout: timeouts.answerMs,
  });
}
