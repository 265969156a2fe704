import type * as z from 'zod';
import type { Cloud } from '../../cloud/cloud.ts';
import { partitionOf } from '../../partition.ts';
import { defaultTopicPolicy } from '../parts/messaging.ts';
import { putRole } from '../parts/roles.ts';
import { PlayError } from '../play-error.ts';
import { holds, resolve, type StackScope } from './intrinsics.ts';
import { parameterValues, type Template } from './read-template.ts';
import {
  AlarmProperties,
  QueuePolicyProperties,
  QueueProperties,
  RoleProperties,
  RuleProperties,
  SubscriptionProperties,
  TopicProperties,
} from './resource-schemas.ts';

/** Where a stack is made, and with what. */
export interface StackPlace {
  readonly account: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
}

type Stack = StackScope & { readonly cloud: Cloud };
type ResourceType = keyof typeof MAKERS;

/** In the order in which they are made: a rule needs its queue; queues and topics are made with what belongs to them. */
const MAKERS = {
  'AWS::IAM::Role': makeRole,
  'AWS::SQS::QueuePolicy': () => {},
  'AWS::SQS::Queue': makeQueue,
  'AWS::Events::Rule': makeRule,
  'AWS::SNS::Subscription': () => {},
  'AWS::SNS::Topic': makeTopic,
  'AWS::CloudWatch::Alarm': makeAlarm,
} as const;

/**
 * Makes what a CloudFormation template says in one account and region. Throws `PlayError`, naming the resource, for types
 * and properties that the sandbox does not know, and for what AWS would refuse.
 */
export function applyTemplate(cloud: Cloud, template: Template, place: StackPlace): void {
  const stack = stackOf(cloud, template, place);
  const here = `in ${place.account} ${place.region}`;
  const unknown = Object.entries(template.Resources).filter(([, { Type }]) => !(Type in MAKERS));
  if (unknown.length > 0) {
    throw new PlayError(
      'The sandbox cannot make every resource of the template:',
      unknown.map(([logicalId, { Type }]) => `${logicalId}: ${Type}`),
    );
  }
  for (const type of Object.keys(MAKERS) as ResourceType[]) {
    for (const logicalId of resourcesOf(stack, type)) {
      try {
        MAKERS[type](stack, logicalId);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new PlayError(`The template cannot be applied ${here}:`, [`${logicalId} (${type}): ${why}`]);
      }
    }
  }
}

function stackOf(cloud: Cloud, template: Template, { account, region, parameters }: StackPlace): Stack {
  const partition = partitionOf(region);
  const stack: Stack = {
    cloud,
    template,
    partition,
    account,
    region,
    parameters: parameterValues(template, parameters),
    refTo: (logicalId) => {
      const { Type } = made(stack, logicalId);
      if (Type === 'AWS::SQS::Queue') return queueUrl(stack, queueName(stack, logicalId));
      if (Type === 'AWS::SNS::Topic') return arnOfResource(stack, logicalId);
      return physicalName(stack, logicalId);
    },
    attributeOf: (logicalId, attribute) => {
      if (attribute === 'Arn') return arnOfResource(stack, logicalId);
      if (attribute === 'QueueName') return queueName(stack, logicalId);
      throw new Error(`the sandbox does not know the attribute ${attribute} of ${logicalId}`);
    },
  };
  return stack;
}

/** The resources of a type that are made here: their condition holds. */
function resourcesOf(stack: Stack, type: string): string[] {
  return Object.entries(stack.template.Resources)
    .filter(
      ([, { Type, Condition }]) => Type === type && (Condition === undefined || holds(stack, Condition)),
    )
    .map(([logicalId]) => logicalId);
}

function made({ template }: Stack, logicalId: string) {
  const resource = template.Resources[logicalId];
  if (!resource) throw new Error(`there is no parameter or resource ${logicalId}`);
  return resource;
}

/** A resource's properties, without carrying out more of them than are asked for where only a name is. */
function propertiesOf<S extends z.ZodType>(stack: Stack, logicalId: string, schema: S): z.infer<S> {
  const read = schema.safeParse(resolve(stack, made(stack, logicalId).Properties));
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) =>
    [path.map(String).join('.'), message].filter(Boolean).join(': '),
  );
  throw new Error(problems.join('; '));
}

function property(stack: Stack, logicalId: string, name: string): string {
  const value = resolve(stack, made(stack, logicalId).Properties[name]);
  if (typeof value !== 'string') throw new Error(`${logicalId} has no ${name}`);
  return value;
}

const queueName = (stack: Stack, logicalId: string) => property(stack, logicalId, 'QueueName');

function physicalName(stack: Stack, logicalId: string): string {
  return property(stack, logicalId, NAMES[made(stack, logicalId).Type] ?? 'Name');
}

