/**
 * What AWS, or the way to AWS, said when it did not give us what we asked for; and what that means. The only place
 * that reads error names, statuses and messages. Tables with every case: classify-error.test.ts.
 */
import type { AppErrorCode } from '#shared/ports/app-error.ts';
import type { RoleRefusal } from '#shared/ports/pod-identity.ts';
import { type ErrorShape, readErrorShape } from './error-shape.ts';

/** An answer that some operation may expect, and others not. */
export type Refusal =
  | { readonly kind: 'clusterNotFound' }
  /** What was asked for is not there; in a List or Create of associations that can only be the cluster. */
  | { readonly kind: 'notFound' }
  | { readonly kind: 'exists'; readonly associationId?: string }
  | { readonly kind: 'limitExceeded' }
  | RoleRefusal;

/** The world failing: no operation expects it. */
export interface Failure {
  readonly kind: 'failure';
  readonly code: AppErrorCode;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** AWS asked us to slow down. */
  readonly throttled: boolean;
  /** No connection was made: nothing can have happened, and it will hardly be another way in a moment. */
  readonly unreachable: boolean;
  /** What to do about it, when that is not obvious. */
  readonly hint?: string;
}

/** What an error means, with what was said, for a person. */
export interface Classified {
  readonly meaning: Refusal | Failure;
  readonly said: string;
  /** Milliseconds after which AWS asks us to come back. */
  readonly retryAfterMs?: number;
}

/** Says what an error means. `now` (epoch milliseconds) is for a Retry-After that names a date. */
export function classifyError(error: unknown, now: number): Classified {
  const shape = readErrorShape(error, now);
  const meaning =
    FAILURES.map((rule) => rule(shape)).find((failure) => failure !== undefined) ?? refusal(shape);
  return {
    meaning,
    said:
      shape.name === '' || shape.message.startsWith(shape.name)
        ? shape.message
        : `${shape.name}: ${shape.message}`,
    ...(shape.retryAfterMs === undefined ? {} : { retryAfterMs: shape.retryAfterMs }),
  };
}

type Rule = (shape: ErrorShape) => Failure | undefined;

/** Asked in this order; the first that answers decides. */
const FAILURES: readonly Rule[] = [
  throttling,
  noCredentials,
  badCredentials,
  accessDenied,
  timeout,
  unavailable,
  network,
  malformed,
  misconfigured,
];

/**
 * None of these is declared for the pod identity operations, and 429 must be expected all the same (facts §1.1). IAM
 * and STS say `Throttling` with status 400.
 */
const THROTTLING_NAMES = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'PriorRequestNotComplete',
  'SlowDown',
  'ProvisionedThroughputExceededException',
  // DynamoDB's word for: the same commit is being carried out, ask again.
  'TransactionInProgressException',
]);

function throttling({ name, status }: ErrorShape): Failure | undefined {
  if (status !== 429 && !THROTTLING_NAMES.has(name)) return undefined;
  return { ...failure('aws.throttled', true), throttled: true };
}

/** The SDK's own: it never came to a call. */
const NO_CREDENTIALS_NAMES = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);

function noCredentials({ name }: ErrorShape): Failure | undefined {
  if (!NO_CREDENTIALS_NAMES.has(name)) return undefined;
  return failure(
    'aws.credentials',
    false,
    'sign in (aws sso login, AWS_PROFILE, AWS_ACCESS_KEY_ID) and try again',
  );
}

const EXPIRED_NAMES = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'UnauthorizedSSOTokenException',
  'UnauthorizedException',
]);
const CLOCK_NAMES = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);
const REJECTED_NAMES = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'AuthFailure',
  'NotAuthorized',
]);

function badCredentials({ name, message, clockSkewCorrected }: ErrorShape): Failure | undefined {
  // The SDK has just set its idea of the time right from AWS's answer: the same call goes through now.
  if (clockSkewCorrected) return failure('aws.credentials', true, 'check the clock of this machine');
  if (
    CLOCK_NAMES.has(name) ||
    message.startsWith('Signature expired') ||
    message.startsWith('Signature not yet')
  ) {
    return failure('aws.credentials', false, 'check the clock of this machine');
  }
  if (EXPIRED_NAMES.has(name)) return failure('aws.credentials', false, 'they have expired: sign in again');
  if (!REJECTED_NAMES.has(name)) return undefined;
  return failure(
    'aws.credentials',
    false,
    'AWS does not know these credentials: check AWS_PROFILE and the keys',
  );
}

const ACCESS_DENIED_NAMES = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
  'NotAuthorizedException',
  'OptInRequired',
]);

