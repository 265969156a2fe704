import { AwsError } from '../aws-error.ts';
import type { ServiceErrors } from './protocol.ts';

/** The refusals of an AWS JSON service: the code goes into `__type`, and nearly every status is 400. */
export const awsJsonErrors: ServiceErrors = {
  unsigned: () =>
    new AwsError('MissingAuthenticationTokenException', 400, 'Request is missing Authentication Token'),
  unreadableSignature: (problem) => new AwsError('IncompleteSignatureException', 400, problem),
  unknownCredentials: () =>
    new AwsError(
      'UnrecognizedClientException',
      400,
      'The security token included in the request is invalid.',
    ),
  expiredCredentials: () =>
    new AwsError('ExpiredTokenException', 400, 'The security token included in the request is expired'),
  denied: (message) => new AwsError('AccessDeniedException', 400, message),
  throttled: () => new AwsError('ThrottlingException', 400, 'Rate exceeded'),
  unavailable: () => new AwsError('ServiceUnavailableException', 503, 'Service is unavailable.'),
  internal: (message) => new AwsError('InternalFailure', 500, message),
  unknownOperation: (action, implemented) =>
    new AwsError(
      'UnknownOperationException',
      400,
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
    const message = problems
      .map(({ member }) => `The request must contain the parameter ${member}.`)
      .join(' ');
    return operation.invalid?.(message) ?? new AwsError('ValidationException', 400, message);
  },
  tokenReused: (member) =>
    new AwsError('ValidationException', 400, `The ${member} has been used with different parameters.`),
};
