import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { arnOf, JsonValue, readInputs, Unplayed } from './recorded-input.ts';

/** A Lambda function with its deploy zip. */
export const LambdaFunction = z.strictObject({
  name: z.string(),
  region: z.string(),
  functionName: z.string(),
  arn: z.string(),
  /** The zip that would be uploaded, relative to the graph's folder. */
  zip: z.string(),
  zipBytes: z.number(),
  /** `file.export` within the zip. */
  handler: z.string(),
  runtime: z.string(),
  architecture: z.enum(['arm64', 'x86_64']),
  memoryMb: z.number(),
  timeoutSeconds: z.number(),
  ephemeralStorageMb: z.number(),
  environment: z.record(z.string(), z.string()),
  roleArn: z.string(),
  logGroup: z.string(),
  logFormat: z.enum(['JSON', 'Text']),
  /** No more than this many at once; absent where only the account's limit holds. */
  reservedConcurrency: z.number().optional(),
  tracing: z.enum(['Active', 'PassThrough']),
  /** Where it is absent, Lambda stops the function at about the 16th turn of a loop through queues. */
  recursiveLoop: z.literal('Allow').optional(),
});
export type LambdaFunction = z.infer<typeof LambdaFunction>;

/** Who else may invoke a function: its resource policy, a statement an entry. */
export const LambdaPermission = z.strictObject({
  name: z.string(),
  region: z.string(),
  /** Name or ARN. */
  function: z.string(),
  action: z.string(),
  principal: z.string(),
  sourceArn: z.string().optional(),
  sourceAccount: z.string().optional(),
});
export type LambdaPermission = z.infer<typeof LambdaPermission>;

/** What becomes of asynchronous invocations that fail. */
export const AsyncInvoke = z.strictObject({
  name: z.string(),
  region: z.string(),
  /** Name or ARN. */
  function: z.string(),
  maxRetryAttempts: z.number(),
  maxAgeSeconds: z.number(),
  onFailureArn: z.string().optional(),
});
export type AsyncInvoke = z.infer<typeof AsyncInvoke>;

const FunctionInput = z.strictObject({
  name: z.string(),
  description: Unplayed,
  packageType: z.literal('Zip'),
  s3Bucket: z.string(),
  s3Key: z.string(),
  handler: z.string(),
  runtime: z.string(),
  architectures: z.tuple([LambdaFunction.shape.architecture]),
  memorySize: z.number(),
  timeout: z.number(),
  ephemeralStorage: z.strictObject({ size: z.number() }).default({ size: 512 }),
  environment: z.strictObject({ variables: z.record(z.string(), z.string()) }).default({ variables: {} }),
  role: z.string(),
  loggingConfig: z.strictObject({
    logGroup: z.string(),
    logFormat: LambdaFunction.shape.logFormat,
    applicationLogLevel: Unplayed,
    systemLogLevel: Unplayed,
  }),
  // -1 stands for "no reservation".
  reservedConcurrentExecutions: z.number().default(-1),
  tracingConfig: z.strictObject({ mode: LambdaFunction.shape.tracing }).default({ mode: 'PassThrough' }),
  publish: z.literal(false).optional(),
  sourceCodeHash: Unplayed,
  tags: Unplayed,
});

export function lambdaFunctionOf(
  resource: RecordedResource,
  zipOf: (key: string) => { readonly zip: string; readonly zipBytes: number },
  recursions: readonly Recursion[],
): LambdaFunction {
  const input = readInputs(resource, FunctionInput);
  const reserved = input.reservedConcurrentExecutions;
  return {
    name: resource.name,
    region: resource.region,
    functionName: input.name,
    arn: arnOf(resource),
    ...zipOf(input.s3Key),
    handler: input.handler,
    runtime: input.runtime,
    architecture: input.architectures[0],
    memoryMb: input.memorySize,
    timeoutSeconds: input.timeout,
    ephemeralStorageMb: input.ephemeralStorage.size,
    environment: Object.fromEntries(Object.entries(input.environment.variables).sort(byFirst)),
    roleArn: input.role,
    logGroup: input.loggingConfig.logGroup,
    logFormat: input.loggingConfig.logFormat,
    ...(reserved >= 0 && { reservedConcurrency: reserved }),
    tracing: input.tracingConfig.mode,
    ...(recursions.some(({ of, allowed }) => of === input.name && allowed) && {
      recursiveLoop: 'Allow' as const,
    }),
  };
}

/** What is to become of loops through a function: a resource of its own. */
export interface Recursion {
  /** Name of the function. */
  readonly of: string;
  readonly allowed: boolean;
}

const RecursionInput = z.strictObject({
  functionName: z.string(),
  recursiveLoop: z.enum(['Allow', 'Terminate']),
});

export function recursionOf(resource: RecordedResource): Recursion {
  const { functionName, recursiveLoop } = readInputs(resource, RecursionInput);
  return { of: functionName, allowed: recursiveLoop === 'Allow' };
}

const PermissionInput = z.strictObject({
  function: z.string(),
  action: z.string(),
  principal: z.string(),
  sourceArn: z.string().optional(),
  sourceAccount: z.string().optional(),
  statementId: Unplayed,
});

