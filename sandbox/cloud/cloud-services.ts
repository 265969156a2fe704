import { cloudTrailService } from '../cloudtrail/cloudtrail-service.ts';
import { dynamoService } from '../dynamodb/dynamo-service.ts';
import { listEventBuses, listRules, listTargetsByRule } from '../eventbridge/operations/list-events.ts';
import { putEvents } from '../eventbridge/operations/put-events.ts';
import { lambdaService } from '../lambda/lambda-service.ts';
import { logsService } from '../logs/logs-service.ts';
import { listSubscriptionsByTopic, listTopics } from '../sns/operations/list-subscriptions.ts';
import { publish, publishBatch } from '../sns/operations/publish.ts';
import { sqsOperations, sqsQueryCodes } from '../sqs/sqs-service.ts';
import { awsJson } from '../wire/aws-json.ts';
import { query } from '../wire/query.ts';
import { type CloudService, schemaService } from './cloud-service.ts';

/** Every service of the cloud that can be called. */
export function cloudServices(): readonly CloudService[] {
  return [
    schemaService('sqs', sqsOperations, (operations) =>
      awsJson({
        version: '1.0',
        target: 'AmazonSQS',
        namespace: 'com.amazonaws.sqs',
        operations,
        queryCodes: sqsQueryCodes,
      }),
    ),
    schemaService('events', [putEvents, listEventBuses, listRules, listTargetsByRule], (operations) =>
      awsJson({ version: '1.1', target: 'AWSEvents', namespace: 'com.amazonaws.eventbridge', operations }),
    ),
    schemaService('sns', [publish, publishBatch, listTopics, listSubscriptionsByTopic], (operations) =>
      query({ version: '2010-03-31', xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/', operations }),
    ),
    lambdaService,
    dynamoService,
    logsService,
    cloudTrailService,
  ];
}