function accessDenied(shape: ErrorShape): Failure | undefined {
  // EKS says `AccessDeniedException` for a role of another account, too (facts §1.4); no permission helps there.
  if (isRoleInOtherAccount(shape)) return undefined;
  if (!ACCESS_DENIED_NAMES.has(shape.name) && shape.status !== 401 && shape.status !== 403) return undefined;
  return failure('aws.accessDenied', false);
}

const TIMEOUT_NAMES = new Set(['RequestTimeout', 'RequestTimeoutException']);

function timeout({ name, status, systemCode }: ErrorShape): Failure | undefined {
  const timedOut = status === 408 || status === 504 || TIMEOUT_NAMES.has(name) || systemCode === 'ETIMEDOUT';
  // The SDK gives this name to broken connections as well; those have a code of the system.
  const unnamed = name === 'TimeoutError' && systemCode === '';
  return timedOut || unnamed ? failure('aws.timeout', true) : undefined;
}

function unavailable({ status }: ErrorShape): Failure | undefined {
  return status !== undefined && status >= 500 ? failure('aws.unavailable', true) : undefined;
}

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);
const BROKEN_CONNECTION = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ENETDOWN', 'EPROTO']);
const CHECK_ENDPOINT =
  'check the region, the network, and the endpoint (AWS_ENDPOINT_URL, endpoint_url in the profile)';
const CHECK_CERTIFICATE = 'check the proxy and the certificates this machine trusts (NODE_EXTRA_CA_CERTS)';

function network({ systemCode, status, message }: ErrorShape): Failure | undefined {
  if (NO_CONNECTION.has(systemCode)) {
    return { ...failure('aws.unavailable', true, CHECK_ENDPOINT), unreachable: true };
  }
  if (BROKEN_CONNECTION.has(systemCode)) return failure('aws.unavailable', true);
  if (isTlsCode(systemCode))
    return { ...failure('aws.unavailable', false, CHECK_CERTIFICATE), unreachable: true };
  if (/^(HPE_|ERR_HTTP|ERR_STREAM_PREMATURE)/.test(systemCode)) return failure('aws.unavailable', true);
  // Node's word, without a code, for a body that ended too early.
  return status !== undefined && status < 300 && message === 'aborted'
    ? failure('aws.unavailable', true)
    : undefined;
}

function isTlsCode(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(code);
}

function malformed({ name, status }: ErrorShape): Failure | undefined {
  if (status === undefined) return undefined;
  const notAnError = status < 400;
  // An error answer that is no JSON or XML comes from something between AWS and us.
  const unreadable = name === 'SyntaxError' || name === 'TypeError' || name === 'RangeError';
  return notAnError || unreadable ? failure('aws.malformedAnswer', false) : undefined;
}

/** Without a status nobody answered: the SDK itself could not make the call. */
function misconfigured({ status, message }: ErrorShape): Failure | undefined {
  if (status !== undefined) return undefined;
  const hint = /region is missing/i.test(message)
    ? 'name a region: --region, AWS_REGION, or region in the profile'
    : undefined;
  return failure('aws.refused', false, hint);
}

function refusal(shape: ErrorShape): Refusal {
  const { name, status, message } = shape;
  if (isRoleInOtherAccount(shape)) return { kind: 'roleInOtherAccount' };
  if (status === 404 || name.startsWith('NoSuchEntity')) return notFound(message);
  if (status === 409) return exists(message);
  if (name === 'ResourceLimitExceededException') return { kind: 'limitExceeded' };
  if (/role .*does not exist/i.test(message)) return { kind: 'roleNotFound' };
  if (/trust policy .*invalid/i.test(message)) return { kind: 'trustPolicyInvalid' };
  return { kind: 'invalid', message };
}

function isRoleInOtherAccount({ message }: ErrorShape): boolean {
  return /cross-account pass role/i.test(message);
}

/**
 * The wording for a missing association is unknown (facts §1.4). So this is narrow: an association taken for missing
 * leads to a List, and List cannot mistake a missing cluster.
 */
function notFound(message: string): Refusal {
  return /^no cluster found\b/i.test(message) ? { kind: 'clusterNotFound' } : { kind: 'notFound' };
}

/** `Association already exists: a-dt1bedfjc72dlwp5n` (facts §1.4). */
function exists(message: string): Refusal {
  const associationId = /\ba-[a-z0-9]{17}\b/.exec(message)?.[0];
  return associationId === undefined ? { kind: 'exists' } : { kind: 'exists', associationId };
}

function failure(code: AppErrorCode, retryable: boolean, hint?: string): Failure {
  return {
    kind: 'failure',
    code,
    retryable,
    throttled: false,
    unreachable: false,
    ...(hint === undefined ? {} : { hint }),
  };
}
