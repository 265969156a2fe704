import * as z from 'zod';

/** The graph's format that this reader knows: docs/graph-format.md. */
const GRAPH_FORMAT = 'rolecall.dev/graph/v1';

/*
 * A reader of its own: the sandbox does not share the schema of who writes the graph. Every object is strict, so that a
 * property which nobody plays is refused and never passed over.
 */

const place = { name: z.string(), region: z.string() };

const PolicyText = z
  .strictObject({
    Version: z.string(),
    Id: z.string().optional(),
    Statement: z.array(z.record(z.string(), z.unknown())),
  })
  .transform((document) => JSON.stringify(document));

const Pattern = z.record(z.string(), z.unknown()).transform((pattern) => JSON.stringify(pattern));

const Index = z.strictObject({
  name: z.string(),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  projection: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  attributes: z.array(z.string()),
});

export const Table = z.strictObject({
  ...place,
  tableName: z.string(),
  arn: z.string(),
  attributes: z.array(z.strictObject({ name: z.string(), type: z.enum(['S', 'N', 'B']) })),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  globalIndexes: z.array(Index),
  localIndexes: z.array(Index),
  stream: z
    .strictObject({
      arn: z.string(),
      view: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
    })
    .optional(),
  ttlAttribute: z.string().optional(),
  // Nothing is billed here, kept beyond the end, or deleted before it.
  billingMode: z.string(),
  pointInTimeRecovery: z.boolean(),
  deletionProtection: z.boolean(),
  retained: z.boolean(),
});
export type Table = z.infer<typeof Table>;

const Queue = z.strictObject({
  ...place,
  queueName: z.string(),
  url: z.string(),
  arn: z.string(),
  fifo: z.boolean(),
  contentBasedDeduplication: z.boolean(),
  deduplicationScope: z.enum(['queue', 'messageGroup']),
  // Throughput is not limited here.
  fifoThroughputLimit: z.string(),
  delaySeconds: z.number(),
  visibilityTimeoutSeconds: z.number(),
  retentionSeconds: z.number(),
  maxMessageBytes: z.number(),
  receiveWaitSeconds: z.number(),
  redrive: z.strictObject({ deadLetterArn: z.string(), maxReceiveCount: z.number() }).optional(),
});

const QueuePolicy = z.strictObject({ ...place, queueUrl: z.string(), policy: PolicyText });

const Topic = z.strictObject({
  ...place,
  topicName: z.string(),
  arn: z.string(),
  fifo: z.literal(false, 'the sandbox has no FIFO topics'),
});

const TopicPolicy = z.strictObject({ ...place, topicArn: z.string(), policy: PolicyText });

const Subscription = z.strictObject({
  ...place,
  arn: z.string(),
  topicArn: z.string(),
  protocol: z.enum(['sqs', 'lambda', 'email', 'email-json', 'https', 'http', 'sms']),
  endpoint: z.string(),
  rawMessages: z.boolean(),
  filter: Pattern.optional(),
  filterScope: z.enum(['MessageAttributes', 'MessageBody']),
  deadLetterArn: z.string().optional(),
});

const Bus = z.strictObject({ ...place, busName: z.string(), arn: z.string() });
const BusPolicy = z.strictObject({ ...place, busName: z.string(), policy: PolicyText });

export const Rule = z.strictObject({
  ...place,
  ruleName: z.string(),
  busName: z.string(),
  arn: z.string(),
  pattern: Pattern.optional(),
  schedule: z.string().optional(),
  state: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']),
});
export type Rule = z.infer<typeof Rule>;

const Retry = z.strictObject({ maxAgeSeconds: z.number(), maxAttempts: z.number() });

export const RuleTarget = z.strictObject({
  ...place,
  targetId: z.string(),
  ruleName: z.string(),
  busName: z.string(),
  arn: z.string(),
  roleArn: z.string().optional(),
  deadLetterArn: z.string().optional(),
  retry: Retry,
  messageGroupId: z.string().optional(),
  input: z.string().optional(),
  inputPath: z.string().optional(),
  inputTransformer: z
    .strictObject({ paths: z.record(z.string(), z.string()), template: z.string() })
    .optional(),
});
export type RuleTarget = z.infer<typeof RuleTarget>;

export const LambdaFunction = z.strictObject({
  ...place,
  functionName: z.string(),
  arn: z.string(),
  zip: z.string(),
  zipBytes: z.number(),
  handler: z.string(),
  runtime: z.string().regex(/^nodejs/, 'the sandbox runs Node.js functions only'),
  // Whatever this machine is: a function of JavaScript does not see the difference.
  architecture: z.string(),
  memoryMb: z.number(),
  timeoutSeconds: z.number(),
  ephemeralStorageMb: z.number(),
  environment: z.record(z.string(), z.string()),
  roleArn: z.string(),
  logGroup: z.string(),
  logFormat: z.string(),
  reservedConcurrency: z.number().optional(),
  // There is nothing that takes traces, or looks for loops.
  tracing: z.string(),
  recursiveLoop: z.string().optional(),
});
export type LambdaFunction = z.infer<typeof LambdaFunction>;