/** The property that names a resource, where it is not `Name`. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
};

function queueUrl({ account, region }: Stack, name: string): string {
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

function arnOfResource(stack: Stack, logicalId: string): string {
  const { partition, account, region } = stack;
  const { Type, Properties } = made(stack, logicalId);
  switch (Type) {
    case 'AWS::IAM::Role': {
      const path = Properties['Path'] === undefined ? '/' : property(stack, logicalId, 'Path');
      return `arn:${partition}:iam::${account}:role${path}${physicalName(stack, logicalId)}`;
    }
    case 'AWS::SQS::Queue':
      return `arn:${partition}:sqs:${region}:${account}:${queueName(stack, logicalId)}`;
    case 'AWS::Events::Rule':
      return `arn:${partition}:events:${region}:${account}:rule/${physicalName(stack, logicalId)}`;
    case 'AWS::SNS::Topic':
      return `arn:${partition}:sns:${region}:${account}:${physicalName(stack, logicalId)}`;
    case 'AWS::CloudWatch::Alarm':
      return `arn:${partition}:cloudwatch:${region}:${account}:alarm:${physicalName(stack, logicalId)}`;
    default:
      throw new Error(`${logicalId} has no ARN`);
  }
}

function makeRole(stack: Stack, logicalId: string): void {
  const role = propertiesOf(stack, logicalId, RoleProperties);
  putRole(
    stack.cloud.world,
    {
      name: logicalId,
      arn: arnOfResource(stack, logicalId),
      trustPolicy: role.AssumeRolePolicyDocument,
      policies: role.Policies.map(({ PolicyName, PolicyDocument }) => ({
        name: PolicyName,
        document: PolicyDocument,
      })),
      managedPolicies: role.ManagedPolicyArns,
      maxSessionDuration: role.MaxSessionDuration,
      tags: role.Tags,
    },
    stack.region,
  );
}

function makeQueue(stack: Stack, logicalId: string): void {
  const queue = propertiesOf(stack, logicalId, QueueProperties);
  const url = queueUrl(stack, queue.QueueName);
  const policies = resourcesOf(stack, 'AWS::SQS::QueuePolicy')
    .map((id) => propertiesOf(stack, id, QueuePolicyProperties))
    .filter(({ Queues }) => Queues.includes(url));
  if (policies.length > 1) throw new Error('it has more than one policy');
  const [policy] = policies;
  const { MessageRetentionPeriod, MaximumMessageSize, VisibilityTimeout, DelaySeconds } = queue;
  stack.cloud.addQueue({
    arn: arnOfResource(stack, logicalId),
    ...(MessageRetentionPeriod === undefined ? {} : { retentionSeconds: MessageRetentionPeriod }),
    ...(MaximumMessageSize === undefined ? {} : { maximumMessageBytes: MaximumMessageSize }),
    ...(VisibilityTimeout === undefined ? {} : { visibilityTimeoutSeconds: VisibilityTimeout }),
    ...(DelaySeconds === undefined ? {} : { delaySeconds: DelaySeconds }),
    ...(policy ? { policy: policy.PolicyDocument } : {}),
  });
}

function makeTopic(stack: Stack, logicalId: string): void {
  propertiesOf(stack, logicalId, TopicProperties);
  const arn = arnOfResource(stack, logicalId);
  const topic = stack.cloud.addTopic({ arn, policy: defaultTopicPolicy(arn, stack.account) });
  for (const id of resourcesOf(stack, 'AWS::SNS::Subscription')) {
    const { TopicArn, Protocol, Endpoint } = propertiesOf(stack, id, SubscriptionProperties);
    if (TopicArn === arn) topic.subscribe({ arn: `${arn}:${id}`, protocol: Protocol, endpoint: Endpoint });
  }
}

function makeAlarm(stack: Stack, logicalId: string): void {
  const alarm = propertiesOf(stack, logicalId, AlarmProperties);
  stack.cloud.addAlarm({
    arn: arnOfResource(stack, logicalId),
    name: alarm.AlarmName,
    ...(alarm.AlarmDescription === undefined ? {} : { description: alarm.AlarmDescription }),
    namespace: alarm.Namespace,
    metric: alarm.MetricName,
    dimensions: Object.fromEntries(alarm.Dimensions.map(({ Name, Value }) => [Name, Value])),
    statistic: alarm.Statistic,
    periodSeconds: alarm.Period,
    evaluationPeriods: alarm.EvaluationPeriods,
    ...(alarm.DatapointsToAlarm === undefined ? {} : { datapointsToAlarm: alarm.DatapointsToAlarm }),
    threshold: alarm.Threshold,
    comparison: alarm.ComparisonOperator,
    treatMissingData: alarm.TreatMissingData,
    alarmActions: alarm.AlarmActions,
    okActions: alarm.OKActions,
  });
}

function makeRule(stack: Stack, logicalId: string): void {
  const { partition, account, region } = stack;
  const rule = propertiesOf(stack, logicalId, RuleProperties);
  if (rule.EventBusName !== 'default') throw new Error('the sandbox makes rules on the default bus only');
  stack.cloud.addRule(`arn:${partition}:events:${region}:${account}:event-bus/default`, {
    arn: arnOfResource(stack, logicalId),
    name: rule.Name,
    eventPattern: rule.EventPattern,
    scheduleExpression: rule.ScheduleExpression,
    state: rule.State,
    targets: rule.Targets.map((target) => ({
      id: target.Id,
      arn: target.Arn,
      roleArn: target.RoleArn,
      input: target.Input,
      inputPath: target.InputPath,
      messageGroupId: target.SqsParameters?.MessageGroupId,
      retryPolicy: {
        maximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts,
        maximumEventAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds,
      },
      deadLetterArn: target.DeadLetterConfig?.Arn,
    })),
  });
}
