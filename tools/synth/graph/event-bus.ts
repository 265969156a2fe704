import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { arnOf, JsonValue, PolicyDocument, PolicyInput, readInputs, Unplayed } from './recorded-input.ts';

/** An EventBridge bus. The `default` bus of every region exists without being listed. */
export const Bus = z.strictObject({
  name: z.string(),
  region: z.string(),
  busName: z.string(),
  arn: z.string(),
});
export type Bus = z.infer<typeof Bus>;

export const BusPolicy = z.strictObject({
  name: z.string(),
  region: z.string(),
  busName: z.string(),
  policy: PolicyDocument,
});
export type BusPolicy = z.infer<typeof BusPolicy>;

/** A rule: on events of its bus by pattern, or by schedule. */
export const Rule = z.strictObject({
  name: z.string(),
  region: z.string(),
  ruleName: z.string(),
  busName: z.string(),
  arn: z.string(),
  pattern: z.record(z.string(), z.unknown()).optional(),
  schedule: z.string().optional(),
  state: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']),
});
export type Rule = z.infer<typeof Rule>;

/** Where a rule sends what it matches. */
export const RuleTarget = z.strictObject({
  name: z.string(),
  region: z.string(),
  targetId: z.string(),
  ruleName: z.string(),
  busName: z.string(),
  arn: z.string(),
  roleArn: z.string().optional(),
  deadLetterArn: z.string().optional(),
  retry: z.strictObject({ maxAgeSeconds: z.number(), maxAttempts: z.number() }),
  /** A FIFO queue's message group. */
  messageGroupId: z.string().optional(),
  /** Sent in place of the event. */
  input: z.string().optional(),
  inputPath: z.string().optional(),
  inputTransformer: z
    .strictObject({ paths: z.record(z.string(), z.string()), template: z.string() })
    .optional(),
});
export type RuleTarget = z.infer<typeof RuleTarget>;

const BusInput = z.strictObject({ name: z.string(), description: Unplayed, tags: Unplayed });

/** A bus that the app makes. One that it only refers to (the default bus) is not an entry of the graph. */
export function busOf(resource: RecordedResource): Bus {
  const { name } = readInputs(resource, BusInput);
  return { name: resource.name, region: resource.region, busName: name, arn: arnOf(resource) };
}

const BusPolicyInput = z.strictObject({ eventBusName: z.string().default('default'), policy: PolicyInput });

export function busPolicyOf(resource: RecordedResource): BusPolicy {
  const { eventBusName, policy } = readInputs(resource, BusPolicyInput);
  return { name: resource.name, region: resource.region, busName: eventBusName, policy };
}

const RuleInput = z.strictObject({
  name: z.string(),
  description: Unplayed,
  eventBusName: z.string().default('default'),
  eventPattern: JsonValue.pipe(z.record(z.string(), z.unknown())).optional(),
  scheduleExpression: z.string().optional(),
  state: Rule.shape.state.default('ENABLED'),
  tags: Unplayed,
});

export function ruleOf(resource: RecordedResource): Rule {
  const input = readInputs(resource, RuleInput);
  return {
    name: resource.name,
    region: resource.region,
    ruleName: input.name,
    busName: input.eventBusName,
    arn: arnOf(resource),
    ...(input.eventPattern !== undefined && { pattern: input.eventPattern }),
    ...(input.scheduleExpression !== undefined && { schedule: input.scheduleExpression }),
    state: input.state,
  };
}

// EventBridge's own retry policy: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
const RetryInput = z
  .strictObject({
    maximumEventAgeInSeconds: z.number().default(86_400),
    maximumRetryAttempts: z.number().default(185),
  })
  .default({ maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 });

const TargetInput = z.strictObject({
  rule: z.string(),
  eventBusName: z.string().default('default'),
  targetId: z.string().optional(),
  arn: z.string(),
  roleArn: z.string().optional(),
  deadLetterConfig: z.strictObject({ arn: z.string() }).optional(),
  retryPolicy: RetryInput,
  sqsTarget: z.strictObject({ messageGroupId: z.string() }).optional(),
  input: z.string().optional(),
  inputPath: z.string().optional(),
  inputTransformer: z
    .strictObject({ inputPaths: z.record(z.string(), z.string()).default({}), inputTemplate: z.string() })
    .optional(),
});

const TargetOutput = z.looseObject({ targetId: z.string() });

export function ruleTargetOf(resource: RecordedResource): RuleTarget {
  const input = readInputs(resource, TargetInput);
  const { inputTransformer } = input;
  return {
    name: resource.name,
    region: resource.region,
    targetId: TargetOutput.parse(resource.outputs).targetId,
    ruleName: input.rule,
    busName: input.eventBusName,
    arn: input.arn,
    ...(input.roleArn !== undefined && { roleArn: input.roleArn }),
    ...(input.deadLetterConfig !== undefined && { deadLetterArn: input.deadLetterConfig.arn }),
    retry: {
      maxAgeSeconds: input.retryPolicy.maximumEventAgeInSeconds,
      maxAttempts: input.retryPolicy.maximumRetryAttempts,
    },
    ...(input.sqsTarget !== undefined && { messageGroupId: input.sqsTarget.messageGroupId }),
    ...(input.input !== undefined && { input: input.input }),
    ...(input.inputPath !== undefined && { inputPath: input.inputPath }),
    ...(inputTransformer !== undefined && {
      inputTransformer: { paths: inputTransformer.inputPaths, template: inputTransformer.inputTemplate },
    }),
  };
}
