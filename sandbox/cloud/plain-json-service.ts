import * as z from 'zod';
import { AwsError } from '../aws-error.ts';
import { awsJsonErrors } from '../wire/aws-json-errors.ts';
import type { WireRequest } from '../wire/protocol.ts';
import type { CloudCall, Need } from './cloud-operation.ts';
import type { CloudService } from './cloud-service.ts';

/** One operation of a service of which no SDK client is installed, and so no schema of the SDK's. */
export interface PlainOperation<Input> {
  readonly input: z.ZodType<Input>;
  needs(call: CloudCall, input: Input): readonly Need[];
  /** The output as JSON. Throws `AwsError` to refuse. */
  run(call: CloudCall, input: Input): Readonly<Record<string, unknown>>;
}

/** Keeps the input of an operation's type while it is written down, and forgets it for the list. */
export function plainOperation<Input>(operation: PlainOperation<Input>): PlainOperation<unknown> {
  return {
    input: operation.input,
    needs: (call, input) => operation.needs(call, input as Input),
    run: (call, input) => operation.run(call, input as Input),
  };
}

export interface PlainJsonService {
  /** The signing name: `logs`. */
  readonly name: string;
  /** What comes before the operation in `X-Amz-Target`: `Logs_20140328`. */
  readonly target: string;
  /** The code for an input that the service does not take. */
  readonly invalidCode: string;
  readonly operations: Readonly<Record<string, PlainOperation<unknown>>>;
}

/** A service that speaks AWS JSON 1.1, for the few operations that a person needs to look around. */
export function plainJsonService({ name, target, invalidCode, operations }: PlainJsonService): CloudService {
  const asked = (request: WireRequest) => String(request.headers['x-amz-target'] ?? '');
  const nameIn = (request: WireRequest) => {
    const operation = asked(request).slice(target.length + 1);
    return asked(request).startsWith(`${target}.`) && Object.hasOwn(operations, operation)
      ? operation
      : undefined;
  };
  const headers = (requestId: string) => ({
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-RequestId': requestId,
  });
  return {
    name,
    errors: awsJsonErrors,
    operationNames: Object.keys(operations),
    operationName: nameIn,
    actionOf: (request) => asked(request) || '(no X-Amz-Target)',
    async handle({ call, request, admit }) {
      const operation = operations[nameIn(request) ?? ''];
      if (!operation) throw awsJsonErrors.unknownOperation(asked(request), Object.keys(operations));
      const input = read(operation, request.body, invalidCode);
      admit(operation.needs(call, input));
      return {
        status: 200,
        headers: headers(call.requestId),
        body: JSON.stringify(operation.run(call, input)),
      };
    },
    refuse: (error, requestId) => ({
      status: error.status,
      headers: headers(requestId),
      body: JSON.stringify({ ...error.members, __type: error.code, message: error.message }),
    }),
  };
}

function read({ input }: PlainOperation<unknown>, body: string, invalidCode: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new AwsError('SerializationException', 400, 'body should be a JSON object');
  }
  const answer = input.safeParse(json);
  if (answer.success) return answer.data;
  throw new AwsError(invalidCode, 400, z.prettifyError(answer.error));
}
