import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../aws-error.ts';
import type { AnyOperation } from '../operation.ts';
import { checkRequired, isObject, readJson, writeJson } from './json-shape.ts';
import type { Protocol, WireAnswer, WireRequest } from './protocol.ts';
import { restJsonErrors } from './rest-json-errors.ts';
import { httpBindingOf, shapeOf } from './schema.ts';
import { ShapeError, type ShapeProblem } from './shape-error.ts';

type JsonObject = Record<string, unknown>;

/** One operation's URI pattern, cut at its slashes; a label is `{name}`. */
interface Route {
  readonly operation: AnyOperation;
  readonly segments: readonly string[];
}

/** Where a member of an input travels. */
type Place = 'label' | 'query' | 'body';

/**
 * The AWS REST-JSON protocol: method and path name the operation, labels, query and a JSON body carry the input.
 *
 * `labelNames` gives labels that a service calls otherwise than the SDK's member: CloudTrail uses the service's.
 */
export function restJson(
  operations: readonly AnyOperation[],
  labelNames: Readonly<Record<string, string>>,
): Protocol {
  const routes = routesOf(operations);
  return {
    errors: restJsonErrors,
    route: (request) => findRoute(routes, request)?.operation,
    actionOf: (request) => `${request.method} ${request.path}`,
    read(operation, request) {
      const route = findRoute(routes, request);
      if (!route) throw new Error(`${request.path} is not a path of ${shapeOf(operation.schema).name}`);
      return readInput(route, request);
    },
    answer: (operation, output, requestId) => ({
      status: 200,
      headers: headersOf(requestId),
      body: JSON.stringify(writeJson(shapeOf(operation.schema).output, output) ?? {}),
    }),
    refuse,
    recordInput: (operation, input) => recordInput(operation, input, labelNames),
    recordOutput(operation, output) {
      const json = writeJson(shapeOf(operation.schema).output, output);
      return isObject(json) && Object.keys(json).length > 0 ? json : null;
    },
  };
}

/** By method and number of segments, those with fewer labels first: `/addons/supported-versions` before `/addons/{x}`. */
function routesOf(operations: readonly AnyOperation[]): ReadonlyMap<string, readonly Route[]> {
  const routes = new Map<string, Route[]>();
  for (const operation of operations) {
    const { method, pattern } = httpBindingOf(operation.schema);
    const segments = pattern.split('/');
    const key = `${method} ${segments.length}`;
    routes.set(key, [...(routes.get(key) ?? []), { operation, segments }]);
  }
  for (const candidates of routes.values()) candidates.sort((a, b) => labelCount(a) - labelCount(b));
  return routes;
}

function labelCount(route: Route): number {
  return route.segments.filter(isLabel).length;
}

function isLabel(segment: string): boolean {
  return segment.startsWith('{');
}

function findRoute(routes: ReadonlyMap<string, readonly Route[]>, request: WireRequest): Route | undefined {
  const segments = request.path.split('/');
  return routes
    .get(`${request.method} ${segments.length}`)
    ?.find((route) =>
      route.segments.every((segment, i) => (isLabel(segment) ? segments[i] !== '' : segment === segments[i])),
    );
}

function placeOf(member: NormalizedSchema): Place {
  const traits = member.getMergedTraits();
  if (traits.httpLabel) return 'label';
  return traits.httpQuery === undefined ? 'body' : 'query';
}

function readInput(route: Route, request: WireRequest): JsonObject {
  const problems: ShapeProblem[] = [];
  const schema = shapeOf(route.operation.schema).input;
  const labels = labelsOf(route, request, problems);
  const body = bodyOf(request, problems);
  const input: JsonObject = {};
  for (const [name, member] of schema.structIterator()) {
    const place = placeOf(member);
    const given =
      place === 'label' ? labels.get(name) : place === 'query' ? queryOf(member, request) : body[name];
    if (given === undefined || given === null) continue;
    const value = place === 'body' ? given : fromText(member, given);
    input[name] = readJson(member, value, name, problems);
  }
  checkRequired(schema, input, (member) => member, problems);
  if (problems.length > 0) throw new ShapeError(problems);
  return input;
}

function labelsOf(route: Route, request: WireRequest, problems: ShapeProblem[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const given = request.path.split('/');
  route.segments.forEach((segment, i) => {
    if (!isLabel(segment)) return;
    const name = segment.slice(1, -1);
    try {
      labels.set(name, decodeURIComponent(given[i] ?? ''));
    } catch {
      problems.push({ kind: 'malformed', member: name, expected: 'percent-encoded UTF-8' });
    }
  });
  return labels;
}

function queryOf(member: NormalizedSchema, request: WireRequest): string | string[] | undefined {
  const name = member.getMergedTraits().httpQuery ?? '';
  const values = request.query.getAll(name);
  if (values.length === 0) return undefined;
  return member.isListSchema() ? values : values[0];
}

/** Labels and query are text: numbers and booleans are read from it. */
function fromText(member: NormalizedSchema, given: unknown): unknown {
  if (typeof given !== 'string') return given;
  if (member.isNumericSchema())
    return given.trim() === '' || Number.isNaN(Number(given)) ? given : Number(given);
  if (member.isBooleanSchema()) return given === 'true' ? true : given === 'false' ? false : given;
  return given;
}

function bodyOf(request: WireRequest, problems: ShapeProblem[]): JsonObject {
  if (request.body === '') return {};
  try {
    const body: unknown = JSON.parse(request.body);
    if (isObject(body)) return body;
  } catch {
    // Answered below, as any other body that is no JSON object.
  }
  problems.push({ kind: 'malformed', member: 'body', expected: 'a JSON object' });
  return {};
}

function refuse(error: AwsError, requestId: string): WireAnswer {
  return {
    status: error.status,
    headers: { ...headersOf(requestId), 'x-amzn-ErrorType': error.code },
    body: JSON.stringify({ ...error.members, message: error.message }),
  };
}

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': 'application/json', 'x-amzn-RequestId': requestId };
}

/** URI labels appear percent-encoded and under the service's own name, everything else as it was sent (facts §5). */
function recordInput(
  operation: AnyOperation,
  input: unknown,
  labelNames: Readonly<Record<string, string>>,
): JsonObject | null {
  const schema = shapeOf(operation.schema).input;
  const json = writeJson(schema, input);
  if (!isObject(json)) return null;
  const recorded: JsonObject = {};
  for (const [name, member] of schema.structIterator()) {
    const value = json[name];
    if (value === undefined) continue;
    if (placeOf(member) === 'label') recorded[labelNames[name] ?? name] = percentEncode(String(value));
    else recorded[name] = value;
  }
  return Object.keys(recorded).length > 0 ? recorded : null;
}

/** RFC 3986: everything but unreserved characters. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
