import type { AwsError } from '../aws-error.ts';
import type { Protocol, ServiceErrors, WireAnswer, WireRequest } from '../wire/protocol.ts';
import { shapeOf } from '../wire/schema.ts';
import { ShapeError } from '../wire/shape-error.ts';
import { type AnyCloudOperation, type CloudCall, type Need, wireFace } from './cloud-operation.ts';

/** A request of somebody known to one service. */
export interface Entered {
  readonly call: CloudCall;
  readonly request: WireRequest;
  /** Asks the front door. Throws the service's own refusal. */
  admit(needs: readonly Need[]): void;
}

/** An AWS service of the cloud, as the wire sees it. */
export interface CloudService {
  /** The signing name: `sqs`. */
  readonly name: string;
  readonly errors: ServiceErrors;
  /** The operation that a request is for; undefined when there is none such. */
  operationName(request: WireRequest): string | undefined;
  /** What a request asks for, for a refusal. */
  actionOf(request: WireRequest): string;
  readonly operationNames: readonly string[];
  /** Carries out a request of a known operation. Throws `AwsError` to refuse. */
  handle(entered: Entered): Promise<WireAnswer>;
  refuse(error: AwsError, requestId: string): WireAnswer;
}

/** A service whose operations are told by the SDK's schemas. */
export function schemaService(
  name: string,
  operations: readonly AnyCloudOperation[],
  protocolOf: (faces: readonly ReturnType<typeof wireFace>[]) => Protocol,
): CloudService {
  const faces = operations.map(wireFace);
  const byFace = new Map(faces.map((face, i) => [face, operations[i]]));
  const protocol = protocolOf(faces);
  return {
    name,
    errors: protocol.errors,
    actionOf: protocol.actionOf,
    refuse: protocol.refuse,
    operationNames: faces.map((face) => shapeOf(face.schema).name),
    operationName(request) {
      const face = protocol.route(request);
      return face && shapeOf(face.schema).name;
    },
    async handle({ call, request, admit }) {
      const face = protocol.route(request);
      const operation = face && byFace.get(face);
      if (!face || !operation) throw new Error(`${protocol.actionOf(request)} has no operation`);
      let input: unknown;
      try {
        input = protocol.read(face, request);
      } catch (error) {
        if (error instanceof ShapeError) throw protocol.errors.malformed(error.problems, face);
        throw error;
      }
      admit(operation.needs(call, input));
      return protocol.answer(face, await operation.run(call, input), call.requestId);
    },
  };
}
