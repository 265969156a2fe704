import * as z from 'zod';

/** Properties of the resource types that the sandbox can make of a template; any other property is refused. */

const Document = z
  .looseObject({ Statement: z.union([z.array(z.unknown()), z.looseObject({})]) })
  .transform((document) => JSON.stringify(document));
const Tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));
const Pattern = z.record(z.string(), z.unknown()).transform((pattern) => JSON.stringify(pattern));

export const RoleProperties = z.strictObject({
  RoleName: z.string('roles without a fixed name are not played: nobody could know what they are called'),
  Path: z.string().default('/'),
  Description: z.string().optional(),
  AssumeRolePolicyDocument: Document,
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: Document })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.number().optional(),
  Tags: Tags.optional(),
});

export const RuleProperties = z.strictObject({
  Name: z.string('rules without a fixed name are not played'),
  Description: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: Pattern.optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  Targets: z
    .array(
      z.strictObject({
        Id: z.string(),
        Arn: z.string(),
        RoleArn: z.string().optional(),
        Input: z.string().optional(),
        InputPath: z.string().optional(),
        SqsParameters: z.strictObject({ MessageGroupId: z.string() }).optional(),
        RetryPolicy: z
          .strictObject({
            MaximumEventAgeInSeconds: z.number().optional(),
            MaximumRetryAttempts: z.number().optional(),
          })
          .optional(),
        DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
      }),
    )
    .default([]),
});

export const QueueProperties = z.strictObject({
  QueueName: z.string('queues without a fixed name are not played'),
  MessageRetentionPeriod: z.number().optional(),
  MaximumMessageSize: z.number().optional(),
  VisibilityTimeout: z.number().optional(),
  DelaySeconds: z.number().optional(),
  // Nothing is encrypted here.
  SqsManagedSseEnabled: z.boolean().optional(),
  Tags: Tags.optional(),
});

/** Mails are kept and sent nowhere; who else subscribes is not played. */
export const TopicProperties = z.strictObject({
  TopicName: z.string('topics without a fixed name are not played'),
  DisplayName: z.string().optional(),
  Tags: Tags.optional(),
});

export const SubscriptionProperties = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.enum(['email', 'email-json']),
  Endpoint: z.string(),
});

const STATISTICS = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'] as const;
const COMPARISONS = [
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;

export const AlarmProperties = z.strictObject({
  AlarmName: z.string('alarms without a fixed name are not played'),
  AlarmDescription: z.string().optional(),
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
  Statistic: z.enum(STATISTICS),
  Period: z.number(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  Threshold: z.number(),
  ComparisonOperator: z.enum(COMPARISONS),
  TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']).default('missing'),
  AlarmActions: z.array(z.string()).default([]),
  OKActions: z.array(z.string()).default([]),
});

export const QueuePolicyProperties = z.strictObject({
  Queues: z.array(z.string()).min(1),
  PolicyDocument: Document,
});
