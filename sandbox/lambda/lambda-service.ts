import { AwsError } from '../aws-error.ts';
import type { CloudCall } from '../cloud/cloud-operation.ts';
import type { CloudService, Entered } from '../cloud/cloud-service.ts';
import { unqualified } from '../cloud/deliverer.ts';
import type { WireAnswer, WireRequest } from '../wire/protocol.ts';
import { restJsonErrors } from '../wire/rest-json-errors.ts';
import { LARGEST_ASYNC_EVENT } from './async-invoker.ts';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const LARGEST_PAYLOAD = 6 * 1024 * 1024;

/** Lambda's Invoke: waiting for the result, or `Event` for those who do not wait, or `DryRun`. */
export const lambdaService: CloudService = {
  name: 'lambda',
  errors: restJsonErrors,
  operationNames: ['Invoke'],
  operationName: (request) => (request.method === 'POST' && PATH.test(request.path) ? 'Invoke' : undefined),
  actionOf: (request) => `${request.method} ${request.path}`,
  handle: invoke,
  refuse: (error, requestId) => ({
    status: error.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-RequestId': requestId,
      'x-amzn-ErrorType': error.code,
    },
    body: JSON.stringify({ Type: 'User', ...error.members, Message: error.message }),
  }),
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
async function invoke({ call, request, admit }: Entered): Promise<WireAnswer> {
  const arn = functionArn(call, request);
  const fn = call.cloud.functions.get(arn);
  const account = arn.split(':')[4] ?? call.account;
  const policy = fn?.definition.policy;
  admit([{ action: 'lambda:InvokeFunction', resource: arn, account, resourcePolicy: policy }]);
  if (!fn) throw new AwsError('ResourceNotFoundException', 404, `Function not found: ${arn}`);
  const payload = request.body === '' ? '{}' : request.body;
  checkPayload(payload);
  const type = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  if (type === 'DryRun') return answer(204, '', call.requestId);
  if (type === 'Event') {
    checkSize(payload, LARGEST_ASYNC_EVENT, 'Event');
    return answer(202, '', call.cloud.asyncInvoker.invoke(fn, payload));
  }
  if (type !== 'RequestResponse')
    throw invalid(`Value '${type}' at 'invocationType' is not one of Event, RequestResponse, DryRun`);
  checkSize(payload, LARGEST_PAYLOAD, 'RequestResponse');
  const invocation = await fn.invoke(payload);
  const wantsLog = header(request, 'x-amz-log-type') === 'Tail';
  return answer(200, invocation.payload, invocation.requestId, {
    'X-Amz-Executed-Version': '$LATEST',
    ...(invocation.functionError === undefined ? {} : { 'X-Amz-Function-Error': invocation.functionError }),
    ...(wantsLog ? { 'X-Amz-Log-Result': logTail(call, fn.name) } : {}),
  });
}

/** A function is named by its name, a part of its ARN, or its ARN; qualifiers are left aside. */
function functionArn(call: CloudCall, request: WireRequest): string {
  const given = decodeURIComponent(PATH.exec(request.path)?.[1] ?? '');
  if (given.startsWith('arn:')) return unqualified(given);
  const [first = '', second, third] = given.split(':');
  const isPartial = second === 'function';
  const [account, name] = isPartial ? [first, third ?? ''] : [call.account, first];
  return `arn:${call.partition}:lambda:${call.region}:${account}:function:${name}`;
}

function checkPayload(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: ${why}`,
    );
  }
}

function checkSize(payload: string, most: number, type: string): void {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= most) return;
  throw new AwsError(
    'RequestTooLargeException',
    413,
    `${bytes} byte payload is too large for the ${type} invocation type (limit ${most} bytes)`,
  );
}

/** The last 4 KB, as Lambda gives them. */
function logTail(call: CloudCall, name: string): string {
  const lines = call.cloud.logs.tail(name, 100).map(({ text }) => text);
  return Buffer.from(lines.join('\n').slice(-4096)).toString('base64');
}

function header(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function answer(
  status: number,
  body: string,
  requestId: string,
  headers: Record<string, string> = {},
): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-RequestId': requestId, ...headers },
    body,
  };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', 400, message);
}