export function lambdaPermissionOf(resource: RecordedResource): LambdaPermission {
  const { function: of, action, principal, sourceArn, sourceAccount } = readInputs(resource, PermissionInput);
  return {
    name: resource.name,
    region: resource.region,
    function: of,
    action,
    principal,
    ...(sourceArn !== undefined && { sourceArn }),
    ...(sourceAccount !== undefined && { sourceAccount }),
  };
}

const Destinations = z.strictObject({ onFailure: z.strictObject({ destination: z.string() }).optional() });

// Lambda's own: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
const AsyncInvokeInput = z.strictObject({
  functionName: z.string(),
  maximumRetryAttempts: z.number().default(2),
  maximumEventAgeInSeconds: z.number().default(21_600),
  destinationConfig: Destinations.optional(),
  qualifier: z.string().optional(),
});

export function asyncInvokeOf(resource: RecordedResource): AsyncInvoke {
  const input = readInputs(resource, AsyncInvokeInput);
  const onFailureArn = input.destinationConfig?.onFailure?.destination;
  return {
    name: resource.name,
    region: resource.region,
    function: input.functionName,
    maxRetryAttempts: input.maximumRetryAttempts,
    maxAgeSeconds: input.maximumEventAgeInSeconds,
    ...(onFailureArn !== undefined && { onFailureArn }),
  };
}

/** What feeds a queue's or stream's records to a function. */
export const EventSourceMapping = z.strictObject({
  name: z.string(),
  region: z.string(),
  id: z.string(),
  sourceArn: z.string(),
  functionArn: z.string(),
  enabled: z.boolean(),
  batchSize: z.number(),
  windowSeconds: z.number(),
  /** The function answers which items of the batch failed. */
  partialResponses: z.boolean(),
  /** Event patterns, any of which lets a record through; none lets all through. */
  filters: z.array(z.record(z.string(), z.unknown())),
  /** SQS: at most this many invocations at once. */
  maxConcurrency: z.number().optional(),
  /** The rest is for streams only. */
  stream: z
    .strictObject({
      startingPosition: z.enum(['LATEST', 'TRIM_HORIZON']),
      bisectOnError: z.boolean(),
      /** -1: until the record expires. */
      maxRetryAttempts: z.number(),
      maxRecordAgeSeconds: z.number(),
      parallelization: z.number(),
      onFailureArn: z.string().optional(),
    })
    .optional(),
});
export type EventSourceMapping = z.infer<typeof EventSourceMapping>;

const MappingInput = z.strictObject({
  eventSourceArn: z.string(),
  functionName: z.string(),
  enabled: z.boolean().default(true),
  batchSize: z.number().optional(),
  maximumBatchingWindowInSeconds: z.number().default(0),
  functionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  filterCriteria: z
    .strictObject({
      filters: z.array(z.strictObject({ pattern: JsonValue.pipe(z.record(z.string(), z.unknown())) })),
    })
    .optional(),
  scalingConfig: z.strictObject({ maximumConcurrency: z.number() }).optional(),
  startingPosition: z.enum(['LATEST', 'TRIM_HORIZON']).optional(),
  bisectBatchOnFunctionError: z.boolean().default(false),
  maximumRetryAttempts: z.number().default(-1),
  maximumRecordAgeInSeconds: z.number().default(-1),
  parallelizationFactor: z.number().default(1),
  destinationConfig: z.strictObject({ onFailure: z.strictObject({ destinationArn: z.string() }) }).optional(),
  metricsConfig: Unplayed,
  tags: Unplayed,
});

export function eventSourceMappingOf(resource: RecordedResource): EventSourceMapping {
  const input = readInputs(resource, MappingInput);
  const fromQueue = input.eventSourceArn.split(':')[2] === 'sqs';
  const maxConcurrency = input.scalingConfig?.maximumConcurrency;
  return {
    name: resource.name,
    region: resource.region,
    id: resource.id,
    sourceArn: input.eventSourceArn,
    functionArn: input.functionName,
    enabled: input.enabled,
    // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    batchSize: input.batchSize ?? (fromQueue ? 10 : 100),
    windowSeconds: input.maximumBatchingWindowInSeconds,
    partialResponses: input.functionResponseTypes.length > 0,
    filters: (input.filterCriteria?.filters ?? []).map(({ pattern }) => pattern),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(!fromQueue && { stream: streamOf(input) }),
  };
}

function streamOf(input: z.infer<typeof MappingInput>): NonNullable<EventSourceMapping['stream']> {
  const onFailureArn = input.destinationConfig?.onFailure.destinationArn;
  return {
    startingPosition: input.startingPosition ?? 'LATEST',
    bisectOnError: input.bisectBatchOnFunctionError,
    maxRetryAttempts: input.maximumRetryAttempts,
    maxRecordAgeSeconds: input.maximumRecordAgeInSeconds,
    parallelization: input.parallelizationFactor,
    ...(onFailureArn !== undefined && { onFailureArn }),
  };
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
