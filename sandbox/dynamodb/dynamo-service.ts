import { AwsError } from '../aws-error.ts';
import type { Need } from '../cloud/cloud-operation.ts';
import type { CloudService, Entered } from '../cloud/cloud-service.ts';
import { awsJsonErrors } from '../wire/aws-json-errors.ts';
import { isObject } from '../wire/json-shape.ts';
import type { WireAnswer, WireRequest } from '../wire/protocol.ts';
import type { Database } from './database.ts';
import { DYNAMO_OPERATIONS, tableUses } from './request-reading.ts';

const TARGET = /^DynamoDB_20120810\.(\w+)$/;
const KNOWN = new Set(DYNAMO_OPERATIONS);

/**
 * DynamoDB: requests go on to the engine and its answers come back, both nearly as they are. What is added is the
 * front door. Streams are read by mappings only.
 */
export const dynamoService: CloudService = {
  name: 'dynamodb',
  errors: awsJsonErrors,
  operationNames: DYNAMO_OPERATIONS,
  actionOf: targetOf,
  operationName(request) {
    const name = TARGET.exec(targetOf(request))?.[1];
    return name !== undefined && KNOWN.has(name) ? name : undefined;
  },
  handle,
  refuse: (error, requestId) => ({
    status: error.status,
    headers: headersOf(requestId),
    body: JSON.stringify({
      __type: `${error.code === 'ValidationException' || error.code === 'AccessDeniedException' ? 'com.amazon.coral.service' : 'com.amazonaws.dynamodb.v20120810'}#${error.code}`,
      message: error.message,
    }),
  }),
};

async function handle({ call, request, admit }: Entered): Promise<WireAnswer> {
  const operation = TARGET.exec(targetOf(request))?.[1] ?? '';
  const database = call.cloud.database(call.account, call.region);
  admit(needsOf(database, operation, request.body));
  const { status, body } = await database.call(operation, request.body === '' ? '{}' : request.body);
  return { status, headers: headersOf(call.requestId), body };
}

/** Tables are in the caller's own account: the sandbox has none that others may use. */
function needsOf(database: Database, operation: string, body: string): readonly Need[] {
  let input: unknown;
  try {
    input = JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new AwsError('SerializationException', 400, 'body should be a JSON object');
  }
  if (operation === 'ListTables') return [{ action: 'dynamodb:ListTables', resource: database.arnOf('*') }];
  return tableUses(operation, isObject(input) ? input : {}).map(({ action, tableName, indexName, key }) => {
    const table = database.arnOf(tableName);
    const leading = key && database.leadingKey(tableName, key);
    return {
      action: `dynamodb:${action}`,
      resource: indexName === undefined ? table : `${table}/index/${indexName}`,
      ...(leading === undefined ? {} : { context: { 'dynamodb:LeadingKeys': [leading] } }),
    };
  });
}

function targetOf(request: WireRequest): string {
  const header = request.headers['x-amz-target'];
  return typeof header === 'string' ? header : '(no X-Amz-Target)';
}

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-RequestId': requestId };
}
