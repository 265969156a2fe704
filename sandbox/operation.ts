import type { ListClusters$ } from '@aws-sdk/client-eks';
import type { AwsError } from './aws-error.ts';
import type { Caller } from './caller.ts';
import type { World } from './world.ts';

/** The SDK's description of an operation: its HTTP binding or action name, its input and its output. */
export type OperationSchema = typeof ListClusters$;

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
  /** Epoch milliseconds: what a read of EKS sees. Before `now` when the switch `staleReadsMs` is set. */
  readonly asOf: number;
  readonly requestId: string;
}

/** A JSON object as CloudTrail records it; `null` means that AWS logs null there. */
export type TrailElements = Readonly<Record<string, unknown>> | null;

/**
 * One AWS operation: its wire format is the SDK's schema, its rules and its effect are ours. `run` receives the
 * input as the SDK's own input type, and returns the SDK's own output type (Dates as Dates).
 * It throws `AwsError`, and changes nothing when it throws.
 */
export interface Operation<Input, Output> {
  readonly schema: OperationSchema;
  /** Mutating calls are recorded for CloudTrail, failed ones too. */
  readonly mutating: boolean;
  run(call: Call, input: Input): Output;
  /** The ARN that an access decision about this call is made on; `*` when left out. */
  resource?(call: Call, input: Input): string;
  /** How this operation refuses a malformed input, where the service has more than one way. */
  invalid?(message: string): AwsError;
  /** What CloudTrail records, where it differs from input and output as they went over the wire (facts §5). */
  readonly trail?: {
    requestParameters?(input: Input): TrailElements;
    responseElements?(output: Output): TrailElements;
  };
}

/** An operation whose input and output types no longer matter: the wire gives it what its schema says. */
export type AnyOperation = Operation<unknown, unknown>;

/** Keeps the input and output types of an operation while they are written down. */
export function operation<Input, Output>(definition: Operation<Input, Output>): Operation<Input, Output> {
  return definition;
}
