import { AwsError } from '../aws-error.ts';

/** EKS's own words for each refusal. Statuses: facts §1.1; wordings: facts §1.4, or inferred where they are unknown. */

type Members = Readonly<Record<string, unknown>>;

export function invalidParameter(message: string, members: Members = {}): AwsError {
  return new AwsError('InvalidParameterException', 400, message, members);
}

export function invalidRequest(message: string, members: Members = {}): AwsError {
  return new AwsError('InvalidRequestException', 400, message, members);
}

export function resourceNotFound(message: string, members: Members = {}): AwsError {
  return new AwsError('ResourceNotFoundException', 404, message, members);
}

export function resourceInUse(message: string, members: Members = {}): AwsError {
  return new AwsError('ResourceInUseException', 409, message, members);
}

export function limitExceeded(message: string, members: Members = {}): AwsError {
  return new AwsError('ResourceLimitExceededException', 400, message, members);
}

export function accessDenied(message: string): AwsError {
  return new AwsError('AccessDeniedException', 403, message);
}

/** The tagging API has a family of its own (facts §2). */
export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', 400, message);
}

/** The tagging API has a family of its own (facts §2). */
export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', 404, message);
}
