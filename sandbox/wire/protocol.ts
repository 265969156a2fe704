import type { AwsError } from '../aws-error.ts';
import type { AnyOperation } from '../operation.ts';
import type { ShapeProblem } from './shape-error.ts';

/** An HTTP request, read to its end. */
export interface WireRequest {
  readonly method: string;
  /** As it was sent: percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly remoteAddress: string;
}

/** What is sent back. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How one family of AWS services talks. Driven by the SDK's schemas; it knows no operation. */
export interface Protocol {
  /** The operation that a request is for; undefined when there is none such. */
  route(request: WireRequest): AnyOperation | undefined;
  /** The input as the SDK's input type. Throws `ShapeError`. */
  read(operation: AnyOperation, request: WireRequest): unknown;
  /** The action that a request names, for a refusal and for counting. */
  actionOf(request: WireRequest): string;
  answer(operation: AnyOperation, output: unknown, requestId: string): WireAnswer;
  refuse(error: AwsError, requestId: string): WireAnswer;
  /** What a CloudTrail record says of an input. */
  recordInput(operation: AnyOperation, input: unknown): Readonly<Record<string, unknown>> | null;
  /** What a CloudTrail record says of an output. */
  recordOutput(operation: AnyOperation, output: unknown): Readonly<Record<string, unknown>> | null;
  readonly errors: ServiceErrors;
}

/** The refusals that every operation of a service words alike. */
export interface ServiceErrors {
  unsigned(): AwsError;
  /** A signature that cannot be read. */
  unreadableSignature(problem: string): AwsError;
  unknownCredentials(): AwsError;
  expiredCredentials(): AwsError;
  denied(message: string): AwsError;
  throttled(): AwsError;
  unavailable(): AwsError;
  internal(message: string): AwsError;
  unknownOperation(action: string, implemented: readonly string[]): AwsError;
  /** The input lacks members or has ones of a wrong type. */
  malformed(problems: readonly ShapeProblem[], operation: AnyOperation): AwsError;
  tokenReused(member: string): AwsError;
}
