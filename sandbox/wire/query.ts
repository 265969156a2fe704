import type { AwsError } from '../aws-error.ts';
import type { AnyOperation } from '../operation.ts';
import { isObject, writeJson } from './json-shape.ts';
import type { Protocol, WireAnswer, WireRequest } from './protocol.ts';
import { queryErrors } from './query-errors.ts';
import { lowerFirst, readQuery } from './query-shape.ts';
import { queryTree } from './query-tree.ts';
import { shapeOf } from './schema.ts';
import { ShapeError, type ShapeProblem } from './shape-error.ts';
import { writeXml, xmlElement } from './xml-shape.ts';

/** What tells one query service from another. */
export interface QueryService {
  /** `2010-05-08` */
  readonly version: string;
  readonly xmlNamespace: string;
  readonly operations: readonly AnyOperation[];
}

/** The AWS Query protocol: a form names the action and carries the input, the answer is XML. */
export function query(service: QueryService): Protocol {
  const byName = new Map(service.operations.map((operation) => [shapeOf(operation.schema).name, operation]));
  return {
    errors: queryErrors,
    route(request) {
      const form = formOf(request);
      return form.get('Version') === service.version ? byName.get(form.get('Action') ?? '') : undefined;
    },
    actionOf(request) {
      const form = formOf(request);
      return `${form.get('Action') ?? '(none)'} of version ${form.get('Version') ?? '(none)'}`;
    },
    read(operation, request) {
      const problems: ShapeProblem[] = [];
      const { input } = shapeOf(operation.schema);
      const read = input.isStructSchema() ? readQuery(input, queryTree(formOf(request)), '', problems) : {};
      if (problems.length > 0) throw new ShapeError(problems);
      return read;
    },
    answer: (operation, output, requestId) => answer(service, operation, output, requestId),
    refuse: (error, requestId) => refuse(service, error, requestId),
    recordInput: (operation, input) => recorded(writeJson(shapeOf(operation.schema).input, input)),
    recordOutput: (operation, output) => recorded(writeJson(shapeOf(operation.schema).output, output)),
  };
}

/** A form travels in the body; a presigned GET carries it in the query. */
function formOf(request: WireRequest): URLSearchParams {
  return request.body === '' ? request.query : new URLSearchParams(request.body);
}

function answer(
  service: QueryService,
  operation: AnyOperation,
  output: unknown,
  requestId: string,
): WireAnswer {
  const shape = shapeOf(operation.schema);
  const result = shape.output.isStructSchema()
    ? `<${shape.name}Result>${writeXml(shape.output, output ?? {})}</${shape.name}Result>`
    : '';
  const metadata = `<ResponseMetadata>${xmlElement('RequestId', requestId)}</ResponseMetadata>`;
  return {
    status: 200,
    headers: headersOf(requestId),
    body: `<${shape.name}Response xmlns="${service.xmlNamespace}">${result}${metadata}</${shape.name}Response>`,
  };
}

function refuse(service: QueryService, error: AwsError, requestId: string): WireAnswer {
  const type = xmlElement('Type', error.status >= 500 ? 'Receiver' : 'Sender');
  const body = type + xmlElement('Code', error.code) + xmlElement('Message', error.message);
  return {
    status: error.status,
    headers: headersOf(requestId),
    body: `<ErrorResponse xmlns="${service.xmlNamespace}"><Error>${body}</Error>${xmlElement('RequestId', requestId)}</ErrorResponse>`,
  };
}

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'x-amzn-RequestId': requestId };
}

/** CloudTrail spells the members of query services in lower camel case (facts §5.3); nothing at all is null. */
function recorded(json: unknown): Readonly<Record<string, unknown>> | null {
  const lowered = lowerCamel(json);
  return isObject(lowered) && Object.keys(lowered).length > 0 ? lowered : null;
}

function lowerCamel(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(lowerCamel);
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [lowerFirst(name), lowerCamel(value)]),
  );
}
