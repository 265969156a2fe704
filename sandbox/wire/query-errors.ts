import { AwsError } from '../aws-error.ts';
import type { ServiceErrors } from './protocol.ts';

/** The refusals of a query service such as IAM and STS (facts §9). */
export const queryErrors: ServiceErrors = {
  unsigned: () => new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token'),
  unreadableSignature: (problem) => new AwsError('IncompleteSignature', 403, problem),
  unknownCredentials: () =>
    new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.'),
  expiredCredentials: () =>
    new AwsError('ExpiredToken', 403, 'The security token included in the request is expired'),
  denied: (message) => new AwsError('AccessDenied', 403, message),
  throttled: () => new AwsError('Throttling', 400, 'Rate exceeded'),
  unavailable: () => new AwsError('ServiceUnavailable', 503, 'The service is unavailable. Please try again.'),
  internal: (message) => new AwsError('InternalFailure', 500, message),
  unknownOperation: (action, implemented) =>
    new AwsError(
      'InvalidAction',
      400,
      `The sandbox does not implement ${action}. It implements ${implemented.join(', ')}.`,
    ),
  malformed(problems) {
    const malformed = problems.find((problem) => problem.kind === 'malformed');
    if (malformed) {
      return new AwsError('MalformedInput', 400, `${malformed.member} should be ${malformed.expected}`);
    }
    const list = problems.map(
      ({ member }) => `Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
    const count = `${list.length} validation error${list.length === 1 ? '' : 's'} detected`;
    return new AwsError('ValidationError', 400, `${count}: ${list.join('; ')}`);
  },
  tokenReused: (member) =>
    new AwsError('IdempotentParameterMismatch', 400, `The ${member} was used with different parameters.`),
};
