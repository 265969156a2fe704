import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AppError } from '#shared/ports/app-error.ts';
import type { Caller, CallerIdentity } from '#shared/ports/caller.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { AwsAccess, CallPlace } from './aws-access.ts';
import { expectOutput } from './call-aws.ts';
import { malformedAnswer } from './malformed-answer.ts';
import { ServiceCalls } from './service-calls.ts';

/**
 * Who we are, asked once for each set of credentials, and whether they are of the account that a call is meant for.
 * Names of clusters and roles are not unique across accounts: with the wrong credentials, the answer to a right
 * question would be about somebody else's.
 */
export class StsCaller implements Caller {
  readonly #calls: ServiceCalls<STSClient>;
  readonly #identities = new Map<string | undefined, Promise<CallerIdentity>>();
  readonly #verified = new Set<string>();

  constructor(access: AwsAccess) {
    this.#calls = new ServiceCalls(access, {
      service: 'STS',
      createClient: (config) => new STSClient(config),
    });
  }

  identity(options: CallOptions = {}): Promise<CallerIdentity> {
    return this.#identityOf({}, undefined, options);
  }

  /**
   * Rejects with `AppError` `aws.accessDenied` unless the credentials used for an account are of that account.
   * Costs one call for each account, none once it is known: then it answers `undefined` at once.
   */
  requireAccount(place: CallPlace, options: CallOptions): Promise<void> | undefined {
    const { account } = place;
    if (account === undefined || this.#verified.has(account)) return undefined;
    return this.#verify(account, place, options);
  }

  async #verify(account: string, place: CallPlace, options: CallOptions): Promise<void> {
    const hasOwn = this.#calls.access.options.credentialsFor?.(account) !== undefined;
    const asked = hasOwn ? place : { region: place.region };
    const caller = await this.#identityOf(asked, hasOwn ? account : undefined, options);
    if (caller.account !== account) {
      throw new AppError(
        'aws.accessDenied',
        `account ${account} cannot be reached: the credentials are of ${caller.arn}`,
        { retryable: false },
      );
    }
    this.#verified.add(account);
  }

  async #identityOf(
    place: CallPlace,
    key: string | undefined,
    options: CallOptions,
  ): Promise<CallerIdentity> {
    const known = this.#identities.get(key);
    if (known === undefined) return this.#askFirst(place, key, options);
    try {
      return await known;
    } catch (error) {
      // Whoever asked first gave up, we did not.
      const theirs = error instanceof AppError && error.code === 'cancelled' && !options.signal?.aborted;
      if (!theirs) throw error;
      return this.#identityOf(place, key, options);
    }
  }

  #askFirst(place: CallPlace, key: string | undefined, options: CallOptions): Promise<CallerIdentity> {
    const asked = this.#ask(place, options).catch((error: unknown) => {
      this.#identities.delete(key);
      throw error;
    });
    this.#identities.set(key, asked);
    return asked;
  }

  async #ask(place: CallPlace, options: CallOptions): Promise<CallerIdentity> {
    const name = { operation: 'sts:GetCallerIdentity', subject: () => place.account ?? 'the caller' };
    const answer = await this.#calls.call(
      place,
      name,
      (client, send) => client.send(new GetCallerIdentityCommand({}), send),
      options,
    );
    const { Account: account, Arn: arn } = expectOutput(answer);
    const partition = arn?.split(':')[1];
    if (!account || !arn || !partition) throw malformedAnswer(name, 'Account or Arn is missing');
    return { partition, account, arn };
  }
}
