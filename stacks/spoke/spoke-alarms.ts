import { physicalName } from '#shared/runtime/names.ts';
import { INSTALLATION, REGION, sub, type TemplateResource } from './template-parts.ts';

const TOPIC = { Ref: 'Alarms' };

/**
 * An alarm on what could not be delivered, and a topic that it tells, in each region with rules. In the spoke's own account:
 * what keeps events from the hub would keep word of it from the hub as well. The topic has the name of the hub's.
 */
export const ALARMS: Readonly<Record<string, TemplateResource>> = {
  Alarms: {
    Type: 'AWS::SNS::Topic',
    Condition: 'IsSpoke',
    Properties: { TopicName: sub(physicalName(INSTALLATION, 'alarms')) },
  },
  AlarmMail: {
    Type: 'AWS::SNS::Subscription',
    Condition: 'TellsByMail',
    Properties: { TopicArn: TOPIC, Protocol: 'email', Endpoint: { Ref: 'AlarmEmail' } },
  },
  UndeliveredAlarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Condition: 'IsSpoke',
    Properties: {
      AlarmName: sub(physicalName(INSTALLATION, 'spoke-undelivered')),
      AlarmDescription: sub(
        `Events of this account do not reach Rolecall's hub from ${REGION}. What to do: docs/runbook.md#spoke-undelivered`,
      ),
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Undelivered', 'QueueName'] } }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      // A queue that nobody uses tells nothing.
      TreatMissingData: 'notBreaching',
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
    },
  },
};
