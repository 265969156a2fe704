import type { AwsError } from '../aws-error.ts';
import type { AnyOperation, Call, OperationSchema } from '../operation.ts';
import type { AccessQuestion } from './access.ts';
import type { Cloud } from './cloud.ts';

/** One call of a service of the cloud, by somebody known. */
export interface CloudCall extends Call {
  readonly cloud: Cloud;
}

/** What a call needs to be allowed; the account and region called unless said otherwise. */
export type Need = Omit<AccessQuestion, 'principal' | 'account' | 'region'> &
  Partial<Pick<AccessQuestion, 'account' | 'region'>>;

/**
 * One AWS operation that may take its time. The front door is asked for everything it needs before `run` is called,
 * which throws `AwsError` to refuse.
 */
export interface CloudOperation<Input, Output> {
  readonly schema: OperationSchema;
  needs(call: CloudCall, input: Input): readonly Need[];
  run(call: CloudCall, input: Input): Output | Promise<Output>;
  /** How this operation refuses a malformed input, where the service has more than one way. */
  invalid?(message: string): AwsError;
}

/** An operation whose input and output types no longer matter: the wire gives it what its schema says. */
export type AnyCloudOperation = CloudOperation<unknown, unknown>;

/** Keeps the input and output types of an operation while they are written down. */
export function cloudOperation<Input, Output>(
  definition: CloudOperation<Input, Output>,
): CloudOperation<Input, Output> {
  return definition;
}

/** The operation as protocols see it: a name, an input and an output. They never run it. */
export function wireFace(operation: AnyCloudOperation): AnyOperation {
  return {
    schema: operation.schema,
    mutating: false,
    ...(operation.invalid === undefined ? {} : { invalid: operation.invalid }),
    run() {
      throw new Error(`${operation.schema[2]} is carried out by the cloud`);
    },
  };
}
