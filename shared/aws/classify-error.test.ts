import { describe, expect, it } from 'vitest';
import type { AppErrorCode } from '#shared/ports/app-error.ts';
import { classifyError, type Refusal } from './classify-error.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

/** An error as the SDK throws it when AWS answered. */
function answered(
  name: string,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Error {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: status } });
  error.name = name;
  return Object.defineProperty(error, '$response', {
    value: { statusCode: status, headers },
    enumerable: false,
  });
}

/** An error as the SDK throws it when nobody answered. */
function unanswered(name: string, message: string, code?: string): Error {
  const error = Object.assign(new Error(message), code === undefined ? {} : { code });
  error.name = name;
  return error;
}

const NOT_AUTHORIZED =
  'User: arn:aws:iam::111122223333:user/eve is not authorized to perform: eks:DeletePodIdentityAssociation on ' +
  'resource: arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/a-0123456789abcdefg';

describe('an answer that an operation may expect', () => {
  it.each<{ name: string; status: number; message: string; refusal: Refusal }>([
    {
      name: 'ResourceInUseException',
      status: 409,
      message: 'Association already exists: a-dt1bedfjc72dlwp5n',
      refusal: { kind: 'exists', associationId: 'a-dt1bedfjc72dlwp5n' },
    },
    {
      name: 'ResourceInUseException',
      status: 409,
      message: 'Association already exists for app a-b',
      refusal: { kind: 'exists' },
    },
    {
      name: 'InvalidParameterException',
      status: 400,
      message: 'Role provided in the request does not exist.',
      refusal: { kind: 'roleNotFound' },
    },
    {
      name: 'InvalidParameterException',
      status: 400,
      message: 'Trust policy of the role provided is invalid.',
      refusal: { kind: 'trustPolicyInvalid' },
    },
    {
      name: 'AccessDeniedException',
      status: 403,
      message: 'Cross-account pass role is not allowed.',
      refusal: { kind: 'roleInOtherAccount' },
    },
    {
      name: 'InvalidParameterException',
      status: 400,
      message: 'Cross-account pass role is not allowed.',
      refusal: { kind: 'roleInOtherAccount' },
    },
    {
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'No cluster found for name: c1.',
      refusal: { kind: 'clusterNotFound' },
    },
    {
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'The association a-0123456789abcdefg of cluster c1 was not found.',
      refusal: { kind: 'notFound' },
    },
    { name: 'NotFoundException', status: 404, message: 'gone', refusal: { kind: 'notFound' } },
    {
      name: 'NoSuchEntityException',
      status: 404,
      message: 'The role with name api cannot be found.',
      refusal: { kind: 'notFound' },
    },
    {
      name: 'ResourceLimitExceededException',
      status: 400,
      message: 'Too many associations.',
      refusal: { kind: 'limitExceeded' },
    },
    {
      name: 'InvalidParameterException',
      status: 400,
      message: 'When policy is specified, disableSessionTags must be set to true',
      refusal: {
        kind: 'invalid',
        message: 'When policy is specified, disableSessionTags must be set to true',
      },
    },
    {
      name: 'SomethingNewException',
      status: 400,
      message: 'What is this?',
      refusal: { kind: 'invalid', message: 'What is this?' },
    },
  ])('is $refusal.kind for $status $name: $message', ({ name, status, message, refusal }) => {
    expect(classifyError(answered(name, status, message), NOW)).toEqual({
      meaning: refusal,
      said: `${name}: ${message}`,
    });
  });
});

