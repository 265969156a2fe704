import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { AsyncInvoker } from '../lambda/async-invoker.ts';
import { LARGEST_ASYNC_EVENT } from '../lambda/async-invoker.ts';
import type { LambdaFunction } from '../lambda/function.ts';
import { newGuid, type RandomSource } from '../random.ts';
import type { Topic } from '../sns/topic.ts';
import type { MessageAttributes } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Authorize } from './access.ts';
import { arnOf } from './arn.ts';
import type { Deliver, Delivery, DeliveryOutcome } from './delivery.ts';
import type { Journal } from './journal.ts';

/** Where deliveries can go. */
export interface Destinations {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly journal: Journal;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly asyncInvoker: AsyncInvoker;
  /** By service, `states`: what else can be delivered to. */
  readonly others: ReadonlyMap<string, Deliver>;
  authorize: Authorize;
}

const DELIVERED: DeliveryOutcome = { kind: 'delivered' };

/** Brings a delivery to a queue, a topic, a function or whatever else is registered; the front door is asked first. */
export function deliverer(destinations: Destinations): Deliver {
  return async (delivery) => {
    const { service } = arnOf(delivery.targetArn);
    try {
      switch (service) {
        case 'sqs':
          return toQueue(destinations, delivery);
        case 'sns':
          return toTopic(destinations, delivery);
        case 'lambda':
          return toFunction(destinations, delivery);
        default: {
          const other = destinations.others.get(service);
          if (other) return await other(delivery);
          return noResource(`The sandbox cannot deliver to ${delivery.targetArn}.`);
        }
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return {
        kind: 'failed',
        retryable: error.status >= 500,
        code: 'SDK_CLIENT_ERROR',
        message: error.message,
      };
    }
  };
}

function toQueue(destinations: Destinations, delivery: Delivery): DeliveryOutcome {
  const queue = destinations.queues.get(delivery.targetArn);
  const refusal = refusalOf(destinations, delivery, 'sqs:SendMessage', queue?.definition.policy);
  if (refusal) return refusal;
  if (!queue) return noResource('The specified queue does not exist.');
  const principal = delivery.principal;
  queue.send({
    body: delivery.payload,
    attributes: stringAttributes(delivery.attributes ?? {}),
    groupId: delivery.groupId,
    deduplicationId: delivery.deduplicationId,
    senderId: principal.kind === 'caller' ? principal.caller.arn : principal.service,
  });
  return DELIVERED;
}

function toTopic(destinations: Destinations, delivery: Delivery): DeliveryOutcome {
  const topic = destinations.topics.get(delivery.targetArn);
  const refusal = refusalOf(destinations, delivery, 'sns:Publish', topic?.policy);
  if (refusal) return refusal;
  if (!topic) return noResource('Topic does not exist.');
  topic.publish({
    messageId: newGuid(destinations.random),
    message: delivery.payload,
    attributes: stringAttributes(delivery.attributes ?? {}),
    groupId: delivery.groupId,
    at: destinations.clock.now(),
  });
  return DELIVERED;
}

function toFunction(destinations: Destinations, delivery: Delivery): DeliveryOutcome {
  const fn = destinations.functions.get(unqualified(delivery.targetArn));
  const refusal = refusalOf(destinations, delivery, 'lambda:InvokeFunction', fn?.definition.policy);
  if (refusal) return refusal;
  if (!fn) return noResource(`Function not found: ${delivery.targetArn}`);
  if (Buffer.byteLength(delivery.payload) > LARGEST_ASYNC_EVENT) {
    const message = `${Buffer.byteLength(delivery.payload)} byte payload is too large for the Event invocation type (limit ${LARGEST_ASYNC_EVENT} bytes)`;
    return { kind: 'failed', retryable: false, code: 'SDK_CLIENT_ERROR', message };
  }
  destinations.asyncInvoker.invoke(fn, delivery.payload);
  return DELIVERED;
}

/** `arn:…:function:name:alias` without what follows the name. */
export function unqualified(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

/** EventBridge and its kin do not try again what they are not allowed to do. */
function refusalOf(
  { authorize, journal }: Destinations,
  { principal, targetArn }: Delivery,
  action: string,
  resourcePolicy: string | undefined,
): DeliveryOutcome | undefined {
  const { account, region } = arnOf(targetArn);
  const answer = authorize({ principal, action, resource: targetArn, account, region, resourcePolicy });
  if (answer.kind === 'allowed') return undefined;
  journal.note('denied', targetArn, answer.reason);
  return { kind: 'failed', retryable: false, code: 'NO_PERMISSIONS', message: answer.reason };
}

function noResource(message: string): DeliveryOutcome {
  return { kind: 'failed', retryable: false, code: 'NO_RESOURCE', message };
}

function stringAttributes(given: Readonly<Record<string, string>>): MessageAttributes {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== '')
      .map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
  );
}
