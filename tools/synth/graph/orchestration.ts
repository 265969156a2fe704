import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { arnOf, JsonValue, readInputs, Unplayed } from './recorded-input.ts';

/** A schedule of EventBridge Scheduler. */
export const Schedule = z.strictObject({
  name: z.string(),
  region: z.string(),
  scheduleName: z.string(),
  arn: z.string(),
  /** `rate(…)`, `cron(…)` or `at(…)`. */
  expression: z.string(),
  timezone: z.string(),
  enabled: z.boolean(),
  /** 0: at the time itself. */
  flexibleMinutes: z.number(),
  target: z.strictObject({
    arn: z.string(),
    roleArn: z.string(),
    input: z.string().optional(),
    deadLetterArn: z.string().optional(),
    retry: z.strictObject({ maxAgeSeconds: z.number(), maxAttempts: z.number() }),
  }),
});
export type Schedule = z.infer<typeof Schedule>;

/** A Step Functions state machine. */
export const StateMachine = z.strictObject({
  name: z.string(),
  region: z.string(),
  stateMachineName: z.string(),
  arn: z.string(),
  kind: z.enum(['STANDARD', 'EXPRESS']),
  roleArn: z.string(),
  /** In Amazon States Language. */
  definition: z.record(z.string(), z.unknown()),
});
export type StateMachine = z.infer<typeof StateMachine>;

// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
const RetryInput = z
  .strictObject({
    maximumEventAgeInSeconds: z.number().default(86_400),
    maximumRetryAttempts: z.number().default(185),
  })
  .default({ maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 });

const ScheduleInput = z.strictObject({
  name: z.string(),
  description: Unplayed,
  groupName: Unplayed,
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string().default('UTC'),
  state: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  flexibleTimeWindow: z.strictObject({
    mode: z.enum(['OFF', 'FLEXIBLE']),
    maximumWindowInMinutes: z.number().optional(),
  }),
  target: z.strictObject({
    arn: z.string(),
    roleArn: z.string(),
    input: z.string().optional(),
    deadLetterConfig: z.strictObject({ arn: z.string() }).optional(),
    retryPolicy: RetryInput,
  }),
});

export function scheduleOf(resource: RecordedResource): Schedule {
  const input = readInputs(resource, ScheduleInput);
  const { target } = input;
  return {
    name: resource.name,
    region: resource.region,
    scheduleName: input.name,
    arn: arnOf(resource),
    expression: input.scheduleExpression,
    timezone: input.scheduleExpressionTimezone,
    enabled: input.state === 'ENABLED',
    flexibleMinutes: input.flexibleTimeWindow.maximumWindowInMinutes ?? 0,
    target: {
      arn: target.arn,
      roleArn: target.roleArn,
      ...(target.input !== undefined && { input: target.input }),
      ...(target.deadLetterConfig !== undefined && { deadLetterArn: target.deadLetterConfig.arn }),
      retry: {
        maxAgeSeconds: target.retryPolicy.maximumEventAgeInSeconds,
        maxAttempts: target.retryPolicy.maximumRetryAttempts,
      },
    },
  };
}

const StateMachineInput = z.strictObject({
  name: z.string(),
  type: StateMachine.shape.kind.default('STANDARD'),
  roleArn: z.string(),
  definition: JsonValue.pipe(z.record(z.string(), z.unknown())),
  loggingConfiguration: Unplayed,
  tracingConfiguration: Unplayed,
  publish: Unplayed,
  tags: Unplayed,
});

export function stateMachineOf(resource: RecordedResource): StateMachine {
  const { name, type, roleArn, definition } = readInputs(resource, StateMachineInput);
  return {
    name: resource.name,
    region: resource.region,
    stateMachineName: name,
    arn: arnOf(resource),
    kind: type,
    roleArn,
    definition,
  };
}
