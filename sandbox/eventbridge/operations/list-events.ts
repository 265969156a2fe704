import {
  ListEventBuses$,
  type ListEventBusesRequest,
  type ListEventBusesResponse,
  ListRules$,
  type ListRulesRequest,
  type ListRulesResponse,
  ListTargetsByRule$,
  type ListTargetsByRuleRequest,
  type ListTargetsByRuleResponse,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../aws-error.ts';
import { type CloudCall, cloudOperation } from '../../cloud/cloud-operation.ts';
import type { EventBus, TargetDefinition } from '../bus.ts';

/** ListEventBuses, in one page. */
export const listEventBuses = cloudOperation<ListEventBusesRequest, ListEventBusesResponse>({
  schema: ListEventBuses$,
  needs: () => [{ action: 'events:ListEventBuses', resource: '*' }],
  run(call, { NamePrefix = '' }) {
    const here = [...call.cloud.buses.values()].filter(
      ({ place, name }) =>
        place.account === call.account && place.region === call.region && name.startsWith(NamePrefix),
    );
    return {
      EventBuses: here.map(({ name, arn, policy }) => ({
        Name: name,
        Arn: arn,
        ...(policy === undefined ? {} : { Policy: policy }),
      })),
    };
  },
});

/** ListRules, in one page. */
export const listRules = cloudOperation<ListRulesRequest, ListRulesResponse>({
  schema: ListRules$,
  needs: () => [{ action: 'events:ListRules', resource: '*' }],
  run(call, { EventBusName, NamePrefix = '' }) {
    const bus = existingBus(call, EventBusName);
    const rules = bus.ruleDefinitions().filter(({ name }) => name.startsWith(NamePrefix));
    return {
      Rules: rules.map((rule) => ({
        Name: rule.name,
        Arn: rule.arn,
        EventPattern: rule.eventPattern,
        ScheduleExpression: rule.scheduleExpression,
        Description: rule.description,
        State: rule.state ?? 'ENABLED',
        EventBusName: bus.name,
      })),
    };
  },
});

/** ListTargetsByRule, in one page. */
export const listTargetsByRule = cloudOperation<ListTargetsByRuleRequest, ListTargetsByRuleResponse>({
  schema: ListTargetsByRule$,
  needs: () => [{ action: 'events:ListTargetsByRule', resource: '*' }],
  run(call, { Rule, EventBusName }) {
    const rule = existingBus(call, EventBusName)
      .ruleDefinitions()
      .find(({ name }) => name === Rule);
    if (!rule) throw notFound(`Rule ${Rule ?? ''} does not exist on EventBus ${EventBusName ?? 'default'}.`);
    return { Targets: rule.targets.map(targetView) };
  },
});

function targetView(target: TargetDefinition): Target {
  return {
    Id: target.id,
    Arn: target.arn,
    RoleArn: target.roleArn,
    Input: target.input,
    InputPath: target.inputPath,
    InputTransformer: target.inputTransformer && {
      InputPathsMap: target.inputTransformer.inputPathsMap && { ...target.inputTransformer.inputPathsMap },
      InputTemplate: target.inputTransformer.inputTemplate,
    },
    SqsParameters:
      target.messageGroupId === undefined ? undefined : { MessageGroupId: target.messageGroupId },
    DeadLetterConfig: target.deadLetterArn === undefined ? undefined : { Arn: target.deadLetterArn },
    RetryPolicy: target.retryPolicy && {
      MaximumRetryAttempts: target.retryPolicy.maximumRetryAttempts,
      MaximumEventAgeInSeconds: target.retryPolicy.maximumEventAgeSeconds,
    },
  };
}

function existingBus(call: CloudCall, name = 'default'): EventBus {
  const arn = name.startsWith('arn:')
    ? name
    : `arn:${call.partition}:events:${call.region}:${call.account}:event-bus/${name}`;
  const bus = call.cloud.buses.get(arn);
  if (!bus) throw notFound(`Event bus ${name} does not exist.`);
  return bus;
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', 400, message);
}
