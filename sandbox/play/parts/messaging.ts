import type { Cloud } from '../../cloud/cloud.ts';
import type { Graph } from '../graph-schema.ts';
import { PlayError } from '../play-error.ts';

/** Makes queues and topics with their policies, and subscribes. Throws `PlayError` for what AWS would not take. */
export function putMessaging(cloud: Cloud, graph: Graph): void {
  const policies = onlyOne(graph.queuePolicies, ({ queueUrl }) => queueUrl, 'queue');
  for (const queue of graph.queues) {
    const { redrive } = queue;
    if (redrive && !graph.queues.some(({ arn }) => arn === redrive.deadLetterArn)) {
      throw new PlayError('A queue cannot be made:', [
        `${queue.name}: its dead-letter queue ${redrive.deadLetterArn} is not in the graph`,
      ]);
    }
    cloud.addQueue({
      arn: queue.arn,
      fifo: queue.fifo,
      contentBasedDeduplication: queue.contentBasedDeduplication,
      deduplicationScope: queue.deduplicationScope,
      visibilityTimeoutSeconds: queue.visibilityTimeoutSeconds,
      delaySeconds: queue.delaySeconds,
      retentionSeconds: queue.retentionSeconds,
      maximumMessageBytes: queue.maxMessageBytes,
      receiveWaitSeconds: queue.receiveWaitSeconds,
      ...(redrive
        ? {
            redrive: {
              deadLetterTargetArn: redrive.deadLetterArn,
              maxReceiveCount: redrive.maxReceiveCount,
            },
          }
        : {}),
      ...optionalPolicy(policies.get(queue.url)),
    });
  }
  putTopics(cloud, graph);
}

function putTopics(cloud: Cloud, graph: Graph): void {
  const policies = onlyOne(graph.topicPolicies, ({ topicArn }) => topicArn, 'topic');
  for (const topic of graph.topics) {
    const made = cloud.addTopic({
      arn: topic.arn,
      policy: policies.get(topic.arn) ?? defaultTopicPolicy(topic.arn, graph.account),
    });
    for (const subscription of graph.subscriptions.filter(({ topicArn }) => topicArn === topic.arn)) {
      made.subscribe({
        arn: subscription.arn,
        protocol: subscription.protocol,
        endpoint: subscription.endpoint,
        rawMessageDelivery: subscription.rawMessages,
        filterPolicy: subscription.filter,
        filterPolicyScope: subscription.filterScope,
        deadLetterArn: subscription.deadLetterArn,
      });
    }
  }
}

/** What a topic has when nobody gives it one: its own account may use it, alarms of that account among it. */
export function defaultTopicPolicy(arn: string, account: string): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Statement: [
      {
        Sid: 'defaultStatement',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['sns:Publish', 'sns:Subscribe', 'sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
        Resource: arn,
        Condition: { StringEquals: { 'aws:SourceOwner': account } },
      },
    ],
  });
}

function optionalPolicy(policy: string | undefined): { policy?: string } {
  return policy === undefined ? {} : { policy };
}

/** AWS keeps the policy that was written last and forgets the others without a word: which one, nobody can say. */
export function onlyOne<T extends { readonly name: string; readonly policy: string }>(
  entries: readonly T[],
  ownerOf: (entry: T) => string,
  what: string,
): ReadonlyMap<string, string> {
  const policies = new Map<string, string>();
  for (const entry of entries) {
    const owner = ownerOf(entry);
    if (policies.has(owner)) {
      throw new PlayError(`A ${what} has one policy only:`, [`${entry.name} is a second one for ${owner}`]);
    }
    policies.set(owner, entry.policy);
  }
  return policies;
}
