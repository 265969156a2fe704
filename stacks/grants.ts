import type { Fleet } from './settings.ts';

/** One statement of a function's policy, as SST takes it. */
export type Grant = sst.aws.FunctionPermissionArgs;

type Name = $util.Input<string>;

/** What the registry's adapter reads by (`shared/aws/registry/table-calls.ts`): keys and indexes, never a scan. */
export function readTable(table: sst.aws.Dynamo): Grant[] {
  return [
    { actions: ['dynamodb:BatchGetItem', 'dynamodb:Query'], resources: [table.arn] },
    { actions: ['dynamodb:Query'], resources: [$interpolate`${table.arn}/index/*`] },
  ];
}

/** Partitions, as patterns of their keys, by what a function may do to items there. */
export interface Writable {
  readonly put: readonly string[];
  readonly update?: readonly string[];
  readonly remove?: readonly string[];
  /** Checks, within a transaction, that an item is as it was. */
  readonly check?: readonly string[];
}

/**
 * Writes to items whose partition key matches one of the patterns, and to no others: a function that repairs cannot change what is
 * wished, and none deletes what was found or done.
 */
export function writeItems(table: sst.aws.Dynamo, { put, update, remove, check }: Writable): Grant[] {
  const allowed = [
    ['dynamodb:PutItem', put],
    ['dynamodb:UpdateItem', update],
    ['dynamodb:DeleteItem', remove],
    ['dynamodb:ConditionCheckItem', check],
  ] as const;
  return allowed.flatMap(([action, partitions]) =>
    partitions === undefined
      ? []
      : [
          {
            actions: [action],
            resources: [table.arn],
            conditions: [
              { test: 'ForAllValues:StringLike', variable: 'dynamodb:LeadingKeys', values: [...partitions] },
            ],
          },
        ],
  );
}

export function putInto(table: sst.aws.Dynamo): Grant {
  return { actions: ['dynamodb:PutItem'], resources: [table.arn] };
}

export function readStream(table: sst.aws.Dynamo): Grant[] {
  return [
    {
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [table.nodes.table.streamArn],
    },
    // It knows no narrower resource.
    { actions: ['dynamodb:ListStreams'], resources: ['*'] },
  ];
}

/** What Lambda's poller needs on a function's behalf, and the back-off that failures set themselves. */
export function receiveFrom(queue: sst.aws.Queue): Grant {
  return {
    actions: [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ChangeMessageVisibility',
    ],
    resources: [queue.arn],
  };
}

export function sendTo(...queues: readonly sst.aws.Queue[]): Grant {
  return { actions: ['sqs:SendMessage'], resources: queues.map((queue) => queue.arn) };
}

export function publishOn(bus: sst.aws.Bus): Grant {
  return { actions: ['events:PutEvents'], resources: [bus.arn] };
}

export function logTo(group: aws.cloudwatch.LogGroup): Grant {
  return {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [$interpolate`${group.arn}:*`],
  };
}

/** Traces know no narrower resource. */
export const TRACE: Grant = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
};

/** Taking on roles of these names in the accounts of the fleet, and in no others. */
export function takeOn(fleet: Fleet, partition: Name, roleNames: readonly string[]): Grant {
  if (fleet.kind === 'accounts') {
    return {
      actions: ['sts:AssumeRole'],
      resources: roleNames.flatMap((role) =>
        [aws.getCallerIdentityOutput().accountId, ...fleet.accounts].map(
          (account) => $interpolate`arn:${partition}:iam::${account}:role/${role}`,
        ),
      ),
    };
  }
  return {
    actions: ['sts:AssumeRole'],
    resources: roleNames.map((role) => $interpolate`arn:${partition}:iam::*:role/${role}`),
    conditions: [{ test: 'StringEquals', variable: 'aws:ResourceOrgID', values: [fleet.id] }],
  };
}
