import { AwsError } from '#sandbox/aws-error.ts';

/** STS's own words for each refusal (facts §9.3). */

export function notAuthorized(callerArn: string, action: string, roleArn: string): AwsError {
  return new AwsError(
    'AccessDenied',
    403,
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${roleArn}`,
  );
}

export function malformedSessionPolicy(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', 400, message);
}

export function packedPolicyTooLarge(percent: number): AwsError {
  return new AwsError(
    'PackedPolicyTooLarge',
    400,
    `Packed size of session tags consumes ${percent}% of allotted space.`,
  );
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message);
}
