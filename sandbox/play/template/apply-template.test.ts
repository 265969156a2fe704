// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's variables
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, aCloud, aFolder, arn, REGION } from '#test/builders/a-cloud.ts';
import { applyTemplate } from './apply-template.ts';
import { readTemplate } from './read-template.ts';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const RESOURCES: Record<string, object> = {
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: { 'Fn::Sub': '${Prefix}-calls' },
      EventPattern: { source: ['aws.eks'] },
      Targets: [{ Id: 't', Arn: { 'Fn::GetAtt': ['Letters', 'Arn'] } }],
    },
  },
  Letters: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: 'letters', MessageRetentionPeriod: 1_209_600 },
  },
  LettersPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Letters' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Letters', 'Arn'] },
            Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
          },
        ],
      },
    },
  },
  Forward: {
    Type: 'AWS::IAM::Role',
    Condition: 'IsHome',
    Properties: {
      RoleName: { 'Fn::Sub': '${Prefix}-forward' },
      AssumeRolePolicyDocument: TRUST,
      Policies: [
        {
          PolicyName: 'put',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' }],
          },
        },
      ],
    },
  },
};

/** Applies the template, with these resources changed or added, in one region. */
function apply(changes: Record<string, object> = {}, region = REGION) {
  const file = join(aFolder(), 'template.json');
  const template = {
    Parameters: { Prefix: { Type: 'String', Default: 'spoke' } },
    Conditions: { IsHome: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, REGION] } },
    Resources: { ...RESOURCES, ...changes },
  };
  writeFileSync(file, JSON.stringify(template));
  const cloud = aCloud();
  applyTemplate(cloud, readTemplate(file), { account: ACCOUNT, region, parameters: {} });
  return cloud;
}

describe('a template', () => {
  it('becomes a role, a queue with its policy, and a rule that sends to it', () => {
    const cloud = apply();
    expect(cloud.world.iam(ACCOUNT).role('spoke-forward')).toMatchObject({
      arn: `arn:aws:iam::${ACCOUNT}:role/spoke-forward`,
      trustPolicy: expect.stringContaining('"Service":"events.amazonaws.com"'),
      inlinePolicies: { put: expect.stringContaining('events:PutEvents') },
    });
    const letters = cloud.queues.get(arn('sqs', 'letters'));
    expect(letters?.definition.retentionSeconds).toBe(1_209_600);
    expect(JSON.parse(letters?.definition.policy ?? '{}')).toMatchObject({
      Statement: [{ Condition: { ArnEquals: { 'aws:SourceArn': arn('events', 'rule/spoke-calls') } } }],
    });
    expect(cloud.defaultBus(ACCOUNT, REGION).ruleDefinitions()).toEqual([
      expect.objectContaining({
        name: 'spoke-calls',
        eventPattern: '{"source":["aws.eks"]}',
        targets: [expect.objectContaining({ arn: arn('sqs', 'letters') })],
      }),
    ]);
  });

  it('becomes an alarm and the topic that it tells', () => {
    const cloud = apply({
      Alarms: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::Sub': '${Prefix}-alarms' } } },
      Mail: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: 'Alarms' }, Protocol: 'email', Endpoint: 'ops@example.com' },
      },
      Full: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: { 'Fn::Sub': '${Prefix}-full' },
          Namespace: 'AWS/SQS',
          MetricName: 'ApproximateNumberOfMessagesVisible',
          Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Letters', 'QueueName'] } }],
          Statistic: 'Maximum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 0,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
          AlarmActions: [{ Ref: 'Alarms' }],
        },
      },
    });
    const topic = cloud.topics.get(arn('sns', 'spoke-alarms'));
    expect(topic?.subscriptions()).toMatchObject([{ protocol: 'email', endpoint: 'ops@example.com' }]);
    expect(cloud.watch.list().map(({ definition }) => definition)).toMatchObject([
      {
        arn: arn('cloudwatch', 'alarm:spoke-full'),
        name: 'spoke-full',
        dimensions: { QueueName: 'letters' },
        treatMissingData: 'notBreaching',
        alarmActions: [arn('sns', 'spoke-alarms')],
        okActions: [],
      },
    ]);
  });

  it('leaves out what its conditions leave out', () => {
    expect(apply({}, 'us-east-1').world.iam(ACCOUNT).role('spoke-forward')).toBeUndefined();
  });

  it.each<{ when: string; changes: Record<string, object>; problem: string }>([
    {
      when: 'a type is unknown',
      changes: { Bucket: { Type: 'AWS::S3::Bucket' } },
      problem: 'Bucket: AWS::S3::Bucket',
    },
    {
      when: 'a property is unknown',
      changes: { Letters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q', KmsMasterKeyId: 'k' } } },
      problem: 'Letters (AWS::SQS::Queue): Unrecognized key: "KmsMasterKeyId"',
    },
    {
      when: 'a reference leads nowhere',
      changes: { Letters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Gone' } } } },
      problem: 'there is no parameter or resource Gone',
    },
    {
      when: 'a role trusts nobody that there is',
      changes: {
        Forward: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: 'r1',
            AssumeRolePolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Principal: { Service: 'gone' }, Action: 'sts:AssumeRole' }],
            },
          },
        },
      },
      problem: 'Invalid principal in policy: "SERVICE":"gone"',
    },
    {
      when: 'a queue has two policies',
      changes: { Second: RESOURCES['LettersPolicy'] ?? {} },
      problem: 'Letters (AWS::SQS::Queue): it has more than one policy',
    },
  ])('is refused when $when', ({ changes, problem }) => {
    expect(() => apply(changes)).toThrow(problem);
  });

  it('is refused when it uses the short form of functions', () => {
    const file = join(aFolder(), 'template.yaml');
    writeFileSync(
      file,
      'Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref X\n',
    );
    expect(() => readTemplate(file)).toThrow('Unresolved tag: !Ref');
  });
});
