import { AwsError } from '../aws-error.ts';
import type { ServiceErrors } from './protocol.ts';

/** The refusals of a REST-JSON service (facts §1.1, §1.4): the code goes into the header `x-amzn-ErrorType`. */
export const restJsonErrors: ServiceErrors = {
  unsigned: () => new AwsError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token'),
  unreadableSignature: (problem) => new AwsError('IncompleteSignatureException', 403, problem),
  unknownCredentials: () =>
    new AwsError(
      'UnrecognizedClientException',
      403,
      'The security token included in the request is invalid.',
    ),
  expiredCredentials: () =>
    new AwsError('ExpiredTokenException', 403, 'The security token included in the request is expired'),
  denied: (message) => new AwsError('AccessDeniedException', 403, message),
  // Not declared for pod identity, sent all the same (facts §1.1).
  throttled: () => new AwsError('TooManyRequestsException', 429, 'Too Many Requests'),
  unavailable: () => new AwsError('ServiceUnavailableException', 503, 'Service is unavailable.'),
  internal: (message) => new AwsError('ServerException', 500, message),
  unknownOperation: (action, implemented) =>
    new AwsError(
      'UnknownOperationException',
      404,
      `The sandbox does not implement ${action}. It implements ${implemented.join(', ')}.`,
    ),
  malformed(problems, operation) {
    const malformed = problems.find((problem) => problem.kind === 'malformed');
    if (malformed) {
      return new AwsError(
        'SerializationException',
        400,
        `${malformed.member} should be ${malformed.expected}`,
      );
    }
    // The wording of the service for a missing parameter is unknown: the SDKs refuse it before they send it.
    const message = problems.map(({ member }) => `The parameter ${member} is required.`).join(' ');
    return operation.invalid?.(message) ?? new AwsError('InvalidParameterException', 400, message);
  },
  // How EKS words a token used twice is unknown (facts §1.3); the code is the declared one that fits.
  tokenReused: (member) =>
    new AwsError(
      'InvalidParameterException',
      400,
      `The ${member} has already been used with different request parameters.`,
    ),
};
