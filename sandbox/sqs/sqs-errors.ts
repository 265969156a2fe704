import { AwsError } from '../aws-error.ts';

/** SQS's own words for each refusal. Over JSON every one has status 400. */

export function queueDoesNotExist(): AwsError {
  return new AwsError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message);
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', 400, `The request must contain the parameter ${name}.`);
}

/** `Value 1000 for parameter DelaySeconds is invalid. Reason: …` */
export function invalidValue(value: unknown, parameter: string, reason: string): AwsError {
  return invalidParameterValue(
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
}

export function invalidContents(): AwsError {
  return new AwsError(
    'InvalidMessageContents',
    400,
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
  );
}

export function receiptHandleIsInvalid(handle: string): AwsError {
  return new AwsError(
    'ReceiptHandleIsInvalid',
    400,
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  );
}

export function messageNotInflight(): AwsError {
  return new AwsError('MessageNotInflight', 400, 'The message referred to is not in flight.');
}

export function overLimit(): AwsError {
  return new AwsError('OverLimit', 403, 'Too many messages are in flight.');
}

export function resourceNotFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', 404, message);
}

export function invalidAddress(address: string): AwsError {
  return new AwsError('InvalidAddress', 404, `The address ${address} is not valid for this endpoint.`);
}

export function unsupportedOperation(message: string): AwsError {
  return new AwsError('UnsupportedOperation', 400, message);
}