export const FunctionPermission = z.strictObject({
  ...place,
  function: z.string(),
  action: z.string(),
  principal: z.string(),
  sourceArn: z.string().optional(),
  sourceAccount: z.string().optional(),
});
export type FunctionPermission = z.infer<typeof FunctionPermission>;

const AsyncInvoke = z.strictObject({
  ...place,
  function: z.string(),
  maxRetryAttempts: z.number(),
  maxAgeSeconds: z.number(),
  onFailureArn: z.string().optional(),
});

export const EventSourceMapping = z.strictObject({
  ...place,
  id: z.string(),
  sourceArn: z.string(),
  functionArn: z.string(),
  enabled: z.boolean(),
  batchSize: z.number(),
  windowSeconds: z.number(),
  partialResponses: z.boolean(),
  filters: z.array(Pattern),
  maxConcurrency: z.number().optional(),
  stream: z
    .strictObject({
      startingPosition: z.enum(['LATEST', 'TRIM_HORIZON']),
      bisectOnError: z.boolean(),
      maxRetryAttempts: z.number(),
      maxRecordAgeSeconds: z.number(),
      parallelization: z.literal(1, 'the sandbox reads a shard with one function at a time'),
      onFailureArn: z.string().optional(),
    })
    .optional(),
});
export type EventSourceMapping = z.infer<typeof EventSourceMapping>;

const Role = z.strictObject({
  name: z.string(),
  roleName: z.string(),
  arn: z.string(),
  trustPolicy: PolicyText,
  policies: z.array(z.strictObject({ name: z.string(), document: PolicyText })),
  managedPolicies: z.array(z.string()),
});

export const Schedule = z.strictObject({
  ...place,
  scheduleName: z.string(),
  arn: z.string(),
  expression: z.string(),
  timezone: z.string(),
  enabled: z.boolean(),
  flexibleMinutes: z.number(),
  target: z.strictObject({
    arn: z.string(),
    roleArn: z.string(),
    input: z.string().optional(),
    deadLetterArn: z.string().optional(),
    retry: Retry,
  }),
});
export type Schedule = z.infer<typeof Schedule>;

export const Alarm = z.strictObject({
  ...place,
  alarmName: z.string(),
  arn: z.string(),
  description: z.string(),
  metric: z.strictObject(
    {
      namespace: z.string(),
      metricName: z.string(),
      dimensions: z.record(z.string(), z.string()),
      statistic: z.enum(
        ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
        'the sandbox counts no percentiles',
      ),
      periodSeconds: z.number(),
    },
    'the sandbox plays alarms on one metric, and none on expressions',
  ),
  queries: z.array(z.unknown()).max(0, 'the sandbox plays no alarms on expressions'),
  comparison: z.enum([
    'GreaterThanThreshold',
    'GreaterThanOrEqualToThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  threshold: z.number(),
  evaluationPeriods: z.number(),
  datapointsToAlarm: z.number(),
  missingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']),
  alarmActions: z.array(z.string()),
  okActions: z.array(z.string()),
});
export type Alarm = z.infer<typeof Alarm>;

/** A function writes to the log group that it was given. How long logs are kept is of no consequence here. */
const LogGroup = z.strictObject({
  ...place,
  logGroupName: z.string(),
  arn: z.string(),
  retentionDays: z.number(),
});

/** The lists that are played, each with what an entry of it is. */
const PLAYED = {
  tables: z.array(Table),
  queues: z.array(Queue),
  queuePolicies: z.array(QueuePolicy),
  topics: z.array(Topic),
  topicPolicies: z.array(TopicPolicy),
  subscriptions: z.array(Subscription),
  buses: z.array(Bus),
  busPolicies: z.array(BusPolicy),
  rules: z.array(Rule),
  ruleTargets: z.array(RuleTarget),
  functions: z.array(LambdaFunction),
  functionPermissions: z.array(FunctionPermission),
  asyncInvokes: z.array(AsyncInvoke),
  eventSourceMappings: z.array(EventSourceMapping),
  roles: z.array(Role),
  schedules: z.array(Schedule),
  logGroups: z.array(LogGroup),
  alarms: z.array(Alarm),
};

/** The lists that are knowingly not played, each with the reason. Any list that is in neither table is refused. */
export const NOT_PLAYED: Readonly<Record<string, string>> = {
  dashboards: 'they show metrics and change nothing; the metrics are in the summary',
};

/** The lists that the sandbox cannot play, which it refuses unless they are empty or left out on purpose. */
export const REFUSED = ['stateMachines'] as const;
export type LeftOut = (typeof REFUSED)[number];

export const GraphHead = z.looseObject({
  format: z.literal(GRAPH_FORMAT, `the sandbox reads ${GRAPH_FORMAT} only`),
  app: z.string(),
  stage: z.string(),
  sst: z.string(),
  partition: z.string(),
  account: z.string(),
  region: z.string(),
});
export const HEAD_MEMBERS: ReadonlySet<string> = new Set(Object.keys(GraphHead.shape));

export const PlayedLists = z.object(PLAYED);
export type Graph = Pick<z.infer<typeof GraphHead>, 'app' | 'stage' | 'partition' | 'account' | 'region'> &
  z.infer<typeof PlayedLists>;
