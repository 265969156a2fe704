import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { type AwsAccess, type CallPlace, type ClientConfig, placeName } from './aws-access.ts';
import { type Answer, type CallContext, type CallName, callAws } from './call-aws.ts';
import type { ServiceId } from './configured.ts';

/** As the SDK's clients take it. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

export interface ServiceCallsOptions<Client> {
  readonly service: ServiceId;
  readonly createClient: (config: ClientConfig) => Client;
  /** Asked before every call; rejects when the call must not be made. */
  readonly guard?: (place: CallPlace, options: CallOptions) => Promise<void> | undefined;
}

interface Connection<Client> {
  readonly client: Client;
  readonly context: CallContext;
}

/** The calls to one service, through one client for each account and region, made when first needed. */
export class ServiceCalls<Client> {
  readonly access: AwsAccess;
  readonly #options: ServiceCallsOptions<Client>;
  readonly #connections = new Map<string, Promise<Connection<Client>>>();

  constructor(access: AwsAccess, options: ServiceCallsOptions<Client>) {
    this.access = access;
    this.#options = options;
  }

  /** Makes one call; see `callAws` for what it promises. */
  async call<Output>(
    place: CallPlace,
    name: CallName,
    send: (client: Client, options: SendOptions) => Promise<Output>,
    options: CallOptions = {},
  ): Promise<Answer<Output>> {
    const { client, context } = await this.#connection(place);
    const guarded = this.#options.guard?.(place, options);
    if (guarded !== undefined) await guarded;
    return callAws(
      context,
      name,
      (abortSignal) => send(client, abortSignal === undefined ? {} : { abortSignal }),
      options,
    );
  }

  /** Rejects with `AppError` when the configuration cannot be meant; it is read again the next time. */
  #connection(place: CallPlace): Promise<Connection<Client>> {
    const key = placeName(this.#options.service, place);
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const connection = this.#connect(place);
    this.#connections.set(key, connection);
    connection.catch(() => this.#connections.delete(key));
    return connection;
  }

  async #connect(place: CallPlace): Promise<Connection<Client>> {
    const { access } = this;
    const { service, createClient } = this.#options;
    const config = await access.clientConfig(service, place);
    const { clock, random, counter } = access.options;
    const region = config.region ?? 'no region';
    return {
      client: createClient(config),
      context: {
        clock,
        random,
        counter,
        retries: access.retries,
        limiter: access.limiter(service, place),
        address: config.endpoint ?? (place.account === undefined ? region : `${place.account}, ${region}`),
      },
    };
  }
}
