import {
  ListSubscriptionsByTopic$,
  type ListSubscriptionsByTopicInput,
  type ListSubscriptionsByTopicResponse,
  ListTopics$,
  type ListTopicsInput,
  type ListTopicsResponse,
} from '@aws-sdk/client-sns';
import { AwsError } from '../../aws-error.ts';
import { cloudOperation } from '../../cloud/cloud-operation.ts';

/** ListTopics, in one page. */
export const listTopics = cloudOperation<ListTopicsInput, ListTopicsResponse>({
  schema: ListTopics$,
  needs: () => [{ action: 'sns:ListTopics', resource: '*' }],
  run(call) {
    const here = [...call.cloud.topics.values()].filter(
      ({ place }) => place.account === call.account && place.region === call.region,
    );
    return { Topics: here.map(({ arn }) => ({ TopicArn: arn })) };
  },
});

/** ListSubscriptionsByTopic, in one page. */
export const listSubscriptionsByTopic = cloudOperation<
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse
>({
  schema: ListSubscriptionsByTopic$,
  needs: (call, { TopicArn = '' }) => [
    {
      action: 'sns:ListSubscriptionsByTopic',
      resource: TopicArn,
      resourcePolicy: call.cloud.topics.get(TopicArn)?.policy,
    },
  ],
  run(call, { TopicArn = '' }) {
    const topic = call.cloud.topics.get(TopicArn);
    if (!topic) throw new AwsError('NotFound', 404, 'Topic does not exist');
    return {
      Subscriptions: topic.subscriptions().map(({ arn, protocol, endpoint }) => ({
        SubscriptionArn: arn,
        Owner: topic.place.account,
        Protocol: protocol,
        Endpoint: endpoint,
        TopicArn: topic.arn,
      })),
    };
  },
});
