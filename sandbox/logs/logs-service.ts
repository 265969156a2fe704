import * as z from 'zod';
import { AwsError } from '../aws-error.ts';
import type { CloudCall } from '../cloud/cloud-operation.ts';
import { plainJsonService, plainOperation } from '../cloud/plain-json-service.ts';
import type { LambdaFunction } from '../lambda/function.ts';
import { FilterPatternError, type LogFilter, readFilterPattern } from './filter-pattern.ts';
import type { LogLine } from './log-store.ts';

/** Each function's log is one stream here, and not one for each execution environment. */
const STREAM = '$LATEST';
const MOST = 10_000;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html. Members that narrow
 * down to streams are read and left aside: there is one.
 */
const filterLogEvents = plainOperation({
  input: z
    .object({
      logGroupName: z.string().optional(),
      logGroupIdentifier: z.string().optional(),
      filterPattern: z.string().max(1024).optional(),
      startTime: z.number().optional(),
      endTime: z.number().optional(),
      limit: z.int().min(1).max(MOST).default(MOST),
      nextToken: z.string().optional(),
    })
    .refine(
      ({ logGroupName, logGroupIdentifier }) =>
        (logGroupName === undefined) !== (logGroupIdentifier === undefined),
      {
        error: 'exactly one of logGroupName and logGroupIdentifier',
      },
    ),
  needs: (call, input) => [
    { action: 'logs:FilterLogEvents', resource: `${groupArn(call, groupName(input))}:*` },
  ],
  run(call, input) {
    const fn = functionOf(call, groupName(input));
    const filter = filterOf(input.filterPattern ?? '');
    const { startTime = 0, endTime = Number.POSITIVE_INFINITY, limit } = input;
    const found = numbered(call.cloud.logs.tail(fn.name)).filter(
      ({ line: { at, text } }) => at >= startTime && at <= endTime && filter(text),
    );
    const from = input.nextToken === undefined ? 0 : found.findIndex(({ id }) => id === input.nextToken);
    if (from < 0) throw invalid('The specified nextToken is invalid.');
    const next = found[from + limit];
    return {
      events: found.slice(from, from + limit).map(({ id, line: { at, text } }) => ({
        logStreamName: STREAM,
        timestamp: at,
        ingestionTime: at,
        message: text,
        eventId: id,
      })),
      searchedLogStreams: [],
      ...(next === undefined ? {} : { nextToken: next.id }),
    };
  },
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
const describeLogGroups = plainOperation({
  input: z.object({ logGroupNamePrefix: z.string().optional() }),
  needs: (call) => [{ action: 'logs:DescribeLogGroups', resource: groupArn(call, '*') }],
  run: (call, { logGroupNamePrefix = '' }) => ({
    logGroups: functionsOf(call)
      .map((fn) => fn.logGroup)
      .filter((name) => name.startsWith(logGroupNamePrefix))
      .sort()
      .map((name) => ({
        logGroupName: name,
        arn: `${groupArn(call, name)}:*`,
        logGroupArn: groupArn(call, name),
      })),
  }),
});

/** CloudWatch Logs, to be looked into: the log groups of functions. */
export const logsService = plainJsonService({
  name: 'logs',
  target: 'Logs_20140328',
  invalidCode: 'InvalidParameterException',
  operations: { FilterLogEvents: filterLogEvents, DescribeLogGroups: describeLogGroups },
});

interface Named {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** A group is told by its name, or its ARN. */
function groupName({ logGroupName, logGroupIdentifier = '' }: Named): string {
  return (
    logGroupName ?? logGroupIdentifier.replace(/^arn:[^:]+:logs:[^:]*:\d*:log-group:/, '').replace(/:\*$/, '')
  );
}

function groupArn({ partition, region, account }: CloudCall, name: string): string {
  return `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
}

function functionsOf({ cloud, partition, region, account }: CloudCall): readonly LambdaFunction[] {
  const prefix = `arn:${partition}:lambda:${region}:${account}:function:`;
  return [...cloud.functions.values()].filter(({ arn }) => arn.startsWith(prefix));
}

function functionOf(call: CloudCall, name: string): LambdaFunction {
  const fn = functionsOf(call).find(({ logGroup }) => logGroup === name);
  if (fn) return fn;
  throw new AwsError('ResourceNotFoundException', 400, 'The specified log group does not exist.');
}

function filterOf(pattern: string): LogFilter {
  try {
    return readFilterPattern(pattern);
  } catch (error) {
    if (error instanceof FilterPatternError) throw invalid(`Invalid filter pattern: ${error.message}`);
    throw error;
  }
}

/** Lines with ids that stay theirs while others are added, and while the oldest are forgotten: time, and which of that time. */
function numbered(lines: readonly LogLine[]): readonly { readonly id: string; readonly line: LogLine }[] {
  let [at, count] = [-1, 0];
  return lines.map((line) => {
    count = line.at === at ? count + 1 : 0;
    at = line.at;
    return { id: `${at}-${count}`, line };
  });
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', 400, message);
}
