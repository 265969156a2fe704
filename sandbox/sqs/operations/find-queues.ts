import {
  GetQueueUrl$,
  type GetQueueUrlRequest,
  type GetQueueUrlResult,
  ListQueues$,
  type ListQueuesRequest,
  type ListQueuesResult,
} from '@aws-sdk/client-sqs';
import { cloudOperation } from '../../cloud/cloud-operation.ts';
import { urlOf } from '../queue-url.ts';
import { invalidParameterValue, queueDoesNotExist } from '../sqs-errors.ts';

/** GetQueueUrl. */
export const getQueueUrl = cloudOperation<GetQueueUrlRequest, GetQueueUrlResult>({
  schema: GetQueueUrl$,
  needs(call, input) {
    const account = input.QueueOwnerAWSAccountId ?? call.account;
    const resource = `arn:${call.partition}:sqs:${call.region}:${account}:${input.QueueName ?? ''}`;
    const policy = call.cloud.queues.get(resource)?.definition.policy;
    return [{ action: 'sqs:GetQueueUrl', resource, account, resourcePolicy: policy }];
  },
  run(call, input) {
    const account = input.QueueOwnerAWSAccountId ?? call.account;
    const queue = call.cloud.queues.get(
      `arn:${call.partition}:sqs:${call.region}:${account}:${input.QueueName ?? ''}`,
    );
    if (!queue) throw queueDoesNotExist();
    return { QueueUrl: urlOf(call.cloud.endpoint, queue) };
  },
});

/** ListQueues: the queues of the account and region, by name; pages hold up to 1,000. */
export const listQueues = cloudOperation<ListQueuesRequest, ListQueuesResult>({
  schema: ListQueues$,
  needs: (call) => [
    { action: 'sqs:ListQueues', resource: `arn:${call.partition}:sqs:${call.region}:${call.account}:*` },
  ],
  run(call, input) {
    const limit = input.MaxResults ?? 1000;
    if (limit < 1 || limit > 1000) {
      throw invalidParameterValue(
        'Value for parameter MaxResults is invalid. Reason: MaxResults must be between 1 and 1000.',
      );
    }
    const after = input.NextToken === undefined ? '' : Buffer.from(input.NextToken, 'base64').toString();
    const found = [...call.cloud.queues.values()]
      .filter(({ place }) => place.account === call.account && place.region === call.region)
      .filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? '') && name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      ...(page.length === 0 ? {} : { QueueUrls: page.map((queue) => urlOf(call.cloud.endpoint, queue)) }),
      // A token is given only to those who ask for pages.
      ...(last && input.MaxResults !== undefined && found.length > page.length
        ? { NextToken: Buffer.from(last.name).toString('base64') }
        : {}),
    };
  },
});
