import type { AdvanceableClock } from '../clock.ts';
import { type Deliver, type Delivery, tryUntilDelivered } from '../cloud/delivery.ts';
import type { Journal } from '../cloud/journal.ts';
import type { Work } from '../cloud/work.ts';
import type { Publication, SubscriptionDefinition, Topic } from './topic.ts';

export interface SubscriberSurroundings {
  readonly clock: AdvanceableClock;
  readonly work: Work;
  readonly journal: Journal;
  readonly deliver: Deliver;
}

const SERVICE = 'sns.amazonaws.com';

/**
 * Brings a publication to one subscription: queues and functions get it, everybody else only stands in the journal.
 * Tries for as long as SNS does for AWS endpoints (23 days), then the dead-letter queue.
 */
export function sendToSubscriber(
  around: SubscriberSurroundings,
  topic: Topic,
  subscription: SubscriptionDefinition,
  publication: Publication,
): void {
  const { clock, work, journal, deliver } = around;
  if (subscription.protocol !== 'sqs' && subscription.protocol !== 'lambda') return;
  const delivery: Delivery = {
    principal: {
      kind: 'service',
      service: SERVICE,
      sourceArn: topic.arn,
      sourceAccount: topic.place.account,
    },
    targetArn: subscription.endpoint,
    payload: payloadOf(topic, subscription, publication),
    groupId: publication.groupId,
    ...(subscription.rawMessageDelivery ? { attributes: plainAttributes(publication) } : {}),
  };
  const sending = tryUntilDelivered({
    clock,
    policy: { maximumRetryAttempts: 100_015, maximumEventAgeSeconds: 23 * 86_400 },
    attempt: () => work.track(deliver(delivery)),
    gaveUp(reason) {
      const why = `${publication.messageId} for ${subscription.endpoint}: ${reason.code}: ${reason.message}`;
      if (subscription.deadLetterArn === undefined) return journal.note('dropped', subscription.arn, why);
      journal.note('deadLettered', subscription.arn, why);
      void work.track(deliver({ ...delivery, targetArn: subscription.deadLetterArn }));
    },
  });
  void work.track(sending);
}

function payloadOf(topic: Topic, subscription: SubscriptionDefinition, publication: Publication): string {
  if (subscription.protocol === 'sqs' && subscription.rawMessageDelivery) return publication.message;
  const attributes = Object.entries(publication.attributes).map(
    ([name, { dataType, stringValue, binaryValue }]) => [
      name,
      { Type: dataType, Value: stringValue ?? Buffer.from(binaryValue ?? []).toString('base64') },
    ],
  );
  const notification = {
    Type: 'Notification',
    MessageId: publication.messageId,
    TopicArn: topic.arn,
    ...(publication.subject === undefined ? {} : { Subject: publication.subject }),
    Message: publication.message,
    Timestamp: new Date(publication.at).toISOString(),
    SignatureVersion: '1',
    // Nothing is signed here.
    Signature: 'EXAMPLE',
    SigningCertUrl: `https://sns.${topic.place.region}.amazonaws.com/SimpleNotificationService-example.pem`,
    UnsubscribeUrl: `https://sns.${topic.place.region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    MessageAttributes: Object.fromEntries(attributes),
  };
  if (subscription.protocol === 'sqs') return JSON.stringify(notification);
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: notification,
      },
    ],
  });
}

function plainAttributes({ attributes }: Publication): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { stringValue = '' }]) => [name, stringValue]),
  );
}
