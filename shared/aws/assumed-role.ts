import { AssumeRoleCommand, type AssumeRoleResponse, STSClient } from '@aws-sdk/client-sts';
import { AppError } from '#shared/ports/app-error.ts';
import type { AwsAccess, AwsCredentials, AwsCredentialsProvider } from './aws-access.ts';
import { type CallName, expectOutput } from './call-aws.ts';
import { malformedAnswer } from './malformed-answer.ts';
import { ServiceCalls } from './service-calls.ts';

export interface AssumedRoleOptions {
  /** How our own credentials reach STS. */
  readonly access: AwsAccess;
  readonly partition: string;
  /** Without a path; the same in every account. */
  readonly roleName: string;
  readonly externalId: string;
  /** Shown in CloudTrail as who did it. */
  readonly sessionName: string;
}

/** Taken anew this long before they end, so that no call is made with credentials that end under way. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** The longest that AWS gives to a role that takes on another one (role chaining). */
const SESSION_SECONDS = 3600;

/**
 * Credentials of the role of one name in whichever account is asked for, each taken on once and kept until shortly
 * before they end. What is answered for another account than the one that was asked for is refused.
 *
 * The providers reject with `AppError`: `aws.accessDenied` when the account does not let us in.
 */
export class AssumedRoles {
  readonly #options: AssumedRoleOptions;
  readonly #calls: ServiceCalls<STSClient>;
  readonly #sessions = new Map<string, Promise<AwsCredentials>>();

  constructor(options: AssumedRoleOptions) {
    this.#options = options;
    this.#calls = new ServiceCalls(options.access, {
      service: 'STS',
      createClient: (config) => new STSClient(config),
    });
  }

  /** For `AwsOptions.credentialsFor`. */
  readonly credentialsFor = (account: string): AwsCredentialsProvider => {
    return () => this.#session(account);
  };

  async #session(account: string): Promise<AwsCredentials> {
    const known = this.#sessions.get(account);
    if (known !== undefined) {
      const credentials = await known;
      if (this.#isFresh(credentials)) return credentials;
      // Several may find out at once; the first of them asks, the others take what it gets.
      if (this.#sessions.get(account) !== known) return await this.#session(account);
    }
    const session = this.#assume(account);
    this.#sessions.set(account, session);
    session.catch(() => this.#sessions.delete(account));
    return await session;
  }

  #isFresh({ expiration }: AwsCredentials): boolean {
    const { clock } = this.#options.access.options;
    return expiration !== undefined && expiration.getTime() - clock.now() > RENEW_BEFORE_MS;
  }

  async #assume(account: string): Promise<AwsCredentials> {
    const { partition, roleName, externalId, sessionName } = this.#options;
    const roleArn = `arn:${partition}:iam::${account}:role/${roleName}`;
    const name = { operation: 'sts:AssumeRole', subject: () => roleArn };
    const answer = await this.#calls.call({}, name, (client, send) =>
      client.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: sessionName,
          ExternalId: externalId,
          DurationSeconds: SESSION_SECONDS,
        }),
        send,
      ),
    );
    return toCredentials(expectOutput(answer), account, name);
  }
}

function toCredentials(answer: AssumeRoleResponse, account: string, name: CallName): AwsCredentials {
  const arn = answer.AssumedRoleUser?.Arn;
  if (arn?.split(':')[4] !== account) {
    throw new AppError('aws.accessDenied', `asked for a role of ${account} and got ${arn ?? 'none'}`, {
      retryable: false,
    });
  }
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw malformedAnswer(name, 'Credentials are missing');
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
