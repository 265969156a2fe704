import {
  EKS_ADDONS_PATTERN,
  EKS_CALLS_PATTERN,
  type EventPatternData,
  IAM_CALLS_PATTERN,
} from '#events/patterns.ts';
import { physicalName, spokeRoleName } from '#shared/runtime/names.ts';
import { hubBusArn } from './spoke-roles.ts';
import {
  ACCOUNT,
  INSTALLATION,
  PARTITION,
  policyDocument,
  REGION,
  sub,
  type TemplateResource,
} from './template-parts.ts';

const TWO_WEEKS = 14 * 24 * 3600;
/** The most that SQS takes, and EventBridge sends. */
const MAX_MESSAGE_BYTES = 1_048_576;

/** Rules on the default bus of a region, one hop to the hub, and a queue for what could not be delivered. */
export const RULES: Readonly<Record<string, TemplateResource>> = {
  EksCallsRule: rule('eks-calls', 'IsSpoke', EKS_CALLS_PATTERN),
  EksAddonsRule: rule('eks-addons', 'IsSpoke', EKS_ADDONS_PATTERN),
  IamCallsRule: rule('iam-calls', 'IsSpokeWhereIamIs', IAM_CALLS_PATTERN),
  Undelivered: {
    Type: 'AWS::SQS::Queue',
    Condition: 'IsSpoke',
    Properties: {
      QueueName: sub(physicalName(INSTALLATION, 'undelivered')),
      MessageRetentionPeriod: TWO_WEEKS,
      MaximumMessageSize: MAX_MESSAGE_BYTES,
      SqsManagedSseEnabled: true,
    },
  },
  UndeliveredPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Condition: 'IsSpoke',
    Properties: {
      Queues: [{ Ref: 'Undelivered' }],
      PolicyDocument: policyDocument({
        Sid: 'RulesOfRolecall',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': ['Undelivered', 'Arn'] },
        Condition: {
          ArnLike: {
            'aws:SourceArn': sub(
              `arn:${PARTITION}:events:${REGION}:${ACCOUNT}:rule/${physicalName(INSTALLATION, '*')}`,
            ),
          },
        },
      }),
    },
  },
};

function rule(name: string, condition: string, pattern: EventPatternData): TemplateResource {
  return {
    Type: 'AWS::Events::Rule',
    Condition: condition,
    Properties: {
      Name: sub(physicalName(INSTALLATION, name)),
      Description: 'Events that Rolecall acts on, to its hub',
      EventPattern: pattern,
      State: 'ENABLED',
      Targets: [
        {
          Id: 'hub',
          Arn: hubBusArn(),
          RoleArn: eventsRoleArn(),
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Undelivered', 'Arn'] } },
        },
      ],
    },
  };
}

/** Where the role is made as well, a reference, so that the rule waits for it; in the other regions it is known by its name. */
function eventsRoleArn() {
  const byName = sub(`arn:${PARTITION}:iam::${ACCOUNT}:role/${spokeRoleName(INSTALLATION, 'events')}`);
  return { 'Fn::If': ['IsHomeRegion', { 'Fn::GetAtt': ['EventsRole', 'Arn'] }, byName] };
}
