import { AwsError } from '../../aws-error.ts';
import { arnOf } from '../../cloud/arn.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { EventSourceMapping, Graph } from '../graph-schema.ts';
import { PlayError } from '../play-error.ts';

/**
 * What a function's role needs, so that Lambda makes the mapping at all.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  dynamodb: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
};

/** Lets functions handle queues and streams. Rejects with `PlayError`, naming the permission, for what Lambda would refuse. */
export async function putMappings(cloud: Cloud, graph: Graph): Promise<void> {
  for (const mapping of graph.eventSourceMappings) {
    checkPermissions(cloud, graph, mapping);
    try {
      await putMapping(cloud, graph, mapping);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw refusal(mapping, error.message);
    }
  }
}

function checkPermissions(cloud: Cloud, graph: Graph, mapping: EventSourceMapping): void {
  const { sourceArn } = mapping;
  const { service, account, region } = arnOf(sourceArn);
  const fn = graph.functions.find(({ arn }) => arn === mapping.functionArn);
  if (!fn) throw refusal(mapping, `there is no function ${mapping.functionArn}`);
  const actions = NEEDED[service];
  if (!actions) throw refusal(mapping, `the sandbox cannot read ${sourceArn}`);
  for (const action of actions) {
    const answer = cloud.authorize({
      principal: {
        kind: 'role',
        roleArn: fn.roleArn,
        service: 'lambda.amazonaws.com',
        sourceArn: fn.arn,
        sourceAccount: account,
      },
      action,
      resource: sourceArn,
      account,
      region,
      resourcePolicy: cloud.queues.get(sourceArn)?.definition.policy,
    });
    if (answer.kind === 'denied') throw refusal(mapping, answer.reason);
  }
}

async function putMapping(cloud: Cloud, graph: Graph, mapping: EventSourceMapping): Promise<void> {
  const { stream } = mapping;
  const common = {
    functionArn: mapping.functionArn,
    batchSize: mapping.batchSize,
    windowSeconds: mapping.windowSeconds,
    reportBatchItemFailures: mapping.partialResponses,
    filters: mapping.filters,
    enabled: mapping.enabled,
  };
  if (!stream) {
    if (!cloud.queues.has(mapping.sourceArn))
      throw refusal(mapping, `there is no queue ${mapping.sourceArn}`);
    cloud.mapQueue({ ...common, queueArn: mapping.sourceArn, maximumConcurrency: mapping.maxConcurrency });
    return;
  }
  const table = graph.tables.find((one) => one.stream?.arn === mapping.sourceArn);
  if (!table) throw refusal(mapping, `there is no stream ${mapping.sourceArn}`);
  await cloud.mapStream(table.arn, {
    ...common,
    startingPosition: stream.startingPosition,
    bisectOnError: stream.bisectOnError,
    maximumRetryAttempts: stream.maxRetryAttempts,
    maximumRecordAgeSeconds: stream.maxRecordAgeSeconds,
    onFailureArn: stream.onFailureArn,
  });
}

function refusal({ name }: EventSourceMapping, why: string): PlayError {
  return new PlayError('Lambda would refuse an event source mapping:', [`${name}: ${why}`]);
}
