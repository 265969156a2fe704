import type { AwsError } from '../aws-error.ts';
import type { AnyOperation } from '../operation.ts';
import { awsJsonErrors } from './aws-json-errors.ts';
import { isObject, readJson, writeJson } from './json-shape.ts';
import type { Protocol, WireAnswer, WireRequest } from './protocol.ts';
import { shapeOf } from './schema.ts';
import { ShapeError, type ShapeProblem } from './shape-error.ts';

/** What tells one AWS JSON service from another. */
export interface AwsJsonService {
  readonly version: '1.0' | '1.1';
  /** What comes before the operation in `X-Amz-Target`: `AmazonSQS`. */
  readonly target: string;
  /** What comes before the code in `__type`: `com.amazonaws.sqs`. */
  readonly namespace: string;
  readonly operations: readonly AnyOperation[];
  /**
   * For a service that spoke Query before: the codes that it had then, where they differ. SDKs read them from the
   * header `x-amzn-query-error`.
   */
  readonly queryCodes?: Readonly<Record<string, string>>;
}

/** The AWS JSON protocol, 1.0 and 1.1: a header names the operation, the body is its input, as JSON. */
export function awsJson(service: AwsJsonService): Protocol {
  const byName = new Map(service.operations.map((operation) => [shapeOf(operation.schema).name, operation]));
  return {
    errors: awsJsonErrors,
    route(request) {
      const [target, name] = targetOf(request).split('.');
      return target === service.target && name !== undefined ? byName.get(name) : undefined;
    },
    actionOf: (request) => targetOf(request) || '(no X-Amz-Target)',
    read: readInput,
    answer: (operation, output, requestId) => ({
      status: 200,
      headers: headersOf(service, requestId),
      body: JSON.stringify(writeJson(shapeOf(operation.schema).output, output) ?? {}),
    }),
    refuse: (error, requestId) => refuse(service, error, requestId),
    recordInput: (operation, input) => recorded(writeJson(shapeOf(operation.schema).input, input)),
    recordOutput: (operation, output) => recorded(writeJson(shapeOf(operation.schema).output, output)),
  };
}

function targetOf(request: WireRequest): string {
  const header = request.headers['x-amz-target'];
  return typeof header === 'string' ? header : '';
}

function readInput(operation: AnyOperation, request: WireRequest): unknown {
  const problems: ShapeProblem[] = [];
  const { input } = shapeOf(operation.schema);
  const body = bodyOf(request);
  const read = input.isStructSchema() ? readJson(input, body, '', problems) : {};
  if (problems.length > 0) throw new ShapeError(problems);
  return read;
}

function bodyOf(request: WireRequest): unknown {
  if (request.body === '') return {};
  try {
    return JSON.parse(request.body);
  } catch {
    throw new ShapeError([{ kind: 'malformed', member: 'body', expected: 'a JSON object' }]);
  }
}

function refuse(service: AwsJsonService, error: AwsError, requestId: string): WireAnswer {
  const { queryCodes, namespace } = service;
  const fault = error.status >= 500 ? 'Receiver' : 'Sender';
  return {
    status: error.status,
    headers: {
      ...headersOf(service, requestId),
      ...(queryCodes ? { 'x-amzn-query-error': `${queryCodes[error.code] ?? error.code};${fault}` } : {}),
    },
    body: JSON.stringify({ ...error.members, __type: `${namespace}#${error.code}`, message: error.message }),
  };
}

function headersOf(service: AwsJsonService, requestId: string): Record<string, string> {
  return { 'content-type': `application/x-amz-json-${service.version}`, 'x-amzn-RequestId': requestId };
}

/** CloudTrail spells members in lower camel case, the outermost ones at least; nothing at all is null. */
function recorded(json: unknown): Readonly<Record<string, unknown>> | null {
  if (!isObject(json) || Object.keys(json).length === 0) return null;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  );
}
