import { AwsError } from '#sandbox/aws-error.ts';

/** IAM's own words for each refusal. Codes are those of the wire (`NoSuchEntity`); statuses: facts §9.1. */

export function noSuchRole(roleName: string): AwsError {
  return new AwsError('NoSuchEntity', 404, `The role with name ${roleName} cannot be found.`);
}

export function noSuchInlinePolicy(policyName: string): AwsError {
  return new AwsError('NoSuchEntity', 404, `The role policy with name ${policyName} cannot be found.`);
}

export function noSuchPolicy(policyArn: string): AwsError {
  return new AwsError('NoSuchEntity', 404, `Policy ${policyArn} was not found.`);
}

/** What Attach answers to a policy that is not there. */
export function policyNotAttachable(policyArn: string): AwsError {
  return new AwsError('NoSuchEntity', 404, `Policy ${policyArn} does not exist or is not attachable.`);
}

export function noSuchBoundary(policyArn: string): AwsError {
  return new AwsError('NoSuchEntity', 404, `Scope ARN: ${policyArn} does not exist or is not attachable.`);
}

export function noSuchPolicyVersion(policyArn: string, versionId: string): AwsError {
  return new AwsError(
    'NoSuchEntity',
    404,
    `Policy ${policyArn} version ${versionId} does not exist or is not attachable.`,
  );
}

export function alreadyExists(message: string): AwsError {
  return new AwsError('EntityAlreadyExists', 409, message);
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', 409, message);
}

export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', 409, message);
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', 400, message);
}

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', 400, message);
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', 400, message);
}

/** A constraint of the API model that a value breaks, in the wording that every query service shares. */
export function constraintError(member: string, value: unknown, constraint: string): AwsError {
  return validationError(
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

/** What changing one of AWS's own managed policies answers. */
export function outsideYourAccount(): AwsError {
  return new AwsError('AccessDenied', 403, 'Policy is outside your own account.');
}
