import type { StaticOperationSchema } from '@smithy/types';
import type { Caller } from './caller.ts';
import type { World } from './world.ts';

/** One call that passed the front door. */
export interface Call {
  readonly world: World;
  readonly caller: Caller;
  readonly partition: string;
  /** The account called: the caller's own. */
  readonly account: string;
  /** The region the request was signed for. */
  readonly region: string;
  /** Epoch milliseconds, from the sandbox's clock. */
  readonly now: number;
  readonly requestId: string;
}

/**
 * One AWS operation: its wire format is the SDK's schema, its rules and its effect are ours. `run` receives the
 * input as the SDK's own input type, and returns the SDK's own output type (Dates as Dates).
 * It throws `AwsError`, and changes nothing when it throws.
 */
export interface Operation<Input, Output> {
  readonly schema: StaticOperationSchema;
  /** Mutating calls are recorded for CloudTrail, failed ones too. */
  readonly mutating: boolean;
  run(call: Call, input: Input): Output;
  /**
   * What CloudTrail records, where it differs from input and output as they went over the wire (facts §5):
   * `null` means that AWS logs null there.
   */
  readonly trail?: {
    readonly requestParameters?: (input: Input) => Record<string, unknown> | null;
    readonly responseElements?: (output: Output) => Record<string, unknown> | null;
    /** The region the record appears in, when it is not the region called (IAM, STS: us-east-1). */
  };
}

/** Keeps the input and output types of an operation while they are written down. */
export function operation<Input, Output>(definition: Operation<Input, Output>): Operation<Input, Output> {
  return definition;
}