describe('a failure', () => {
  it.each<{ error: Error; code: AppErrorCode; retryable: boolean; throttled?: true; unreachable?: true }>([
    {
      error: answered('ThrottlingException', 429, 'Rate exceeded'),
      code: 'aws.throttled',
      retryable: true,
      throttled: true,
    },
    {
      error: answered('TooManyRequestsException', 429, ''),
      code: 'aws.throttled',
      retryable: true,
      throttled: true,
    },
    {
      error: answered('Throttling', 400, 'Rate exceeded'),
      code: 'aws.throttled',
      retryable: true,
      throttled: true,
    },
    {
      error: answered('RequestLimitExceeded', 503, ''),
      code: 'aws.throttled',
      retryable: true,
      throttled: true,
    },
    { error: answered('Unknown', 429, ''), code: 'aws.throttled', retryable: true, throttled: true },
    {
      error: answered('SyntaxError', 429, 'Unexpected token <'),
      code: 'aws.throttled',
      retryable: true,
      throttled: true,
    },
    {
      error: answered('AccessDeniedException', 403, NOT_AUTHORIZED),
      code: 'aws.accessDenied',
      retryable: false,
    },
    { error: answered('AccessDenied', 403, NOT_AUTHORIZED), code: 'aws.accessDenied', retryable: false },
    { error: answered('SyntaxError', 403, 'Unexpected token <'), code: 'aws.accessDenied', retryable: false },
    { error: answered('ExpiredTokenException', 403, 'expired'), code: 'aws.credentials', retryable: false },
    { error: answered('ExpiredToken', 400, 'expired'), code: 'aws.credentials', retryable: false },
    { error: answered('UnrecognizedClientException', 403, ''), code: 'aws.credentials', retryable: false },
    { error: answered('InvalidClientTokenId', 403, ''), code: 'aws.credentials', retryable: false },
    { error: answered('SignatureDoesNotMatch', 403, ''), code: 'aws.credentials', retryable: false },
    {
      error: answered('InvalidSignatureException', 403, 'Signature expired: …'),
      code: 'aws.credentials',
      retryable: false,
    },
    {
      error: unanswered('CredentialsProviderError', 'Could not load credentials'),
      code: 'aws.credentials',
      retryable: false,
    },
    {
      error: unanswered('TokenProviderError', 'Token is expired'),
      code: 'aws.credentials',
      retryable: false,
    },
    { error: answered('ServerException', 500, ''), code: 'aws.unavailable', retryable: true },
    { error: answered('ServiceUnavailableException', 503, ''), code: 'aws.unavailable', retryable: true },
    { error: answered('SyntaxError', 502, 'Unexpected token <'), code: 'aws.unavailable', retryable: true },
    { error: answered('Unknown', 504, ''), code: 'aws.timeout', retryable: true },
    { error: answered('RequestTimeout', 400, ''), code: 'aws.timeout', retryable: true },
    {
      error: unanswered('TimeoutError', 'no connection within 5000 ms'),
      code: 'aws.timeout',
      retryable: true,
    },
    { error: unanswered('TimeoutError', 'exceeded', 'ETIMEDOUT'), code: 'aws.timeout', retryable: true },
    {
      error: unanswered('TimeoutError', 'socket hang up', 'ECONNRESET'),
      code: 'aws.unavailable',
      retryable: true,
    },
    { error: unanswered('TimeoutError', 'write', 'EPIPE'), code: 'aws.unavailable', retryable: true },
    {
      error: unanswered('Error', 'getaddrinfo', 'ENOTFOUND'),
      code: 'aws.unavailable',
      retryable: true,
      unreachable: true,
    },
    {
      error: unanswered('Error', 'connect', 'ECONNREFUSED'),
      code: 'aws.unavailable',
      retryable: true,
      unreachable: true,
    },
    {
      error: unanswered('Error', 'self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
      code: 'aws.unavailable',
      retryable: false,
      unreachable: true,
    },
    {
      error: unanswered('Error', 'Parse Error', 'HPE_INVALID_CONSTANT'),
      code: 'aws.unavailable',
      retryable: true,
    },
    { error: answered('Error', 200, 'aborted'), code: 'aws.unavailable', retryable: true },
    {
      error: answered('SyntaxError', 200, 'Unexpected token <'),
      code: 'aws.malformedAnswer',
      retryable: false,
    },
    {
      error: answered('SyntaxError', 400, 'Unexpected token <'),
      code: 'aws.malformedAnswer',
      retryable: false,
    },
    { error: answered('Unknown', 302, ''), code: 'aws.malformedAnswer', retryable: false },
    { error: unanswered('Error', 'Region is missing'), code: 'aws.refused', retryable: false },
    { error: unanswered('TypeError', 'x is not a function'), code: 'aws.refused', retryable: false },
  ])('is $code for $error', ({ error, code, retryable, throttled = false, unreachable = false }) => {
    expect(classifyError(error, NOW).meaning).toMatchObject({
      kind: 'failure',
      code,
      retryable,
      throttled,
      unreachable,
    });
  });

  it('keeps the action and the resource that were denied', () => {
    expect(classifyError(answered('AccessDeniedException', 403, NOT_AUTHORIZED), NOW).said).toBe(
      `AccessDeniedException: ${NOT_AUTHORIZED}`,
    );
  });

  it('may be tried again once the SDK has set its clock right', () => {
    const error = answered('InvalidSignatureException', 403, 'Signature expired');
    Object.assign(error, { $metadata: { httpStatusCode: 403, clockSkewCorrected: true } });
    expect(classifyError(error, NOW).meaning).toMatchObject({ code: 'aws.credentials', retryable: true });
  });

  it('of every address of a name is told by the first', () => {
    const error = new AggregateError([unanswered('Error', 'connect ECONNREFUSED ::1:9', 'ECONNREFUSED')], '');
    expect(classifyError(error, NOW)).toMatchObject({
      meaning: { code: 'aws.unavailable', unreachable: true },
      said: 'AggregateError: connect ECONNREFUSED ::1:9',
    });
  });

  it.each([
    { thrown: 'a text', said: 'a text' },
    { thrown: undefined, said: 'undefined' },
    { thrown: { name: 'Odd' }, said: 'Odd: [object Object]' },
    { thrown: unanswered('Error', 'first line\n  second line'), said: 'Error: first line' },
  ])('can be anything: $said', ({ thrown, said }) => {
    expect(classifyError(thrown, NOW)).toMatchObject({ meaning: { code: 'aws.refused' }, said });
  });
});

describe('the wait that AWS asks for', () => {
  it.each<{ headers: Record<string, string>; milliseconds: number | undefined }>([
    { headers: {}, milliseconds: undefined },
    { headers: { 'retry-after': '3' }, milliseconds: 3000 },
    { headers: { 'retry-after': '0.5' }, milliseconds: 500 },
    { headers: { 'retry-after': 'Fri, 20 Nov 2026 12:00:07 GMT' }, milliseconds: 7000 },
    { headers: { 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, milliseconds: 0 },
    { headers: { 'retry-after': 'soon' }, milliseconds: undefined },
    { headers: { 'x-amz-retry-after': '250', 'retry-after': '3' }, milliseconds: 250 },
  ])('is $milliseconds ms for $headers', ({ headers, milliseconds }) => {
    const { retryAfterMs } = classifyError(answered('ThrottlingException', 429, '', headers), NOW);
    expect(retryAfterMs).toBe(milliseconds);
  });
});
